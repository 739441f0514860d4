"""Agencies' own systems on the real services: the programs of README, and what befalls them."""
import re
import subprocess
import sys
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from signal import SIGINT
from threading import Thread
from time import monotonic, sleep

import pytest

from broker.backends.http_registry import HttpRegistry
from broker.backends.kafka import KafkaLog
from broker.backends.kafka_client import KafkaAddress
from broker.client import Agency, Message, TooLarge, Unreadable
from broker.errors import ConfigError, TemporarilyUnavailable
from broker.event.concern import CategoryWord, ConcernRecorded
from broker.event.envelope import Statement
from broker.log import topics
from broker.log.records import Lane, Record
from broker.log.settings import topics_of
from broker.vocabulary.words import ConcernCategory
from broker.wire.codec import BAD_MAGIC_BYTE, UNKNOWN_SCHEMA_ID, Codec
from compose.certificates import issue
from compose.local.servers import KafkaServer, PostgresServer, RegistryServer
from compose.local.services import Services as Private
from tests.backends.kafka_places import make
from tests.cli.conftest import COMMAND
from tests.client.conftest import AT, girl
from tests.services.partnership import Partnership, Services, partnership
from tests.services.started import ROOT

EXAMPLES = ROOT / "docs" / "examples"
SECONDS_MAX = 180.0
AWAY = "Kafka or the schema registry does not answer: waiting for it."
FEED = topics.feed("riverside")


def wait_for(done: Callable[[], bool], what: str) -> None:
    """Return when it is so; fail when it takes too long."""
    until = monotonic() + SECONDS_MAX
    while not done():
        assert monotonic() < until, f"not in time: {what}"
        sleep(0.1)


def connected(made: Partnership, code: str, **differing: object) -> Agency:
    """An agency's system, as its operator was told to set it up."""
    given: dict[str, object] = {
        "bootstrap_servers": made.services.kafka.bootstrap_sasl,
        "registry_url": made.services.registry.url, "namespace": made.namespace,
        "ca_file": made.services.kafka.ca_file, "password": made.password(code)}
    return Agency.connect(code, **{**given, **differing})  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def ready(
    tmp_path_factory: pytest.TempPathFactory, kafka_server: KafkaServer,
    registry_server: RegistryServer, postgres_server: PostgresServer,
) -> Iterator[Partnership]:
    """The example's partnership on the run's services, made ready by the command."""
    services = Services(kafka_server, registry_server, postgres_server)
    with partnership(tmp_path_factory.mktemp("client"), services) as made:
        answer = made("init", "--kafka")
        assert 0 == answer.code, answer.err
        yield made


@pytest.fixture
def trial(private_services: Private, tmp_path: Path) -> Partnership:
    """The same on services of the test's own, under the names that a reader of README has."""
    made = Partnership(tmp_path / "trial", "", Services(
        private_services.kafka.server, private_services.registry.server,
        private_services.postgres.server))
    made.configure()
    answer = made("init", "--kafka")
    assert 0 == answer.code, answer.err
    return made


# -- the programs of README -----------------------------------------------------------------


def places(made: Partnership, code: str) -> dict[str, str]:
    """All that an example is given of the world."""
    return {"KAFKA": made.services.kafka.bootstrap_sasl, "REGISTRY": made.services.registry.url,
            "CA_FILE": str(made.services.kafka.ca_file),
            "PASSWORD_FILE": str(made.home / "secrets" / code)}


def produced(made: Partnership, code: str) -> list[str]:
    """What the producing program prints."""
    done = subprocess.run(
        [sys.executable, str(EXAMPLES / "produce.py"), code], env=places(made, code),
        capture_output=True, text=True, timeout=SECONDS_MAX, check=False)
    assert (0, "") == (done.returncode, done.stderr)
    return done.stdout.splitlines()


def concord(made: Partnership, *words: str) -> str:
    """What the command prints, run as the operator runs it."""
    done = subprocess.run([*COMMAND, *words, "--home", str(made.home)], capture_output=True,
                          text=True, timeout=SECONDS_MAX, check=False)
    assert (0, "") == (done.returncode, done.stderr)
    return done.stdout


class Following:
    """The consuming program as a process, and what it prints."""

    def __init__(self, made: Partnership, name: str = "first"):
        self.positions = made.home / "riverside.positions"
        self.out, self.err = made.home / f"{name}.out", made.home / f"{name}.err"
        with self.out.open("w") as out, self.err.open("w") as err:
            self.process = subprocess.Popen(
                [sys.executable, str(EXAMPLES / "follow.py")], env=places(made, "riverside"),
                cwd=made.home, stdout=out, stderr=err)

    @property
    def lines(self) -> list[str]:
        """What it has printed."""
        return self.out.read_text().splitlines()

    def handled(self, messages: int) -> bool:
        """Whether it has saved that it has handled so many messages since it first began."""
        if self.process.poll() is not None:
            pytest.fail(f"it ended by itself: {self.err.read_text()}")
        found = self.positions.read_text() if self.positions.exists() else ""
        return messages <= sum(map(int, re.findall(r": (\d+)", found)))

    def interrupted(self) -> tuple[int, str]:
        """Its exit code and complaints after Ctrl-C."""
        self.process.send_signal(SIGINT)
        try:
            return self.process.wait(SECONDS_MAX), self.err.read_text()
        finally:
            self.process.kill()
            self.process.wait()


