"""Ordinary life satisfies no rule: a world without plants is read with a plain eye."""

import csv
import json
from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from broker.world import AGENCIES, World, WorldPlan, build, write_all
from broker.world.plan import is_working_day
from broker.world.tables import TABLES

PLAN = WorldPlan(
    seed=5, children=1_500, planted_rounds=0, looked_after_share=0.25, in_need_share=0.2,
    protected_share=0.15,
)  # fmt: skip
LONDON = ZoneInfo("Europe/London")
END = PLAN.date_of(PLAN.days - 1)
LEVELS = ("No apparent risk", "Low", "Medium", "High")
Rows = list[dict[str, str]]


class Read:
    """Everything a world wrote, by table, with children in place of local ids."""

    def __init__(self, world: World, root: Path):
        self.planted = world.planted
        self.child = {pair: child.index for child in world.children for pair in child.local_ids}
        self.tables: dict[str, Rows] = defaultdict(list)
        for agency in AGENCIES:
            for table in TABLES[agency.kind]:
                path = root / agency.drop / f"{table}.csv"
                with path.open(encoding="utf-8", newline="") as file:
                    for row in csv.DictReader(file):
                        row["agency"] = agency.code
                        self.tables[table].append(row)

    def latest(self, table: str) -> Rows:
        """The last version of each record."""
        key = {"incidents": 2}.get(table, 1)
        kept = {(row["agency"], *list(row.values())[:key]): row for row in self.tables[table]}
        return list(kept.values())

    def of(self, row: dict[str, str], column: str) -> int:
        """The child a row is about."""
        return self.child[row["agency"], row[column]]


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> Read:
    """A world in which nothing was planted."""
    world = build(PLAN)
    root = tmp_path_factory.mktemp("quiet")
    write_all(world, root)
    return Read(world, root)


def at(text: str) -> datetime:
    """A moment as an agency wrote it."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=LONDON)


def test_nothing_is_planted(read: Read) -> None:
    """No round of the catalogue, no plant."""
    assert () == read.planted


def test_every_missing_absence_is_a_police_missing_report(read: Read) -> None:
    """M01, M02, M04, M05: told within the hour, the same kind, risks that are neighbours."""
    reports = defaultdict(list)
    for row in read.latest("missing"):
        reports[read.of(row, "nominal_id")].append(row)
    apart = []
    for row in read.latest("absences"):
        same = [
            report
            for report in reports[read.of(row, "resident_ref")]
            if abs(at(report["reported_at"]) - at(row["noticed_at"])) < timedelta(hours=1)
        ]
        if row["category"] == "unauthorised_absence":
            if same:
                apart.append((row, same))
        elif [report["risk_final"] for report in same] != [row["risk"]]:
            apart.append((row, same))

    assert [] == apart
    assert len(read.latest("absences")) > 50


def test_the_council_lists_every_absence_of_a_child_it_looks_after(read: Read) -> None:
    """M03, M04: one episode for each absence, of the same kind, over the same dates."""
    kinds = {"missing": "M", "unauthorised_absence": "A"}
    episodes = {
        (read.of(row, "miss_person_id"), row["miss_missing_episode_start_date"],
         row["miss_missing_episode_type"])
        for row in read.latest("ssd_missing")
    }  # fmt: skip
    absences = {
        (read.of(row, "resident_ref"), row["last_seen_at"][:10], kinds[row["category"]])
        for row in read.latest("absences")
    }

    assert set() == absences - episodes


def test_ends_agree_and_come_into_the_same_extract(read: Read) -> None:
    """M06: no extract holds a return that another agency's extract of the day does not."""
    drops = defaultdict(set)
    for row in read.tables["missing"]:
        if row["returned_at"]:
            drops[read.of(row, "nominal_id"), at(row["returned_at"])].add(
                PLAN.drop_of(at(row["updated_at"]))
            )
    for row in read.tables["absences"]:
        if row["returned_at"] and not row["return_interview_at"]:
            key = read.of(row, "resident_ref"), at(row["returned_at"])
            if key in drops:
                drops[key].add(PLAN.drop_of(at(row["updated_at"])))

    assert [] == [key for key, found in drops.items() if len(found) > 1]


def test_every_return_is_followed_by_an_offer(read: Read) -> None:
    """M07: whoever came back was offered an interview within 72 hours."""
    unoffered = [
        row["miss_table_id"]
        for row in read.latest("ssd_missing")
        if row["miss_missing_episode_end_date"] and row["miss_missing_rhi_offered"] != "Y"
    ]
    late = [
        row["absence_ref"]
        for row in read.latest("absences")
        if row["return_interview_at"]
        and at(row["return_interview_at"]) - at(row["returned_at"]) > timedelta(hours=72)
    ]

    assert [] == unoffered
    assert [] == late


