"""The stages, a verb each: intake, check, deliver; once through, or as workers that go on."""
from collections.abc import Mapping
from typing import Annotated

import typer

from broker.cli.context import (
    EXIT_DONE,
    EXIT_REJECTED,
    Answer,
    AnswerOption,
    counted,
    options_of,
    print_json,
    progress_bar,
    say,
    untold_words,
)
from broker.cli.following import follow_stage
from broker.pipeline.leads import count_untold
from broker.pipeline.worker import Stage

FollowOption = Annotated[bool, typer.Option(
    "--follow", help="Go on as a worker until SIGTERM or Ctrl-C; several share the work. A "
                     "configuration that has changed is read anew, and at SIGHUP.")]
PortOption = Annotated[int | None, typer.Option(
    "--metrics-port", min=1, max=65_535,
    help="With --follow: answer /metrics and /health on this port.")]
HostOption = Annotated[str, typer.Option(
    "--metrics-host", help="Where to answer them; by default for this machine alone.")]
THIS_MACHINE = "127.0.0.1"


def add_to(app: typer.Typer) -> None:
    """Register this module's commands."""
    for command in (intake, check, deliver):
        app.command()(command)


def intake(context: typer.Context, form: AnswerOption = Answer.TEXT,
           follow: FollowOption = False, metrics_port: PortOption = None,
           metrics_host: HostOption = THIS_MACHINE) -> int:
    """Accept, hold or reject what waits in the inboxes."""
    if follow:
        return follow_stage(options_of(context), Stage.INTAKE, metrics_host, metrics_port)
    count = options_of(context).open().take_in().count
    if form is Answer.JSON:
        print_json({"read": count.read, "accepted": count.accepted,
                    "duplicates": count.duplicates, "held": count.held,
                    "rejected": count.rejected})
    else:
        say(f"Read {counted(count.read, 'message')}: {count.accepted} accepted, "
            f"{count.duplicates} duplicates, {count.held} held, {count.rejected} rejected.")
        print_why(count.rejected)
    return EXIT_REJECTED if count.rejected else EXIT_DONE


def check(context: typer.Context, form: AnswerOption = Answer.TEXT,
          follow: FollowOption = False, metrics_port: PortOption = None,
          metrics_host: HostOption = THIS_MACHINE) -> int:
    """Drain the inboxes, run to the end of the log, and stop; as a worker leave the inboxes to
    intake."""
    if follow:
        return follow_stage(options_of(context), Stage.CHECK, metrics_host, metrics_port)
    concord = options_of(context).open()
    with progress_bar() as bar:
        tasks = {name: bar.add_task(name, total=None) for name in ("statements", "children")}
        count = concord.check(lambda name, done: bar.advance(tasks[name], done))
    if form is Answer.JSON:
        print_json({
            "read": count.read, "accepted": count.accepted, "duplicates": count.duplicates,
            "held": count.held, "rejected": count.rejected, "statements": count.statements,
            "children": count.children, "finding_changes": count.finding_changes,
            "crashed_rules": count.crashed_rules,
        })
    else:
        say(f"Read {counted(count.read, 'message')}: {count.accepted} accepted, "
            f"{count.duplicates} duplicates, {count.held} held, {count.rejected} rejected. "
            f"Looked at {counted(count.children, 'child', 'children')}: "
            f"{counted(count.finding_changes, 'change')} of findings.")
        print_why(count.rejected)
        print_crashed(count.crashed_rules)
    return EXIT_REJECTED if count.rejected else EXIT_DONE


def print_why(rejected: int) -> None:
    """Where to look for why messages were rejected, if any were."""
    if rejected:
        say("  `concord rejects list` says why, and what to do about it.")


def print_crashed(crashed: Mapping[str, int]) -> None:
    """Which rules failed on some child: their silence there means nothing."""
    for code, times in sorted(crashed.items()):
        say(f"  rule {code} crashed {counted(times, 'time')}: its answer is missing, the others "
            "stand.")


def deliver(context: typer.Context, form: AnswerOption = Answer.TEXT,
            follow: FollowOption = False, metrics_port: PortOption = None,
            metrics_host: HostOption = THIS_MACHINE) -> int:
    """Give each agency what the sharing agreements now allow."""
    if follow:
        return follow_stage(options_of(context), Stage.DELIVER, metrics_host, metrics_port)
    concord = options_of(context).open()
    count = concord.deliver()
    with concord.store.view() as view:
        untold = count_untold(view)
    if form is Answer.JSON:
        print_json({"statements": count.statements, "notices": count.notices,
                    "untold": untold})
    else:
        say(f"Delivered {counted(count.statements, 'statement')} and "
            f"{counted(count.notices, 'notice')}.")
        if untold:
            say(untold_words(untold))
    return EXIT_DONE
