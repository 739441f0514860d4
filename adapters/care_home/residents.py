"""A resident's row: who the child is, that they live here, and under what legal status."""
from datetime import datetime
from typing import TypedDict
from uuid import UUID

from adapters.care_home.words import HomeWords
from broker.event.agency import Agency
from broker.event.care import CarePeriodRecorded, PlacementRecorded
from broker.event.digest import NIL
from broker.event.envelope import Moment, Statement
from broker.event.person import Address, Identifier, Name, PersonRecorded
from broker.sdk.fields import LOCAL_ID_CHARACTERS_MAX, Fields
from broker.sdk.spans import occurred_of
from broker.sdk.times import day_of
from broker.vocabulary.words import AddressKind, NameUse, State, System


class Envelope(TypedDict):
    """The envelope fields that every row of a home fills."""

    event_id: UUID
    agency: str
    system: System
    subject: str
    recorded_at: datetime
    state: State


def envelope_of(fields: Fields, home: Agency, words: HomeWords) -> Envelope:
    """Subject, time of writing and state; raises RecordRejected where one is unusable."""
    subject = fields.mandatory("resident_ref")
    state, _ = fields.word("state", words.state)
    return {
        "event_id": NIL, "agency": home.code, "system": System.FILES, "subject": subject,
        "recorded_at": fields.recorded_at("updated_at"), "state": state or State.CURRENT,
    }


def resident_of(fields: Fields, home: Agency, words: HomeWords) -> tuple[Statement, ...]:
    """One row of residents.csv: a person, a placement and a care period, in this order."""
    envelope = envelope_of(fields, home, words)
    record = envelope["subject"]
    admitted, left = fields.moment("admitted_on"), fields.moment("left_on")
    stay = occurred_of(admitted, left)
    authority = _authority_of(fields)
    postcode = fields.text("home_postcode")
    status, status_word = fields.word("legal_status", words.legal_status)
    placement = PlacementRecorded(
        record=record, **envelope, occurred=stay,
        home_urn=fields.text("home_urn") or home.home_urn, postcode=postcode,
        start=admitted, end=left, placing_authority=authority,
    )
    # The home knows the status only for the time the child lives there.
    period = CarePeriodRecorded(
        record=record, **envelope, occurred=stay,
        legal_status=status, legal_status_word=status_word,
        start=admitted, end=left, placing_authority=authority,
    )
    return _person_of(fields, envelope, words, authority, postcode, admitted, left), \
        placement, period


def _authority_of(fields: Fields) -> str | None:
    """The placing authority's three-digit code; another word travels, and is counted."""
    authority = fields.text("placing_authority", LOCAL_ID_CHARACTERS_MAX)
    if authority is not None and not (len(authority) == 3 and authority.isdecimal()):
        fields.count("placing_authority", authority)
    return authority


def _person_of(
    fields: Fields, envelope: Envelope, words: HomeWords, authority: str | None,
    postcode: str | None, admitted: Moment | None, left: Moment | None,
) -> PersonRecorded:
    sex, sex_word = fields.word("sex", words.sex)
    return PersonRecorded(
        record=envelope["subject"], **envelope,
        nhs_number=fields.nhs_number("nhs_number"),
        identifiers=_identifiers_of(fields, authority),
        names=_names_of(fields),
        birth_date=fields.birth_date("date_of_birth"),
        sex=sex, sex_word=sex_word,
        addresses=() if postcode is None else (
            Address(postcode=postcode, kind=AddressKind.PLACEMENT,
                    valid_from=day_of(admitted), valid_to=day_of(left)),),
    )


def _identifiers_of(fields: Fields, authority: str | None) -> tuple[Identifier, ...]:
    """The council's own child id means something only beside the council's code."""
    child_id = fields.text("la_child_id")
    if child_id is None:
        return ()
    if authority is None:
        fields.count("la_child_id", child_id)
        return ()
    return (Identifier(scheme=f"la:{authority}", value=child_id),)


def _names_of(fields: Fields) -> tuple[Name, ...]:
    given, family = fields.text("given_name"), fields.text("surname")
    preferred = fields.text("preferred_name")
    names = (Name(given=given, family=family),) if given or family else ()
    if preferred is not None and preferred != given:
        names = (*names, Name(given=preferred, family=family, use=NameUse.PREFERRED))
    return names
