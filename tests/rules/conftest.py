"""The form of rule cases: YAML that a practitioner can read and add to, made into cases."""
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from functools import cache
from pathlib import Path
from types import NoneType
from typing import Any, get_args, get_origin, get_type_hints
from zoneinfo import ZoneInfo

import pytest

from broker.case.case import Case, Link, Partnership, Received, build_case
from broker.case.reach import Reach, Refused
from broker.event.agency import Agency
from broker.event.catalogue import STATEMENT_BY_NAME
from broker.event.concern import CategoryWord
from broker.event.digest import NIL, digest_of, event_id_of
from broker.event.envelope import Moment, Statement
from broker.event.subject import person_key_of
from broker.rules.catalogue import AGENCY_RULES
from broker.rules.limits import Limits, from_mapping
from broker.vocabulary.words import AgencyKind, Precision, State, System
from tests.rules.agency_form import AgencyCase, agency_case, agency_cases, given_in

LONDON = ZoneInfo("Europe/London")
CASES = Path(__file__).parent / "cases"
AGENCY_CODES = frozenset(each.code for each in AGENCY_RULES)
KINDS = ("pass", "fail", "boundary", "not_evaluated", "real_life")
# resolved: raised and resolved at once, because what was due was done late (`until` is by when).
ANSWERS = ("raised", "resolved", "clear", "not_evaluated")
TYPES = {
    "person": "PersonRecorded", "incident": "IncidentRecorded",
    "missing": "MissingEpisodeRecorded", "concern": "ConcernRecorded",
    "referral": "ReferralRecorded", "assessment": "AssessmentRecorded",
    "enquiry": "EnquiryRecorded", "conference": "ConferenceRecorded", "plan": "PlanRecorded",
    "care_period": "CarePeriodRecorded", "placement": "PlacementRecorded",
    "visit": "VisitRecorded", "review": "ReviewRecorded", "marker": "MarkerRecorded",
    "risk_link": "RiskLinkRecorded",
}
SSD_TABLES = {
    "referral": ("ssd_contacts", "ssd_cin_episodes"),
    "assessment": ("ssd_cin_assessments", "ssd_assessment_factors"),
    "conference": ("ssd_initial_cp_conference",),
    "visit": ("ssd_cin_visits", "ssd_cp_visits", "ssd_cla_visits"),
    "review": ("ssd_cp_reviews", "ssd_cla_reviews"),
}
RETURN_TABLES = {
    "cin": (System.CIN, "cin_census", (
        "PersonRecorded", "ReferralRecorded", "AssessmentRecorded", "EnquiryRecorded",
        "ConferenceRecorded", "PlanRecorded", "ReviewRecorded")),
    "ssda903": (System.SSDA903, "ssda903", (
        "PersonRecorded", "CarePeriodRecorded", "PlacementRecorded", "ReviewRecorded",
        "MissingEpisodeRecorded")),
}
PARTNERSHIP = Partnership({
    "police": Agency("police", AgencyKind.POLICE, "Valley Police", force_code="12"),
    "council": Agency("council", AgencyKind.SOCIAL_CARE, "Valley Council", authority_code="815"),
    "riverside": Agency("riverside", AgencyKind.CARE_HOME, "Riverside House",
                        home_urn="SC012345", authority_code="815"),
    "hillside": Agency("hillside", AgencyKind.CARE_HOME, "Hillside House",
                       home_urn="SC067890", authority_code="815"),
})
KEYS = {"why", "now", "said", "reach", "expect", "severity", "since", "until", "count",
        "historical", "sentence", "action", "cites", "waits_on", "missing", "look_again",
        "limits", "blocked",
        "blocked_said", "elsewhere", "unreadable", "in_doubt",
        "unsure", "told", "says", "held_on",
        "untaken", "apart", "beside", "refused"}


@dataclass(frozen=True, slots=True)
class WorkedCase:
    """One case of the YAML: what was said, and what the rule must answer."""

    code: str
    kind: str
    title: str
    case: Case
    limits: Limits
    expect: str
    wanted: dict[str, Any]


def time_of(raw: object) -> datetime:
    """A local time of the YAML, aware, in UTC; a bare date is its local midnight."""
    if isinstance(raw, datetime):
        moment = raw
    elif isinstance(raw, date):
        moment = datetime(raw.year, raw.month, raw.day)  # noqa: DTZ001 # made local below
    else:
        assert isinstance(raw, str), raw
        moment = datetime.fromisoformat(raw)
    local = moment if moment.tzinfo else moment.replace(tzinfo=LONDON)
    return local.astimezone(UTC)