def test_the_two_programs_of_readme(trial: Partnership) -> None:
    """Police and the home say what they recorded; the home is told that it is at odds with the
    police's record, and its answer is on the notice. Started again, its system goes on."""
    assert [2, 2] == [len(produced(trial, code)) for code in ("riverside", "police")]
    concord(trial, "check")
    concord(trial, "deliver")
    first = Following(trial)
    wait_for(lambda: first.handled(3), "a notice, and what police say of the child")
    concord(trial, "intake")
    shown = concord(trial, "notices", "riverside")
    wait_for(lambda: first.handled(4), "the notice as it was answered")
    ended = first.interrupted()
    again = Following(trial, "again")
    produced(trial, "police")
    concord(trial, "check")
    concord(trial, "deliver")
    wait_for(lambda: again.handled(6), "what the police say of her since")
    again.interrupted()

    assert (0, "") == ended
    assert re.match(r"CRITICAL M01 Riverside House recorded the child as missing", first.lines[0])
    assert ["taken in: IncidentRecorded", "taken in: NoticeIssued",
            "taken in: PersonRecorded"] == sorted(first.lines[1:])
    assert re.match(r"critical M01 acknowledged +1 ", shown)
    assert [] == [line for line in again.lines if "CRITICAL M01" in line]


def test_each_program_has_twenty_lines_at_most() -> None:
    """It is what we promise, and as much as README can show."""
    assert {"follow.py": 20, "produce.py": 20} == {
        each.name: max(20, len(each.read_text().splitlines())) for each in EXAMPLES.iterdir()
        if each.suffix == ".py"}


# -- who may come in ------------------------------------------------------------------------


def test_a_wrong_password_is_said_at_once(ready: Partnership) -> None:
    """One sentence, and nothing is waited for in vain."""
    with pytest.raises(ConfigError, match="does not accept our user name and password"):
        connected(ready, "police", password=ready.password("council"))


def test_nobody_comes_in_as_another_agency(ready: Partnership) -> None:
    """The name that counts is the one that the password opens."""
    with pytest.raises(ConfigError, match="does not permit that to our principal"):
        connected(ready, "riverside", username=f"{ready.namespace}police",
                  password=ready.password("police"))


def test_an_agency_may_come_in_by_its_certificate(ready: Partnership, tmp_path: Path) -> None:
    """The name in it is the agency's; there is no password then."""
    kafka = ready.services.kafka
    if kafka.ca_key_file is None:
        pytest.skip("these services issue no certificates")
    own = issue(kafka.ca_file, kafka.ca_key_file, f"{ready.namespace}police", tmp_path)

    with connected(ready, "police", security="SSL", password=None,
                   bootstrap_servers=kafka.bootstrap_mtls,
                   certificate_file=own.certificate_file, key_file=own.key_file) as police, \
            connected(ready, "police") as same:
        assert same.publish(girl(same)) == police.publish(girl(police))


def test_an_agency_never_registers(
    kafka_server: KafkaServer, registry_server: RegistryServer, namespace: str,
) -> None:
    """Where a schema is missing it says so, and whose work it is; nothing is sent."""
    address = KafkaAddress((kafka_server.bootstrap_plain,), "PLAINTEXT", namespace=namespace)
    make(address, *topics_of(["police"]))

    with Agency.connect("police", bootstrap_servers=kafka_server.bootstrap_plain,
                        security="PLAINTEXT", registry_url=registry_server.url,
                        namespace=namespace) as police, \
            pytest.raises(ConfigError, match="the schema of PersonRecorded is not in the schema"):
        police.publish(girl(police))
    with closing(KafkaLog(address)) as log:
        assert {0} == set(log.ends(topics.lanes_of(topics.inbox("police"), 4)).values())


# -- what is sent ---------------------------------------------------------------------------


def of_size(agency: Agency, codec: Codec, size: int) -> ConcernRecorded:
    """A statement of exactly so many bytes."""
    word = CategoryWord(category=ConcernCategory.NEGLECT, word="n" * 200)

    def said(words: int, letters: int) -> ConcernRecorded:
        return agency.statement(ConcernRecorded, record="C1", subject="police-1", recorded_at=AT,
                                categories=(word,) * words, not_shared_reason="n" * letters)

    each = (len(codec.encode(said(200, 1000))) - len(codec.encode(said(100, 1000)))) // 100
    words, letters = size // each - 10, 1000
    letters += size - len(codec.encode(said(words, letters)))
    assert size == len(codec.encode(said(words, letters))), "a length takes two bytes either way"
    return said(words, letters)


