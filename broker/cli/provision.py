"""Making ready the services of the served form: `concord init --kafka`."""
from pathlib import Path

from broker.bootstrap.passwords import FOLDER, Passwords
from broker.bootstrap.provision import Provision, provisioning
from broker.cli.context import EXIT_DONE, Options, counted, say, warn
from broker.config import FILE_NAME, load
from broker.errors import ConfigError


def init_kafka(options: Options, *, dry_run: bool, rotate: str | None) -> int:
    """Make Kafka, the registry and the database what the configuration says, or say what differs.
    """
    path = options.config or options.home / FILE_NAME
    settings = options.settings()
    if settings.served is None:
        raise ConfigError(
            f"{path} says nothing of Kafka: add the sections [kafka], [registry] and [postgres], "
            "which docs/served.md explains, or run `make kafka`, which starts all three on "
            "this machine to try and says where the sections for them are.")
    passwords = Passwords(path.parent / FOLDER)
    with provisioning(settings, settings.served, passwords,
                      plaintext=options.plaintext) as services:
        if rotate is not None:
            return _rotate(services, passwords, rotate, dry_run=dry_run)
        return _make_ready(services, dry_run=dry_run)


def make_ready_quietly(path: Path, *, plaintext: bool) -> int:
    """Make the services what the configuration at `path` says; how many changes that took."""
    settings = load(path)
    assert settings.served is not None, "the configuration names no services"
    with provisioning(settings, settings.served, Passwords(path.parent / FOLDER),
                      plaintext=plaintext) as services:
        plan = services.plan()
        services.apply(plan)
        return len(plan.steps)


def _make_ready(services: Provision, *, dry_run: bool) -> int:
    plan = services.plan()
    for step in plan.steps:
        say(step)
    for remark in plan.remarks:
        warn(f"{remark}.")
    if not plan.steps:
        say("Nothing is to be done: everything is as the configuration says.")
    elif dry_run:
        changes = counted(len(plan.steps), "change")
        say(f"Nothing was changed. Leave out --dry-run to make {changes}.")
    else:
        services.apply(plan)
        say(f"Made {counted(len(plan.steps), 'change')}.")
    return EXIT_DONE


def _rotate(services: Provision, passwords: Passwords, agency: str, *, dry_run: bool) -> int:
    file = passwords.file(agency)
    if dry_run:
        services.check_rotation(agency)
        say(f"make a new password for {agency}, in {file}")
        say("Nothing was changed. Leave out --dry-run to make 1 change.")
        return EXIT_DONE
    services.rotate(agency)
    say(f"{agency} has a new password, in {file}: the old one opens nothing any more. Give it to "
        "the agency by a safe way.")
    return EXIT_DONE