def test_nothing_is_lowered(read: Read) -> None:
    """M10, G01: categories, risks and grades stay what they were."""
    lowered = [
        row["incident_ref"]
        for row in read.latest("incidents")
        if row["grade_initial"] != row["grade_final"]
        or row["closing_category"] not in ("", row["opening_category"])
    ]
    lowered += [
        row["missing_ref"]
        for row in read.latest("missing")
        if LEVELS.index(row["risk_final"]) < LEVELS.index(row["risk_initial"])
        or row["classification"] != "Missing"
    ]

    assert [] == lowered


def test_officers_arrive_in_time(read: Read) -> None:
    """G02: immediate within a quarter of an hour, priority within the hour."""
    limits = {"Immediate": 15, "Priority": 60}
    late = [
        row["incident_ref"]
        for row in read.latest("incidents")
        if not row["attended_at"]
        or at(row["attended_at"]) - at(row["reported_at"])
        > timedelta(minutes=limits[row["grade_final"]])
    ]

    assert [] == late


def test_no_sign_of_exploitation_and_no_risk_link(read: Read) -> None:
    """K03, P01: such signs are planted, never ordinary."""
    kinds = {row["marker"] for row in read.tables["markers"]}
    notified = {row["kind"] for row in read.tables["notifications"]}

    assert {"looked_after", "child_protection_plan"} == kinds
    assert {"other_serious_incident"} == notified
    assert [] == read.tables["risk_links"]


def test_the_police_are_told_within_the_hour(read: Read) -> None:
    """M09: from noticing to telling."""
    late = [
        row["absence_ref"]
        for row in read.latest("absences")
        if row["reported_to_police_at"]
        and at(row["reported_to_police_at"]) - at(row["noticed_at"]) > timedelta(hours=1)
    ]

    assert [] == late


def test_nobody_is_missing_a_third_time_in_a_season(read: Read) -> None:
    """M08: fewer than three police missing reports of one child in the whole world."""
    times = Counter(read.of(row, "nominal_id") for row in read.latest("missing"))

    assert 2 == max(times.values())


def test_calls_are_allocated_and_reviewed_the_same_day(read: Read) -> None:
    """G03, G04: within minutes, and within hours."""
    slow = [
        row["incident_ref"]
        for row in read.latest("incidents")
        if not row["allocated_at"]
        or at(row["allocated_at"]) - at(row["reported_at"]) > timedelta(hours=1)
        or (row["closed_at"] and not row["supervisor_reviewed_at"])
    ]

    assert [] == slow


def test_notices_and_assessments_name_no_sexual_harm(read: Read) -> None:
    """K01: no kind stands on one side that could be lacking on the other."""
    feared = {kind for row in read.tables["ppn"] for kind in row["concern_types"].split(";")}
    factors = {
        code
        for row in read.tables["ssd_assessment_factors"]
        for code in json.loads(row["cinf_assessment_factors_json"])
    }

    assert {"domestic_abuse", "neglect", "emotional_abuse"} == feared
    assert {"3B", "16A"} == factors


def test_notices_are_shared_and_arrive(read: Read) -> None:
    """R01, R03: shared within hours, a contact that day, the child spoken to."""
    contacts = {
        (read.of(row, "cont_person_id"), row["cont_contact_date"])
        for row in read.latest("ssd_contacts")
        if row["cont_contact_source_code"] == "6"
    }
    bad = [
        row["ppn_ref"]
        for row in read.latest("ppn")
        if at(row["shared_with_csc_at"]) - at(row["created_at"]) > timedelta(hours=3)
        or (read.of(row, "nominal_id"), row["created_at"][:10]) not in contacts
        or (row["child_spoken_to"], row["demeanour_recorded"]) != ("Y", "Y")
    ]

    assert [] == bad
    assert read.latest("ppn")


def test_contacts_are_answered(read: Read) -> None:
    """R02: the last version has an outcome, unless the contact came on the last day."""
    waiting = [
        row["cont_contact_id"]
        for row in read.latest("ssd_contacts")
        if not row["cont_contact_outcome_json"]
        and date.fromisoformat(row["cont_contact_date"]) < END
    ]

    assert [] == waiting


def sightings(read: Read) -> dict[int, set[date]]:
    """The days on which somebody recorded seeing a child."""
    seen: dict[int, set[date]] = defaultdict(set)
    visits = (
        ("ssd_cin_visits", "cinv_person_id", "cinv_cin_visit"),
        ("ssd_cp_visits", "cppv_person_id", "cppv_cp_visit"),
        ("ssd_cla_visits", "clav_person_id", "clav_cla_visit"),
    )
    for table, column, prefix in visits:
        for row in read.latest(table):
            if row[f"{prefix}_seen"] == "Y":
                seen[read.of(row, column)].add(date.fromisoformat(row[f"{prefix}_date"]))
    for row in read.latest("incidents"):
        if row["child_seen_at"]:
            seen[read.of(row, "nominal_id")].add(at(row["child_seen_at"]).date())
    return seen


