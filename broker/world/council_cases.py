"""What the council writes about a child in its case system: contacts to protection plans."""

import json
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from broker.world.agencies import COUNCIL
from broker.world.book import Book, Cell, Record, Subject
from broker.world.people import Address, Known, Likeness, as_known, local_id
from broker.world.plan import on_weekday, working_days_after

POLICE_SOURCE = "6"
_SOURCES = {
    "6": "Police", "2A": "Schools", "3A": "GP", "3E": "A&E", "1A": "Family member",
    "4": "Housing", "8": "Other", "9": "Anonymous",
}  # fmt: skip
OTHER_SOURCES = tuple(code for code in _SOURCES if code != POLICE_SOURCE)


def flags(*raised: str, among: Iterable[str]) -> str:
    """A flag object as the extract writes it: every flag of the table, raised or not."""
    return json.dumps({f"OUTCOME_{flag}_FLAG": "Y" if flag in raised else "N" for flag in among})


_CONTACT_FLAGS = ("NEW_REFERRAL", "EXISTING_REFERRAL", "CP_ENQUIRY", "NFA", "ADVICE", "MISSING")
_REFERRAL_FLAGS = ("SINGLE_ASSESSMENT", "NFA", "STRATEGY_DISCUSSION", "CLA_REQUEST")
CONTACT_OUTCOMES = {flag: flags(flag, among=_CONTACT_FLAGS) for flag in _CONTACT_FLAGS}
REFERRAL_OUTCOMES = {flag: flags(flag, among=_REFERRAL_FLAGS) for flag in _REFERRAL_FLAGS}
_SERVICES = flags("PROV_OF_SERVICES", among=("NFA", "STRATEGY_DISCUSSION", "PROV_OF_SERVICES"))
_S47_FLAGS = ("NFA", "CP_CONFERENCE", "NFA_CONTINUE_SINGLE", "MONITOR")
S47_OUTCOMES = {flag: flags(flag, among=_S47_FLAGS) for flag in _S47_FLAGS}
_CONFERENCE_FLAGS = ("NFA", "SINGLE_ASSESSMENT", "CP")
_TO_PLAN = flags("CP", among=_CONFERENCE_FLAGS)
_NO_PLAN = flags("SINGLE_ASSESSMENT", among=_CONFERENCE_FLAGS)


def _address_json(address: Address) -> str:
    return json.dumps({"HOUSE": address.house, "STREET": address.street, "TOWN": address.town})


def person(
    book: Book, who: Subject, at: datetime, likeness: Likeness, known: Known | None = None
) -> Record:
    """The council's record of who the child is, with a UPN where the child is of school age."""
    child = who.child
    who.ids[COUNCIL.code] = local_id("C", child.index)
    if known is None:
        known = as_known(child, COUNCIL.kind, likeness, book.rng)
    schooled = not child.unborn and child.age_on(book.plan.start) >= 5
    record = book.record(
        COUNCIL,
        "ssd_person",
        pers_person_id=who.person,
        pers_forename=known.given,
        pers_surname=known.surname,
        pers_sex=child.sex,
        pers_ethnicity=child.group.census,
        pers_dob=None if child.unborn else known.born,
        pers_common_child_id=known.nhs_number,
        pers_upn_unknown="" if schooled else "UN1",
        pers_send_flag="N",
        pers_expected_dob=child.born if child.unborn else None,
        pers_is_mother="N",
    ).write(at)
    who.records["person"] = record
    if schooled:
        identifier(book, who, at, "Unique Pupil Number", child.upn)
    return record


def identifier(
    book: Book,
    who: Subject,
    at: datetime,
    kind: str,
    value: str,
    valid_from: date | None = None,
    valid_to: date | None = None,
) -> Record:
    """A further number of the child's."""
    return book.record(
        COUNCIL,
        "ssd_linked_identifiers",
        link_table_id=book.reference("LI"),
        link_person_id=who.person,
        link_identifier_type=kind,
        link_identifier_value=value,
        link_valid_from_date=valid_from,
        link_valid_to_date=valid_to,
    ).write(at)


