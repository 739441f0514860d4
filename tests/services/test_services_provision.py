"""`concord init --kafka` on real services: said first, done once, and undone where not wanted."""
import stat
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from kafka.admin import (
    ACL,
    ACLFilter,
    ACLOperation,
    ACLPermissionType,
    ACLResourcePatternType,
    ConfigResource,
    ConfigResourceType,
    ResourcePattern,
    ResourcePatternFilter,
    ResourceType,
)

from broker.backends.kafka_client import KafkaAddress
from broker.backends.kafka_door import administrator, knock
from broker.backends.kafka_users import let_in, users
from broker.bootstrap.passwords import Passwords
from broker.cli.example import CONFIGURATION
from broker.errors import ConfigError
from compose.certificates import authority, issue
from compose.local.servers import KafkaServer, PostgresServer, RegistryServer
from tests.services.partnership import AGENCIES, Partnership, Services, partnership

NOTHING = "Nothing is to be done: everything is as the configuration says.\n"
WITHOUT_RIVERSIDE = (
    CONFIGURATION[:CONFIGURATION.index("[agencies.riverside]")]
    + CONFIGURATION[CONFIGURATION.index("# No agreement, no sharing"):].replace(
        ', "riverside"', ""))


@pytest.fixture
def fresh(tmp_path: Path, kafka_server: KafkaServer, registry_server: RegistryServer,
          postgres_server: PostgresServer) -> Iterator[Partnership]:
    """A partnership that is configured, and of which nothing is made."""
    with partnership(tmp_path, Services(kafka_server, registry_server, postgres_server)) as made:
        yield made


@pytest.fixture
def admin(kafka_server: KafkaServer) -> Iterator[Any]:
    """The cluster's administrator."""
    with administrator(KafkaAddress((kafka_server.bootstrap_plain,), "PLAINTEXT")) as made:
        yield made


def permitted(admin: Any, namespace: str,
              kind: ACLPermissionType = ACLPermissionType.ALLOW) -> set[str]:
    """Who has a permission of any kind on what begins so; without the namespace."""
    found = admin.describe_acls(ACLFilter(
        None, None, ACLOperation.ANY, kind, ResourcePatternFilter(
            ResourceType.ANY, None, ACLResourcePatternType.ANY)))[0]
    return {each.principal.removeprefix("User:").removeprefix(namespace) for each in found
            if each.resource_pattern.resource_name.startswith(namespace)}


def known(admin: Any, namespace: str) -> set[str]:
    """Who of the partnership can log in."""
    names = [namespace + each for each in ("concord", *AGENCIES)]
    return {each.removeprefix(namespace) for each in users(admin, names)}


def topics_of(admin: Any, namespace: str) -> set[str]:
    """What begins so; other tests make and delete topics on the same cluster meanwhile."""
    return {each for each in admin.list_topics() if each.startswith(namespace)}


def acl(principal: str, name: str, *, operation: ACLOperation = ACLOperation.READ,
        deny: bool = False, prefixed: bool = False) -> ACL:
    """A permission on a topic that somebody gives by hand."""
    return ACL(
        f"User:{principal}", "*", operation,
        ACLPermissionType.DENY if deny else ACLPermissionType.ALLOW,
        ResourcePattern(ResourceType.TOPIC, name, ACLResourcePatternType.PREFIXED if prefixed
                        else ACLResourcePatternType.LITERAL))


def sentence(fresh: Partnership, code: int, *words: str) -> str:
    """The one line on standard error that a command ends with; it never holds a password."""
    answer = fresh("init", "--kafka", *words)
    assert (code, "") == (answer.code, answer.out), answer.err
    [line] = answer.err.splitlines()
    assert fresh.services.kafka.password not in line
    return line


def test_it_says_what_it_would_do_then_does_it_and_then_finds_nothing(
        fresh: Partnership, admin: Any) -> None:
    """A dry run changes nothing, a second run either."""
    begin = fresh.namespace
    dry = fresh("init", "--kafka", "--dry-run")
    steps = dry.out.splitlines()[:-1]

    assert 0 == dry.code
    assert f"Nothing was changed. Leave out --dry-run to make {len(steps)} changes." \
        == dry.out.splitlines()[-1]
    assert {
        "add revision 0001 to the database",
        "register the schema of PersonRecorded",
        "make topic safeguarding.inbox.police with 4 partitions",
        f"permit {begin}police to DESCRIBE, WRITE topic {begin}safeguarding.inbox.police",
        f"permit {begin}police to DESCRIBE, READ groups that begin with {begin}police.",
        f"make user {begin}police, with its password in secrets/police",
    } <= set(steps)
    assert set() == topics_of(admin, begin)
    assert (set(), set()) == (permitted(admin, begin), known(admin, begin))
    assert not (fresh.home / "secrets").exists()

    done = fresh("init", "--kafka")
    assert ([*steps, f"Made {len(steps)} changes."], 0) == (done.out.splitlines(), done.code)
    assert {"concord", *AGENCIES} == permitted(admin, begin) == known(admin, begin)
    passwords = {each: fresh.password(each) for each in ("concord", *AGENCIES)}
    assert 4 == len(set(passwords.values()))
    assert not any(each in dry.out + done.out for each in passwords.values())
    assert {0o600} == {stat.S_IMODE((fresh.home / "secrets" / each).stat().st_mode)
                       for each in passwords}
    assert 0o700 == stat.S_IMODE((fresh.home / "secrets").stat().st_mode)

    for words in ((), ("--dry-run",)):
        again = fresh("init", "--kafka", *words)
        assert (0, NOTHING) == (again.code, again.out)
    assert passwords == {each: fresh.password(each) for each in passwords}