def born(read: Read) -> set[int]:
    """Children who can be seen at all."""
    return {read.of(row, "pers_person_id") for row in read.latest("ssd_person") if row["pers_dob"]}


def gaps(days: Iterable[date]) -> list[int]:
    """Days between sightings, from the last before the world to its end."""
    ordered = sorted(days)
    before = [day for day in ordered if day <= PLAN.start][-1:]
    inside = [day for day in ordered if day > PLAN.start]
    return [(b - a).days for a, b in pairwise([*before, *inside, END])]


def test_children_with_an_open_case_are_seen(read: Read) -> None:
    """S01, S02: never more than twenty days between sightings of a child with an open case."""
    seen, there = sightings(read), born(read)
    unseen = []
    for row in read.latest("ssd_cin_episodes"):
        child = read.of(row, "cine_person_id")
        if child not in there or row["cine_close_date"]:
            continue
        opened = date.fromisoformat(row["cine_referral_date"])
        days = {*seen[child], *({opened} if opened > PLAN.start else ())}
        if not days or max(gaps(days)) > 20:
            unseen.append((child, opened, sorted(days)))

    assert [] == unseen


def longest(days: Iterable[date], start: date, end: date) -> int:
    """The most days without one, from a start to an end."""
    inside = sorted(day for day in days if start <= day <= end)
    return max((b - a).days for a, b in pairwise([start, *inside, end]))


def days_of(read: Read, table: str, prefix: str, key: str) -> dict[str, list[date]]:
    """The days of visits or reviews by what they belong to."""
    found: dict[str, list[date]] = defaultdict(list)
    for row in read.latest(table):
        found[row[key]].append(date.fromisoformat(row[f"{prefix}_date"]))
    return found


def test_visits_are_made_in_their_time(read: Read) -> None:
    """S02: every plan and placement from its first day to the world's last."""
    seen = sightings(read)
    late = []
    for table, column, prefix, limit in (
        ("ssd_cin_plans", "cinp_person_id", "cinp_cin_plan", 26),
        ("ssd_cp_plans", "cppl_person_id", "cppl_cp_plan", 13),
        ("ssd_cla_placement", "clap_person_id", "clap_cla_placement", 42),
    ):
        for row in read.latest(table):
            start = date.fromisoformat(row[f"{prefix}_start_date"])
            end = date.fromisoformat(row[f"{prefix}_end_date"] or END.isoformat())
            days = seen[read.of(row, column)]
            if longest(days, start, end) > limit:
                late.append((table, row[column]))
            if table == "ssd_cla_placement" \
                    and not any(timedelta() <= day - start <= timedelta(weeks=1) for day in days):
                late.append(("first week", row[column]))

    assert [] == late


def test_conferences_and_assessments_are_in_time(read: Read) -> None:
    """T01, T02: three working weeks, nine working weeks."""
    asked = {row["s47e_s47_enquiry_id"]: row for row in read.latest("ssd_s47_enquiry")}
    late = [
        row["icpc_icpc_id"]
        for row in read.latest("ssd_initial_cp_conference")
        if working_days(
            asked.pop(row["icpc_s47_enquiry_id"])["s47e_s47_start_date"], row["icpc_icpc_date"]
        ) > 15
    ]  # fmt: skip
    cases = {row["cine_referral_id"]: row for row in read.latest("ssd_cin_episodes")}
    late += [
        row["cina_assessment_id"]
        for row in read.latest("ssd_cin_assessments")
        if working_days(
            cases[row["cina_referral_id"]]["cine_referral_date"],
            row["cina_assessment_auth_date"] or END.isoformat(),
        ) > 45
    ]  # fmt: skip

    assert {} == asked
    assert [] == late


def working_days(first: str, last: str) -> int:
    """How many working days lie after one date up to another."""
    days = (date.fromisoformat(last) - date.fromisoformat(first)).days
    start = date.fromisoformat(first)
    return sum(is_working_day(start + timedelta(days=each)) for each in range(1, days + 1))


def test_reviews_are_held_in_time(read: Read) -> None:
    """T03: the first within three months of a plan and twenty working days of care, then six."""
    plans = days_of(read, "ssd_cp_reviews", "cppr_cp_review", "cppr_cp_plan_id")
    care = days_of(read, "ssd_cla_reviews", "clar_cla_review", "clar_cla_id")
    starts = [
        (plans[row["cppl_cp_plan_id"]], row["cppl_cp_plan_start_date"], 89)
        for row in read.latest("ssd_cp_plans")
    ] + [
        (care[row["clae_cla_id"]], row["clae_entered_care_date"], 26)
        for row in read.latest("ssd_cla_episodes")
    ]
    late = []
    for held, text, first in starts:
        start = date.fromisoformat(text)
        ordered = [start, *sorted(held)]
        if (min(held, default=END) - start).days > first \
                or any((b - a).days > 181 for a, b in pairwise([*ordered, END])):
            late.append((text, held))

    assert [] == late