def address(
    book: Book, who: Subject, at: datetime, where: Address, start: date, end: date | None = None,
    kind: str = "Home",
) -> Record:  # fmt: skip
    """An address of the child's; the extract writes postcodes without their space."""
    record = book.record(
        COUNCIL,
        "ssd_address",
        addr_table_id=book.reference("AD"),
        addr_address_json=_address_json(where),
        addr_person_id=who.person,
        addr_address_type=kind,
        addr_address_start_date=start,
        addr_address_end_date=end,
        addr_address_postcode=where.postcode.replace(" ", ""),
    ).write(at)
    who.records["address"] = record
    return record


def contact(book: Book, who: Subject, day: date, source: str, outcome: str = "NFA") -> Record:
    """A contact received on that date, with its outcome; `outcome` "" is one not decided yet."""
    return book.record(
        COUNCIL,
        "ssd_contacts",
        cont_contact_id=book.reference("CT"),
        cont_person_id=who.person,
        cont_contact_date=day,
        cont_contact_source_code=source,
        cont_contact_source_desc=_SOURCES[source],
        cont_contact_outcome_json=CONTACT_OUTCOMES.get(outcome, ""),
    ).write(book.office_hours(day))


def referral(
    book: Book, who: Subject, day: date, need: str = "N1", outcome: str = "SINGLE_ASSESSMENT",
    source: str = "2A", **cells: Cell,
) -> Record:  # fmt: skip
    """A referral of that date that opens a case; `outcome` "" is one not decided yet."""
    record = book.record(
        COUNCIL,
        "ssd_cin_episodes",
        cine_referral_id=book.reference("RF"),
        cine_person_id=who.person,
        cine_referral_date=day,
        cine_cin_primary_need_code=need,
        cine_referral_source_code=source,
        cine_referral_source_desc=_SOURCES[source],
        cine_referral_outcome_json=REFERRAL_OUTCOMES.get(outcome, ""),
        cine_referral_nfa={"": "", "NFA": "Y"}.get(outcome, "N"),
        **cells,
    ).write(book.office_hours(day))
    who.records["referral"] = record
    return record


def assessment(
    book: Book, who: Subject, case: Record, started: date, authorised: date | None,
    factors: tuple[str, ...] = ("3B",), seen: str = "Y",
) -> Record:  # fmt: skip
    """An assessment; its factors and its authorisation are known together."""
    first = book.record(
        COUNCIL,
        "ssd_cin_assessments",
        cina_assessment_id=book.reference("AS"),
        cina_person_id=who.person,
        cina_referral_id=case.number,
        cina_assessment_start_date=started,
        cina_assessment_child_seen="N",
    )
    if authorised is None or authorised >= book.plan.start:
        first.write(book.office_hours(started))
    if authorised is not None and authorised <= book.last_day:
        at = book.office_hours(authorised)
        first.write(
            at,
            cina_assessment_child_seen=seen,
            cina_assessment_auth_date=authorised,
            cina_assessment_outcome_json=_SERVICES,
            cina_assessment_outcome_nfa="N",
        )
        book.record(
            COUNCIL,
            "ssd_assessment_factors",
            cinf_table_id=book.reference("AF"),
            cinf_assessment_id=first.number,
            cinf_assessment_factors_json=json.dumps(list(factors)),
        ).write(at)
    return first


def visit(book: Book, who: Subject, day: date, seen: str = "Y") -> Record:
    """A visit to a child in need."""
    return book.record(
        COUNCIL,
        "ssd_cin_visits",
        cinv_cin_visit_id=book.reference("VN"),
        cinv_person_id=who.person,
        cinv_cin_visit_date=day,
        cinv_cin_visit_seen=seen,
        cinv_cin_visit_seen_alone=seen,
    ).write(book.office_hours(day))


def protection_visit(book: Book, who: Subject, day: date, plan: Record, seen: str = "Y") -> Record:
    """A visit under a protection plan."""
    return book.record(
        COUNCIL,
        "ssd_cp_visits",
        cppv_cp_visit_id=book.reference("VP"),
        cppv_person_id=who.person,
        cppv_cp_plan_id=plan.number,
        cppv_cp_visit_date=day,
        cppv_cp_visit_seen=seen,
        cppv_cp_visit_seen_alone=seen,
        cppv_cp_visit_bedroom=seen,
    ).write(book.office_hours(day))