@cache
def hints_of(kind: type) -> dict[str, Any]:
    """The types of its fields, worked out once: not to be changed."""
    return get_type_hints(kind)


def value_of(hint: Any, raw: Any) -> Any:
    """A value of the YAML as the type of its field."""
    if raw is None:
        return None
    options = [each for each in get_args(hint) if each is not NoneType]
    if NoneType in get_args(hint):
        return value_of(options[0], raw)
    if get_origin(hint) is tuple:
        return tuple(value_of(options[0], each) for each in raw)
    if hint is Moment:
        day = isinstance(raw, date) and not isinstance(raw, datetime)
        return Moment(at=time_of(raw), precision=Precision.DAY if day else Precision.INSTANT)
    if hint is CategoryWord and isinstance(raw, str):
        raw = {"category": raw, "word": raw}
    if isinstance(raw, dict):
        hints = hints_of(hint)
        assert set(raw) <= set(hints), f"{hint.__name__} has no {set(raw) - set(hints)}"
        return hint(**{name: value_of(hints[name], each) for name, each in raw.items()})
    if isinstance(hint, type) and issubclass(hint, Enum):
        return next(each for each in hint if each.value.lower() == str(raw).lower())
    if hint is datetime:
        return time_of(raw)
    return str(raw) if hint is str else raw


def statement_of(key: str, given: dict[str, Any], number: int, now: datetime) -> Statement:
    """One statement of the YAML, with its defaults."""
    agency, _, short = key.partition(" ")
    kind: Any = STATEMENT_BY_NAME[TYPES[short]]
    hints = hints_of(kind)
    fields = dict(given)
    recorded = fields.pop("recorded", None)
    fields.pop("came", None)
    system = fields.pop("system", "ssd" if agency == "council" else "files")
    base: dict[str, Any] = {
        "event_id": NIL, "agency": agency, "system": System(system),
        "record": str(fields.pop("record", f"{short}{number}")),
        "subject": str(fields.pop("subject", "c1")),
        "recorded_at": time_of(recorded) if recorded else now - timedelta(minutes=1),
        "state": State.WITHDRAWN if fields.pop("withdrawn", False) else State.CURRENT,
    }
    assert set(fields) <= set(hints), f"{short} has no {set(fields) - set(hints)}"
    said = {name: value_of(hints[name], raw) for name, raw in fields.items()}
    for name, value in tuple(said.items()):
        if f"{name}_word" in hints and f"{name}_word" not in said and isinstance(value, Enum):
            said[f"{name}_word"] = value.value.replace("_", " ").capitalize()
    made: Statement = kind(**base, **said)
    return replace(made, event_id=event_id_of(made, digest_of(made), made.recorded_at))


def received_of(given: list[dict[str, Any]], now: datetime) -> list[Received]:
    """All statements of a list of the YAML, each accepted when it was written, or where it says
    so when it `came`."""
    came = [fields.get("came") for each in given for fields in each.values()]
    return [Received(said, min(time_of(at) if at else said.recorded_at, now))
            for said, at in zip(statements_of(given, now), came, strict=True)]


def statements_of(given: list[dict[str, Any]], now: datetime) -> list[Statement]:
    """All statements of a list of the YAML."""
    return [statement_of(key, fields, number, now)
            for number, each in enumerate(given, 1) for key, fields in each.items()]


def reach_of(given: dict[str, Any], unreadable: dict[str, Any], now: datetime,
             told: list[str], untaken: dict[str, Any], refused: dict[str, Any]) -> Reach:
    """Every agency heard up to now for every type, save where the case says otherwise.

    A council's table may be named instead of a type, and `council.cin` and `council.ssda903` are
    its returns. `unreadable` says of `agency.type` when it last had rows that could not be read,
    `untaken` when intake last held or rejected a message, `refused` when the first and the last
    of its files were refused that no other has covered; `told` names optional facts that an
    agency gives, as `agency.type.fact`.
    """
    until: dict[tuple[str, System, str], tuple[datetime, tuple[str, ...]]] = {}
    bad: dict[tuple[str, System, str], datetime] = {}
    for agency in PARTNERSHIP.agencies:
        system = System.SSD if agency == "council" else System.FILES
        for short, name in TYPES.items():
            tables = SSD_TABLES.get(short, (name,)) if system is System.SSD else (name,)
            for table in tables:
                raw = given.get(f"{agency}.{table}",
                                given.get(f"{agency}.{short}", given.get(agency, now)))
                if raw == "never":
                    continue
                until[agency, system, table] = (time_of(raw), (name,))
                for place in (f"{agency}.{short}", f"{agency}.{table}"):
                    if place in unreadable:
                        bad[agency, system, table] = time_of(unreadable[place])
    for short, (system, table, types) in RETURN_TABLES.items():
        if f"council.{short}" in given:
            until["council", system, table] = (time_of(given[f"council.{short}"]), types)
    rejected = {(agency, TYPES[short]): time_of(at) for place, at in untaken.items()
                for agency, _, short in (place.partition("."),)}
    files = {(agency, System.FILES, short): Refused(time_of(first), time_of(last), (TYPES[short],))
             for place, (first, last) in refused.items()
             for agency, _, short in (place.partition("."),)}
    return Reach(until, bad, untaken=rejected, refused=files, told=frozenset(
        (agency, System.FILES, TYPES[short], fact)
        for agency, short, fact in (each.split(".") for each in told)))


