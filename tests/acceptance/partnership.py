"""A case: what agencies published when, and which findings should then stand."""
import tomllib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from broker.backends.clock import ManualClock
from broker.bootstrap import Concord, open_memory
from broker.cli.example import CONFIGURATION
from broker.config import parse
from broker.event.finding import Finding
from broker.pipeline.publish import files_below
from broker.pipeline.publish_report import PublishReport
from broker.report.findings import stored_findings
from broker.vocabulary.words import FindingState, Severity
from tests.acceptance.files import Row, moment, write

MORE_AGENCIES = '''
[agencies.hilltop]
adapter = "care_home"
name = "Hilltop House"
home_urn = "SC067890"

[agencies.border]
adapter = "police"
name = "Border Police"
force_code = "13"

[agencies.moorside]
adapter = "social_care"
name = "Moorside Council"
authority_code = "816"
'''
EVERYONE = '["police", "council", "riverside", "hilltop", "border", "moorside"]'
SEVERITIES = {each.value.lower() for each in Severity}
STATES = {each.value.lower() for each in FindingState}


@dataclass(frozen=True, slots=True)
class Told:
    """An agency publishes rows, as extracted at the moment or at `extracted`."""

    at: str
    agency: str
    rows: tuple[Row, ...]
    extracted: str | None = None
    refused: bool = False


@dataclass(frozen=True, slots=True)
class Heard:
    """Agencies publish again, with nothing new: every file they ever sent, its header alone."""

    at: str
    agencies: str = "police council riverside"


@dataclass(frozen=True, slots=True)
class Expected:
    """The findings that stand at a moment: code to the words each must show.

    A word is a severity, a state (open where none is said) or a record that is cited; "-record"
    is one that is not. Codes in `apart` may or may not stand; any other must not.
    """

    at: str
    findings: dict[str, tuple[str, ...]]
    apart: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """A name for the reader, and what happens in order."""

    name: str
    steps: tuple[Told | Heard | Expected, ...]
    snapshot: str = ""


def told(at: str, agency: str, *rows: Row, extracted: str | None = None) -> Told:
    """An agency publishes these rows at this moment."""
    return Told(at, agency, rows, extracted)


def refused(at: str, agency: str, *rows: Row, extracted: str | None = None) -> Told:
    """An agency publishes, and at least one file is refused."""
    return Told(at, agency, rows, extracted, refused=True)


def heard(at: str, agencies: str = "police council riverside") -> Heard:
    """The feeds are heard, with nothing new in them."""
    return Heard(at, agencies)


def stands(at: str, apart: str = "", **findings: str | tuple[str, ...]) -> Expected:
    """These findings stand, and no other."""
    return Expected(at, {code: (words,) if isinstance(words, str) else words
                         for code, words in findings.items()}, apart)


def silent(at: str, apart: str = "") -> Expected:
    """Nothing stands."""
    return Expected(at, {}, apart)


def case(name: str, *steps: Told | Heard | Expected, snapshot: str = "") -> Case:
    """A case, its steps in order of time."""
    return Case(name, steps, snapshot)


class Partnership:
    """Police, a council and a home with their neighbours, in memory, under a clock of hand."""

    def __init__(self, folder: Path, start: datetime, snapshot: str = ""):
        self.folder = folder
        self.clock = ManualClock(start)
        text = CONFIGURATION.replace('["police", "council", "riverside"]', EVERYONE)
        for agency in snapshot.split():
            text = text.replace(f"[agencies.{agency}]",
                                f'[agencies.{agency}]\nextract = "snapshot"\n')
        text = text.replace("[[agreements]]", MORE_AGENCIES + "[[agreements]]", 1)
        self.concord: Concord = open_memory(parse(tomllib.loads(text)), self.clock)
        self.tables: dict[str, set[str]] = defaultdict(set)
        self.drops = 0

    def publish(self, agency: str, rows: Iterable[Row],
                extracted_at: datetime | None = None) -> PublishReport:
        """Write every file the agency ever sent, and publish the folder."""
        rows = list(rows)
        self.tables[agency] |= {each.table for each in rows}
        self.drops += 1
        drop = self.folder / f"{self.drops}"
        drop.mkdir()
        taken = extracted_at or self.clock.now()
        write(drop, rows, self.tables[agency], taken)
        paths = list(files_below(drop))
        found = self.concord.publisher().publish(
            self.concord.feed(agency), paths, dict.fromkeys(paths, taken), taken)
        self.concord.relay()
        return found

    def findings(self) -> list[Finding]:
        """Check, and every finding of today in any state."""
        self.concord.check()
        with self.concord.store.view() as view:
            return [each for each in stored_findings(view, self.concord.codec)
                    if not each.historical]


def unlike(finding: Finding, words: str) -> list[str]:
    """The words this finding does not bear out."""
    cited = {each.record for each in finding.evidence}
    wrong = []
    for word in words.split():
        if word in SEVERITIES:
            good = finding.severity.value.lower() == word
        elif word.startswith("-"):
            good = word[1:] not in cited
        else:
            good = word in STATES or word in cited
        wrong += [] if good else [word]
    return wrong


def state_of(words: str) -> str:
    """The state these words ask for."""
    return next((word for word in words.split() if word in STATES), "open")


def differences(found: list[Finding], expected: Expected) -> list[str]:
    """How what stands differs from what should, one line each; empty where it does not."""
    lines = []
    left = list(found)
    for code, all_words in expected.findings.items():
        for words in all_words:
            fits = [each for each in left if each.code == code and not unlike(each, words)
                    and each.state.value.lower() == state_of(words)]
            if fits:
                left.remove(fits[0])
            else:
                lines.append(f"{expected.at}: no {code} {words}")
    lines += [f"{expected.at}: unexpected {each.code} {each.severity.value.lower()} "
              f"{' '.join(sorted(said.record for said in each.evidence))}: {each.sentence}"
              for each in left if each.state is FindingState.OPEN
              and each.code not in expected.apart.split()]
    return lines


def run(given: Case, folder: Path) -> list[str]:
    """Play a case through the real pipeline; how it differs from what it expects."""
    partnership = Partnership(folder, moment(given.steps[0].at), given.snapshot)
    lines = []
    for step in given.steps:
        partnership.clock.set(moment(step.at))
        if isinstance(step, Told):
            extracted = moment(step.extracted) if step.extracted else None
            found = partnership.publish(step.agency, step.rows, extracted)
            if bool(found.refused) is not step.refused:
                lines.append(f"{step.at}: refused {found.refused}")
        elif isinstance(step, Heard):
            for agency in step.agencies.split():
                partnership.publish(agency, ())
        else:
            lines += differences(partnership.findings(), step)
    return lines
