"""Real runs of every command that prints JSON: on a demo's world, and after an evening's trouble.
"""
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from broker.bootstrap import open_home
from broker.log import topics
from broker.log.records import Lane, Record
from tests.cli.conftest import Cli, written
from tests.pipeline import lines

SMALL = ("--children", "20", "--days", "3", "--seed", "7")
NIGHT, MORNING = "2026-01-07T23:50+00:00", "2026-01-08T10:00+00:00"
WHY = ("--by", "o.perator", "--reason", "looked at both")
CONTACTS = '''
[[agencies.police.contacts]]
name = "Control room"
[[agencies.police.contacts]]
name = "Duty inspector"
'''
Printed = dict[str, list[Any]]


class Runs:
    """The commands that are run over one home, and what each has printed."""

    def __init__(self, home: Path, printed: Printed | None = None):
        self.home = home
        self._cli = Cli(home)
        self._cli.now = NIGHT
        self.printed: Printed = {} if printed is None else printed

    def later(self, now: str) -> None:
        """Move the clock."""
        self._cli.now = now

    def quiet(self, *words: str | Path) -> None:
        """Run a command that is not asked for JSON."""
        answer = self._cli(*words)
        assert answer.code in (0, 3), (words, answer)

    def __call__(self, command: str, *words: str | Path) -> Any:
        """What a command prints as JSON, noted under its name."""
        answer = self._cli(*command.split(), *words, "--format", "json")
        assert answer.code in (0, 2, 3), (command, answer)
        self.printed.setdefault(command, []).append(answer.json)
        return answer.json


def made(folder: Path) -> Printed:
    """What every command prints, by its name, over a home made in this folder."""
    home = folder / "demo"
    assert 0 == Cli(folder)("demo", *SMALL, "--out", home).code
    config = home / "concord.toml"
    config.write_text(config.read_text(encoding="utf-8") + CONTACTS, encoding="utf-8")
    run = Runs(home)
    _publishing(run, folder)
    _findings(run, folder)
    _people(run, folder)
    _operations(run)
    _backtest(Runs(folder / "evening", run.printed), folder)
    return run.printed


def _publishing(run: Runs, folder: Path) -> None:
    """A girl is missing; files with every fault, a message with conditions, an allegation."""
    at, before = "2026-01-07T21:20:00Z", {"updated_at": "2026-01-07T09:00:00Z"}
    run("publish", "riverside", written(folder / "riverside", residents=[
        lines.RESIDENTS, lines.resident("R1", "Kayleigh", "Thornton", "2011-05-14",
                                        nhs_number="9434765919", **before)],
        absences=[
            lines.ABSENCES, lines.absence("A1", "R1", at),
            lines.absence("A0", "R1", "2025-12-20T20:00:00Z", returned_at="2025-12-20T23:00:00Z",
                          return_interview_at="2025-12-22T15:00:00Z", **before)]))
    run("publish", "police", written(
        folder / "police", nominals=[
            f"{lines.NOMINALS},shoe_size",
            lines.nominal("N1", "Kayleigh", "Thornton", "2011-05-14", **before) + ",4"],
        incidents=[lines.INCIDENTS, lines.incident(
            "INC1", "N1", "Concern for safety", at, grade_initial="Soonish"),
            lines.incident("INC2", "N1", "Concern for safety", "yesterday")],
        ppn=[lines.PPN, lines.notice("PPN1", "N1", at, "physical_abuse", handling_code="C",
                                     handling_conditions="not to be told to the parents"),
             lines.notice("PPN2", "N1", at, "physical_abuse", alleged_source="home_staff",
                          alleged_urn="SC012345")],
        markers=["marker_ref,marker", "MK1,child"], canteen=["dish", "soup"]))
    with closing(open_home(run.home)) as concord:
        inbox = topics.inbox("police")
        sent = [each.record for lane in topics.lanes_of(inbox, concord.log.partitions(inbox))
                for each in concord.log.read(lane, 0, 1000)]
        strange = Record(b"a message", b"\x00\x00\x00\x03\xe7no schema", concord.clock.now())
        concord.log.append(Lane(topics.inbox("riverside"), 0), [
            *(each for each in sent if b"PPN2" in (each.value or b"")), strange])
    run("intake")
    run("check")
    run("deliver")
    run("held list")
    for each in run("rejects list"):
        run("rejects show", each["reject"])
    run("status")