def worked_case(code: str, given: dict[str, Any]) -> WorkedCase:
    """One case of a rule's YAML file."""
    kind, title = next(iter(given.items()))
    assert kind in KINDS, f"{code}: {kind} is no kind of case"
    unknown = set(given) - KEYS - {kind}
    assert not unknown, f"{code}, {title}: {unknown} mean nothing here"
    assert given["expect"] in ANSWERS, f"{code}, {title}: expect one of {ANSWERS}"
    now = time_of(given["now"])
    received = received_of(given.get("said", []), now)
    pairs = tuple((left, right, why) for left, right, why in given.get("blocked", []))
    doubted = [Received(each, min(each.recorded_at, now))
               for each in statements_of(given.get("in_doubt", []), now)]
    unsure = {*given.get("unsure", ()), *(person_key_of(each.statement) for each in doubted)}
    case = build_case(
        "child", received, now=now, partnership=PARTNERSHIP,
        reach=reach_of(given.get("reach", {}), given.get("unreadable", {}), now,
                       given.get("told", []), given.get("untaken", {}), given.get("refused", {})),
        link=Link(blocked=pairs, unsure=tuple(sorted(unsure)), apart=tuple(
            (left, right) for left, right in given.get("apart", [])), beside=tuple(
            (left, right) for left, right in given.get("beside", []))),
        blocked_people=statements_of(given.get("blocked_said", []), now),
        elsewhere=[Received(each, min(each.recorded_at, now))
                   for each in statements_of(given.get("elsewhere", []), now)],
    )
    if doubted:
        case.wider = build_case("child", [*received, *doubted], now=now,
                                partnership=PARTNERSHIP, reach=case.reach)
    return WorkedCase(code, kind, title, case, from_mapping(given.get("limits", {})),
                      given["expect"], given)


def worked_cases() -> Iterator[WorkedCase]:
    """All cases of all rules, in order of code."""
    for path in sorted(CASES.glob("*.yaml")):
        if path.stem in AGENCY_CODES:
            continue
        for given in given_in(path):
            yield worked_case(path.stem, given)


def worked_agency_cases() -> list[AgencyCase]:
    """All cases of the rules about an agency as a whole, in order of code."""
    return [each for path in sorted(CASES.glob("*.yaml")) if path.stem in AGENCY_CODES
            for each in agency_cases(path)]


@pytest.fixture(scope="session")
def kinds_by_code() -> dict[str, set[str]]:
    """Which kinds of case each rule's file has."""
    return {path.stem: {next(iter(given)) for given in given_in(path)}
            for path in CASES.glob("*.yaml")}


@pytest.fixture
def worked(request: pytest.FixtureRequest) -> WorkedCase:
    """One case of the YAML, made for this test alone."""
    return worked_case(*request.param)


@pytest.fixture
def worked_agency(request: pytest.FixtureRequest) -> AgencyCase:
    """One case of the YAML about an agency as a whole, made for this test alone."""
    return agency_case(*request.param)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give each test that asks for `worked` every case of the YAML, by its title; and one that
    asks for `worked_agency` those about an agency as a whole."""
    for name, about_agency in (("worked", False), ("worked_agency", True)):
        if name in metafunc.fixturenames:
            cases = [(path.stem, given) for path in sorted(CASES.glob("*.yaml"))
                     if (path.stem in AGENCY_CODES) is about_agency for given in given_in(path)]
            metafunc.parametrize(name, cases, indirect=True, ids=[
                f"{code} {': '.join(next(iter(given.items())))}" for code, given in cases])