def in_need_plan(book: Book, who: Subject, case: Record, start: date) -> Record:
    """A child-in-need plan."""
    return book.record(
        COUNCIL,
        "ssd_cin_plans",
        cinp_cin_plan_id=book.reference("PN"),
        cinp_referral_id=case.number,
        cinp_person_id=who.person,
        cinp_cin_plan_start_date=start,
    ).write(book.office_hours(start))


def enquiry(book: Book, who: Subject, case: Record, start: date) -> Record:
    """A section 47 enquiry, open."""
    return book.record(
        COUNCIL,
        "ssd_s47_enquiry",
        s47e_s47_enquiry_id=book.reference("SE"),
        s47e_referral_id=case.number,
        s47e_person_id=who.person,
        s47e_s47_start_date=start,
    ).write(book.office_hours(start))


def end_enquiry(book: Book, record: Record, day: date, outcome: str) -> None:
    """The enquiry's end, with what came of it."""
    record.write(
        book.office_hours(day),
        s47e_s47_end_date=day,
        s47e_s47_nfa="N",
        s47e_s47_outcome_json=S47_OUTCOMES[outcome],
    )


def initial_conference(
    book: Book, who: Subject, case: Record, asked: Record, discussed: date, day: date,
    **cells: Cell,
) -> Record:  # fmt: skip
    """An initial conference, held on a day; without `cells` it ends without a plan."""
    defaults: dict[str, Cell] = {
        "icpc_icpc_id": book.reference("CC"),
        "icpc_s47_enquiry_id": asked.number,
        "icpc_person_id": who.person,
        "icpc_referral_id": case.number,
        "icpc_icpc_transfer_in": "N",
        "icpc_icpc_target_date": working_days_after(discussed, 15),
        "icpc_icpc_date": day,
        "icpc_icpc_outcome_cp_flag": "N",
        "icpc_icpc_outcome_json": _NO_PLAN,
    }
    return book.record(COUNCIL, "ssd_initial_cp_conference", **(defaults | cells)).write(
        book.office_hours(day)
    )


def protection_plan(
    book: Book, who: Subject, case: Record, discussed: date, category: str = "NEG"
) -> Record:
    """Enquiry, conference and plan in their statutory times. Returns the plan."""
    conference = on_weekday(working_days_after(discussed, 10))
    asked = enquiry(book, who, case, discussed)
    end_enquiry(book, asked, conference - timedelta(days=1), "CP_CONFERENCE")
    at = book.office_hours(conference)
    plan = book.reference("PP")
    meeting = initial_conference(
        book, who, case, asked, discussed, conference,
        icpc_cp_plan_id=plan, icpc_icpc_outcome_cp_flag="Y", icpc_icpc_outcome_json=_TO_PLAN,
    ).number  # fmt: skip
    record = book.record(
        COUNCIL,
        "ssd_cp_plans",
        cppl_cp_plan_id=plan,
        cppl_referral_id=case.number,
        cppl_icpc_id=meeting,
        cppl_person_id=who.person,
        cppl_cp_plan_start_date=conference,
        cppl_cp_plan_initial_category=category,
        cppl_cp_plan_ola="N",
        cppl_cp_plan_latest_category=category,
    ).write(at)
    who.records["plan"] = record
    return record


def protection_reviews(
    book: Book, who: Subject, plan: Record, start: date, took_part: bool = True,
    until: date | None = None,
) -> None:  # fmt: skip
    """The reviews a plan has had, up to a day if one is given: the first before three months,
    then before six more."""
    part = "PN7" if not took_part else "PN1" if who.child.age_on(start) > 3 else "PN0"
    day = on_weekday(start + timedelta(days=80))
    while day <= (until or book.last_day):
        protection_review(book, who, plan, day, part)
        day = on_weekday(day + timedelta(days=165))


def protection_review(
    book: Book, who: Subject, plan: Record, day: date, part: str = "PN1"
) -> None:
    """One review of a protection plan."""
    book.record(
        COUNCIL,
        "ssd_cp_reviews",
        cppr_cp_review_id=book.reference("RP"),
        cppr_person_id=who.person,
        cppr_cp_plan_id=plan.number,
        cppr_cp_review_due=day + timedelta(days=4),
        cppr_cp_review_date=day,
        cppr_cp_review_outcome_continue_cp="Y",
        cppr_cp_review_quorate="Y",
        cppr_cp_review_participation=part,
    ).write(book.office_hours(day))