def _findings(run: Runs, folder: Path) -> None:
    """A notice that somebody answers, one that nobody does, a finding that is decided on."""
    first, second = [each["notice"] for each in run("notices", "police")
                     if each["severity"] == "critical"][:2]
    for by, next_step in (("a.sergeant", "ringing"), ("an.inspector", "going there")):
        run("notices", "police", "--answer", first, "--by", by, "--next-step", next_step)
    run.later(MORNING)
    run("deliver")
    run("notices", "police")
    run("findings", "--state", "all")
    finding = second.rpartition(".")[0]
    run.quiet("decide", finding, "confirmed", *WHY)
    run("publish", "police", written(folder / "mended", incidents=[
        lines.INCIDENTS, lines.incident("INC1", "N1", "Missing person", "2026-01-07T21:20:00Z",
                                        updated_at="2026-01-08T09:30:00Z")]))
    run("check")
    run("deliver")
    wanted = {each["code"]: each["id"] for each in run("findings", "--state", "all")}
    for each in dict.fromkeys((*wanted.values(), finding, first.rpartition(".")[0])):
        run("explain", each)
    run("missing")
    run("allegations list", "riverside:R1")
    run.quiet("allegations", "release", "riverside", "riverside:R1", *WHY)
    run("allegations list", "riverside:R1")
    run("report consistency")
    run("report agreement")


def _people(run: Runs, folder: Path) -> None:
    """Pairs that wait for a person, and what a person then says of one."""
    run.quiet("publish", "hillcrest", written(folder / "hillcrest", residents=[
        lines.RESIDENTS, lines.resident("H1", "Kayleigh", "Thornton", "2011-05-14",
                                        nhs_number="9434765870", home_urn="SC023456",
                                        updated_at="2026-01-07T09:00:00Z")]))
    run.quiet("check")
    people = run("people list")
    run("child", next(each["child"] for each in people if "police:N1" in each["records"]))
    pair = "hillcrest:H1", "riverside:R1"
    run("people review")
    run("people explain", *pair)
    run("people explain", people[0]["records"][0], people[1]["records"][0])
    run("people judge", *pair, "same", *WHY)
    run.quiet("check")
    run.quiet("deliver")
    run("people explain", *pair)
    run("people explain", "police:N1", "hillcrest:H1")
    run("people judge", *pair, "different", *WHY)
    run("people judge", "police:N1", "hillcrest:H1", "same", *WHY, "--dry-run")
    run("people undo", *pair, *WHY)
    run("people undo", *pair, *WHY)
    run("people judgements")
    run("people list")
    run("identity model")


def _operations(run: Runs) -> None:
    """What is held on somebody, what would be erased, and what stands behind it all."""
    run("access", "police:N1", "--actor", "police:d.officer", "--purpose", "asked")
    for said in ((), ("--yes",)):
        run("erase", "police:N1", "--by", "r.manager", "--authorised-by", "d.officer", "--reason",
            "order 12", *said)
    run("audit verify")
    run("schemas list")
    run("schemas publish")


def _backtest(run: Runs, folder: Path) -> None:
    """A change tried on a log of one evening: all of it is told again twice."""
    run.quiet("init")
    run.quiet("publish", "riverside", folder / "riverside")
    run.quiet("publish", "police", folder / "police" / "incidents.csv")
    run.quiet("publish", "police", folder / "police" / "nominals.csv")
    run.quiet("check")
    run("backtest", "--without", "M01", "--limit", "historical_after_days=5")


def nodes(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every value within one that was printed, with its place: `[]` is an item of a list."""
    if path:
        yield path, value
    if isinstance(value, dict):
        for key, below in value.items():
            yield from nodes(below, f"{path}.{key}" if path else key)
    elif isinstance(value, list):
        for below in value:
            yield from nodes(below, f"{path}[]")
