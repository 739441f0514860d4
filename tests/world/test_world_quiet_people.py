"""Ordinary life satisfies no rule about people: who they are, where they live, who holds them."""
from collections import defaultdict
from datetime import date

from tests.world.ordinary import Read


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