def test_what_others_changed_is_put_right_or_pointed_out(fresh: Partnership, admin: Any) -> None:
    """A permission given by hand on our topics, or to one of our agencies, is taken away; what
    forbids stays, and what reaches far beyond our topics is shown."""
    begin = fresh.namespace
    assert 0 == fresh("init", "--kafka").code
    feed, findings = f"{begin}safeguarding.feed.police", f"{begin}safeguarding.findings"
    admin.create_acls([
        acl(f"{begin}analyst", findings), acl(f"{begin}police", f"{begin}weather"),
        acl(f"{begin}police", feed, deny=True),
        acl(f"{begin}monitor", begin, operation=ACLOperation.DESCRIBE, prefixed=True)])
    admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, feed, {"retention.ms": "1"})])

    answer = fresh("init", "--kafka")

    assert [
        "set retention.ms of safeguarding.feed.police to 5184000000 (now 1)",
        f"no longer permit {begin}analyst to READ topic {findings}",
        f"no longer permit {begin}police to READ topic {begin}weather",
        "Made 3 changes.",
    ] == answer.out.splitlines()
    assert [f"somebody else permits {begin}monitor to DESCRIBE topics that begin with {begin}: "
            "take that away if it is not meant."] == answer.err.splitlines()
    assert {"concord", *AGENCIES, "monitor"} == permitted(admin, begin)
    assert {"police"} == permitted(admin, begin, ACLPermissionType.DENY)
    assert NOTHING == fresh("init", "--kafka").out


def test_an_agency_that_left_may_nothing_and_comes_in_no_more(
        fresh: Partnership, admin: Any) -> None:
    """Its topics stay, with what it said; when it comes back, it may again what it might."""
    begin = fresh.namespace
    assert 0 == fresh("init", "--kafka").code
    before = topics_of(admin, begin)
    fresh.configure(WITHOUT_RIVERSIDE)

    answer = fresh("init", "--kafka")

    of_riverside = "no longer permit {0}riverside to "
    assert [
        *((of_riverside + what).format(begin) for what in (
            "DESCRIBE, READ group {0}riverside", "DESCRIBE, READ groups that begin with "
            "{0}riverside.", "DESCRIBE, READ topic {0}safeguarding.feed.riverside",
            "DESCRIBE, WRITE topic {0}safeguarding.inbox.riverside",
            "DESCRIBE, READ topic {0}safeguarding.notices.riverside")),
        f"let {begin}riverside log in no more", "Made 6 changes.",
    ] == answer.out.splitlines()
    left = {"concord", "council", "police"}
    assert left == permitted(admin, begin) == known(admin, begin)
    assert before == topics_of(admin, begin)
    with pytest.raises(ConfigError, match="does not accept our user name and password"):
        knock(fresh.address("riverside"))
    assert NOTHING == fresh("init", "--kafka").out

    fresh.configure()
    assert "Made 6 changes." == fresh("init", "--kafka").out.splitlines()[-1]
    knock(fresh.address("riverside"))


def test_a_new_password_shuts_the_old_one_out(fresh: Partnership) -> None:
    """At once, and for this agency alone; a run that was stopped half way is finished."""
    assert sentence(fresh, 2, "--rotate", "police").startswith("police has no user yet")
    assert 0 == fresh("init", "--kafka").code
    old = {each: fresh.password(each) for each in ("concord", *AGENCIES)}
    dry = fresh("init", "--kafka", "--dry-run", "--rotate", "police")
    assert (0, old["police"]) == (dry.code, fresh.password("police"))

    answer = fresh("init", "--kafka", "--rotate", "police")

    new = fresh.password("police")
    assert (0, "") == (answer.code, answer.err)
    assert new not in answer.out
    assert {**old, "police": new} == {each: fresh.password(each) for each in old}
    knock(fresh.address("police"))
    with pytest.raises(ConfigError, match="does not accept our user name and password"):
        knock(fresh.address("police", old["police"]))
    assert 0o600 == stat.S_IMODE((fresh.home / "secrets" / "police").stat().st_mode)

    drawn = Passwords(fresh.home / "secrets").renew("council")
    answer = fresh("init", "--kafka")
    assert [f"finish the new password of {fresh.namespace}council", "Made 1 change."] \
        == answer.out.splitlines()
    assert drawn == fresh.password("council")
    knock(fresh.address("council"))
    assert "There is no agency 'lifeguards'" in sentence(fresh, 2, "--rotate", "lifeguards")
    fresh.configure(namespace="")
    assert "is who [kafka] logs in as" in sentence(fresh, 2, "--rotate", "concord")


