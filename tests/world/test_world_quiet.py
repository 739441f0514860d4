"""Ordinary life satisfies no rule: a world without plants is read with a plain eye."""

import json
from collections import Counter, defaultdict
from datetime import date, timedelta
from itertools import pairwise

from tests.world.ordinary import (
    END,
    PLAN,
    Read,
    at,
    born,
    days_of,
    gaps,
    longest,
    sightings,
    working_days,
)

LEVELS = ("No apparent risk", "Low", "Medium", "High")


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