def test_a_message_may_be_as_large_as_it_may_be_and_no_larger(ready: Partnership) -> None:
    """What the client lets through the cluster takes; one byte more never leaves the agency."""
    registry = HttpRegistry(ready.services.registry.url, ready.namespace, may_register=False)
    with closing(registry), connected(ready, "council") as council:
        codec = Codec(registry)
        largest = of_size(council, codec, topics.INBOX_BYTES_MAX)
        event_id = council.publish(largest)
        with pytest.raises(TooLarge) as refused:
            council.publish(of_size(council, codec, topics.INBOX_BYTES_MAX + 1))

    with closing(KafkaLog(super_user(ready))) as log:
        sent = [each.record for lane in topics.lanes_of(topics.inbox("council"), 4)
                for each in log.read(lane, 0, 10)]
    reject = refused.value.reject
    assert [event_id.bytes] == [each.key for each in sent]
    assert (topics.INBOX_BYTES_MAX + 1, 64 * 1024, 64) == (
        reject.size, len(reject.raw), len(reject.sha256))
    assert sha256(reject.raw).hexdigest() != reject.sha256


def super_user(made: Partnership) -> KafkaAddress:
    """Kafka, as one who may do everything."""
    return KafkaAddress((made.services.kafka.bootstrap_plain,), "PLAINTEXT",
                        namespace=made.namespace)


# -- what is followed -----------------------------------------------------------------------


def word(message: Message) -> str:
    """What a message is: the record a statement is about, or why it cannot be read."""
    if isinstance(message.value, Unreadable):
        return message.value.reason
    assert isinstance(message.value, Statement)
    return message.value.record


def given(made: Partnership, *what: str | bytes | None) -> None:
    """Write into the home's feed: statements by the names of their records, and whatever else."""
    registry = HttpRegistry(made.services.registry.url, made.namespace, may_register=False)
    with closing(registry), closing(KafkaLog(super_user(made))) as log, \
            connected(made, "police") as police:
        codec, said = Codec(registry), girl(police)
        log.append(Lane(FEED, 1), [
            Record(str(each).encode(), codec.encode(replace(said, record=each))
                   if isinstance(each, str) else each, AT) for each in what])


def test_a_follower_passes_what_is_poisonous_and_goes_on_where_it_was(
    ready: Partnership, tmp_path: Path,
) -> None:
    """Each connection of its own, as each start of a program makes one."""
    given(ready, "one", b"poison", None, b"\x00\x7f\xff\xff\xff-", "two")

    def follow() -> list[str]:
        with connected(ready, "riverside") as home:
            return [word(each) for each in home.follow(positions=tmp_path / "kept", wait=False)]

    first = follow()
    given(ready, "three")

    assert ["one", BAD_MAGIC_BYTE, UNKNOWN_SCHEMA_ID, "two"] == first
    assert [["three"], []] == [follow(), follow()]


class Kept:
    """Positions that several processes would share."""

    def __init__(self) -> None:
        self.positions: dict[Lane, int] = {}

    def saved(self, lanes: Collection[Lane]) -> Mapping[Lane, int]:
        return {lane: self.positions[lane] for lane in lanes if lane in self.positions}

    def save(self, positions: Mapping[Lane, int]) -> None:
        self.positions |= positions


def test_workers_of_a_group_divide_what_is_followed(ready: Partnership) -> None:
    """The agency's own principal may use groups under its own name."""
    given(ready, "one more")
    kept = Kept()
    with connected(ready, "riverside") as home:
        for message in home.follow(positions=kept, group="desk"):
            if word(message) == "one more":
                home.stop()

    assert {Lane(FEED, 1)} == kept.positions.keys()


# -- when services are away -----------------------------------------------------------------


def test_a_program_outlives_a_broker_that_goes_and_comes_back(
    trial: Partnership, private_services: Private, tmp_path: Path,
) -> None:
    """Who sends is told, and sends again; who follows need not know; Ctrl-C is heard meanwhile."""
    seen: list[str] = []
    home = connected(trial, "riverside", patience_seconds=2.0)
    # What it takes to see that nobody answers, and must do for the return to a broker just begun.
    police = connected(trial, "police", patience_seconds=5.0)
    program = Following(trial)
    given(trial, "before")

    def follow() -> None:
        seen.extend(word(each) for each in home.follow(positions=tmp_path / "kept"))

    following = Thread(target=follow)
    following.start()
    wait_for(lambda: program.handled(1), "the message before")
    private_services.kafka.kill()
    with pytest.raises(TemporarilyUnavailable):
        police.publish(girl(police))
    heard = program.interrupted()
    private_services.kafka.start()
    event_id = police.publish(girl(police))
    given(trial, "after")
    wait_for(lambda: (tmp_path / "kept").exists() and ": 2" in (tmp_path / "kept").read_text(),
             "the message after")
    home.stop()
    following.join(SECONDS_MAX)
    home.close()
    police.close()

    assert ["before", "after"] == seen
    assert heard in ((0, ""), (0, f"{AWAY}\n"))
    assert event_id.version == 5