def test_with_certificates_nobody_has_a_password(
        fresh: Partnership, admin: Any, tmp_path: Path) -> None:
    """Over mTLS the same permissions are made, and no users."""
    server = fresh.services.kafka
    if server.ca_key_file is None:
        pytest.skip("somebody else's Kafka, whose authority we are not")
    shown = issue(server.ca_file, server.ca_key_file, "concord", tmp_path)
    fresh.configure(bootstrap_servers=[server.bootstrap_mtls], security="SSL",
                    certificate_file=str(shown.certificate_file), key_file=str(shown.key_file))

    answer = fresh("init", "--kafka")

    assert (0, "") == (answer.code, answer.err)
    assert "make user" not in answer.out
    assert {"concord", *AGENCIES} == permitted(admin, fresh.namespace)
    assert (set(), NOTHING) == (known(admin, fresh.namespace), fresh("init", "--kafka").out)
    assert "known by their certificates" in sentence(fresh, 2, "--rotate", "police")


def test_a_topic_that_is_cut_otherwise_is_left_alone(fresh: Partnership, admin: Any) -> None:
    """The number of partitions can never change, so somebody must decide."""
    admin.create_topics({f"{fresh.namespace}safeguarding.inbox.police": {
        "num_partitions": 3, "replication_factor": 1}}, wait_for_metadata=True)

    said = sentence(fresh, 2)

    assert f"{fresh.namespace}safeguarding.inbox.police has 3 partitions and must have 4" in said
    assert set() == permitted(admin, fresh.namespace)


def test_what_is_wrong_with_the_way_in_is_said_in_a_sentence(
        fresh: Partnership, tmp_path: Path) -> None:
    """Who to ask, and never a traceback or the password."""
    server = fresh.services.kafka
    other = authority(tmp_path).certificate_file
    (fresh.home / "wrong").write_text("wrong")
    wrong: dict[str, tuple[int, str, dict[str, Any]]] = {
        "password": (2, "does not accept our user name and password",
                     {"password_file": "wrong"}),
        "nobody there": (4, "Kafka does not answer", {"bootstrap_servers": ["127.0.0.1:1"]}),
        "another authority": (2, "is not one that we trust", {"ca_file": str(other)}),
        "no authority's file": (2, "all as PEM", {"ca_file": "wrong"}),
        "no TLS": (2, "speaks TLS and nothing else", {"security": "SASL_PLAINTEXT"}),
        "TLS where there is none": (2, "does not speak TLS", {
            "bootstrap_servers": [server.bootstrap_plain]}),
        "a certificate is wanted": (2, "does not take our certificate", {
            "bootstrap_servers": [server.bootstrap_mtls]}),
        "no administrator": (2, "Kafka does not permit that to our principal", {}),
    }
    said = {}
    for name, (code, words, keys) in wrong.items():
        fresh.configure(**keys)
        if name == "no administrator":
            assert 0 == fresh("init", "--kafka").code
            fresh.configure(username=f"{fresh.namespace}police",
                            password_file="secrets/police")  # noqa: S106  # the name of a file
        said[name] = words in sentence(fresh, code)

    assert dict.fromkeys(wrong, True) == said


def test_a_user_that_kafka_does_not_take_is_said_without_its_words(admin: Any) -> None:
    """The driver gives back a text in place of an error, and that is not passed on."""
    with pytest.raises(ConfigError, match="Kafka does not take a change of its users"):
        let_in(admin, "", "secret")


def without(line: str) -> Callable[[str], str]:
    """The broker's settings without one of them."""
    def change(settings: str) -> str:
        assert line in settings
        return settings.replace(line, "")
    return change


def test_a_cluster_that_refuses_nothing_is_refused(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch, registry_server: RegistryServer,
        postgres_server: PostgresServer) -> None:
    """With no authorizer, or one that lets everybody do what no permission speaks of."""
    from compose.local import kafka
    from tests.services.started import privately

    usual = kafka._SETTINGS.read_text()
    settings = tmp_path / "kafka.properties"
    monkeypatch.setattr(kafka, "_SETTINGS", settings)
    no_authorizer = without(
        "authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer\n")
    settings.write_text(no_authorizer(usual))
    with ExitStack() as stack:
        services = stack.enter_context(privately(tmp_path / "services", "kafka"))
        made = stack.enter_context(partnership(tmp_path, Services(
            services.kafka.server, registry_server, postgres_server)))
        assert "has no authorizer" in sentence(made, 2)

        settings.write_text(usual.replace("no.acl.found=false", "no.acl.found=true"))
        services.kafka.restart()
        answer = made("init", "--kafka")

    assert 2 == answer.code
    assert "do what no permission speaks of: set allow.everyone.if.no.acl.found=false" \
        in answer.err