def test_sexes_agree(read: Read) -> None:
    """D02: one known sex a child."""
    said = {
        (read.of(row, column), row[sex][:1])
        for table, column, sex in (
            ("nominals", "nominal_id", "gender"),
            ("ssd_person", "pers_person_id", "pers_sex"),
            ("residents", "resident_ref", "sex"),
        )
        for row in read.latest(table)
        if row[sex] in ("F", "M", "Female", "Male")
    }

    assert len(said) == len({child for child, _ in said})


def test_nobody_has_died_and_nobody_is_in_police_protection(read: Read) -> None:
    """D05, L03: such things are planted, never ordinary."""
    assert {""} == {row["pers_death_date"] for row in read.tables["ssd_person"]}
    assert {"C2"} == {row["lega_legal_status"] for row in read.tables["ssd_legal_status"]}


def test_addresses_agree(read: Read) -> None:
    """D06: the police's postcode is the one the council holds as current."""
    current = {
        read.of(row, "addr_person_id"): row["addr_address_postcode"]
        for row in read.latest("ssd_address")
        if not row["addr_address_end_date"]
    }
    police = {
        (read.of(row, "nominal_id"), row["home_postcode"].replace(" ", ""))
        for row in read.latest("nominals")
    }

    assert set() == {pair for pair in police if current.get(pair[0], pair[1]) != pair[1]}


def test_birth_dates_agree_or_are_estimates(read: Read) -> None:
    """D01: exact dates never differ within one child."""
    dates: dict[int, set[date]] = defaultdict(set)
    for row in read.latest("nominals"):
        text = row["date_of_birth"]
        if text and not text.endswith("01-01"):
            dates[read.of(row, "nominal_id")].add(date.fromisoformat(text))
    for row in read.latest("ssd_person"):
        text = row["pers_dob"]
        if text and not text.endswith("-15"):
            dates[read.of(row, "pers_person_id")].add(date.fromisoformat(text))
    for row in read.latest("residents"):
        dates[read.of(row, "resident_ref")].add(date.fromisoformat(row["date_of_birth"]))

    assert [] == [child for child, found in dates.items() if len(found) > 1]


def test_numbers_agree_and_belong_to_one_child(read: Read) -> None:
    """D03, D04: one NHS number a child and one child an NHS number."""
    pairs = {
        (read.of(row, column), row[number])
        for table, column, number in (
            ("nominals", "nominal_id", "nhs_number"),
            ("ssd_person", "pers_person_id", "pers_common_child_id"),
            ("residents", "resident_ref", "nhs_number"),
        )
        for row in read.latest(table)
        if row[number]
    }

    assert len(pairs) == len({child for child, _ in pairs})
    assert len(pairs) == len({number for _, number in pairs})


def test_homes_and_council_agree_on_placements(read: Read) -> None:
    """L01: every resident placed by our council is placed there by its record too."""
    placed = {
        read.of(row, "clap_person_id"): row["clap_cla_placement_urn"]
        for row in read.latest("ssd_cla_placement")
        if not row["clap_cla_placement_end_date"]
    }
    residents = {
        read.of(row, "resident_ref"): row["home_urn"]
        for row in read.latest("residents")
        if row["placing_authority"] == "815"
    }
    reported = {
        read.of(row, "nominal_id"): row["placement_urn"]
        for row in read.latest("missing")
        if row["placement_urn"]
    }

    assert residents == {child: urn for child, urn in placed.items() if urn}
    assert {} == {c: urn for c, urn in reported.items() if placed.get(c) != urn}


def test_police_hold_the_status_of_every_child_they_deal_with(read: Read) -> None:
    """L02: plans and orders of children the police know are on their markers."""
    marked = {(read.of(row, "nominal_id"), row["marker"]) for row in read.latest("markers")}
    known = {read.of(row, "nominal_id") for row in read.latest("nominals")}
    due = {
        (read.of(row, "cppl_person_id"), "child_protection_plan")
        for row in read.latest("ssd_cp_plans")
    } | {
        (read.of(row, "clap_person_id"), "looked_after")
        for row in read.latest("ssd_cla_placement")
    }

    assert set() == {pair for pair in due - marked if pair[0] in known}


def test_homes_hold_the_order_the_council_holds(read: Read) -> None:
    """L02: a resident's legal status is a full care order to both."""
    assert {"C2"} == {row["legal_status"] for row in read.latest("residents")}
