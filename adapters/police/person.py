"""A nominal as a person; and what every police row says of itself."""
from datetime import date, datetime
from typing import TypedDict
from uuid import UUID

from adapters.police.words import ETHNICITIES, PoliceWords
from broker.event.digest import NIL
from broker.event.person import Address, Identifier, Name, PersonRecorded
from broker.sdk.fields import Fields
from broker.vocabulary.words import (
    AddressKind,
    BirthDatePrecision,
    NameUse,
    Regime,
    State,
    System,
)


class Envelope(TypedDict):
    """The envelope fields that every police row fills."""

    event_id: UUID
    agency: str
    system: System
    subject: str
    recorded_at: datetime
    state: State
    regime: Regime


def envelope_of(fields: Fields, agency: str, subject: str, words: PoliceWords) -> Envelope:
    """Subject, time of writing and state; raises RecordRejected where the time is unusable."""
    state, _ = fields.word("state", words.state)
    return {
        "event_id": NIL, "agency": agency, "system": System.FILES, "subject": subject,
        "recorded_at": fields.recorded_at("updated_at"), "state": state or State.CURRENT,
        "regime": Regime.PART3,
    }


def person_of(fields: Fields, agency: str, words: PoliceWords) -> PersonRecorded:
    """One row of nominals.csv."""
    nominal = fields.mandatory("nominal_id")
    born = fields.birth_date("date_of_birth")
    sex, sex_word = fields.word("gender", words.gender)
    ethnicity = fields.text("ethnicity")
    if ethnicity is not None and ethnicity.upper() not in ETHNICITIES:
        fields.count("ethnicity", ethnicity)
    pnc = fields.text("pnc_id")
    phone = fields.text("phone")
    return PersonRecorded(
        record=nominal, **envelope_of(fields, agency, nominal, words),
        nhs_number=fields.nhs_number("nhs_number"),
        identifiers=(Identifier(scheme="pnc", value=pnc),) if pnc else (),
        names=_names_of(fields),
        birth_date=born, birth_date_precision=_precision_of(born),
        sex=sex, sex_word=sex_word, ethnicity=ethnicity,
        addresses=_addresses_of(fields),
        phones=(phone,) if phone else (),
    )


def _precision_of(born: date | None) -> BirthDatePrecision:
    """Police write 1 January where they know only the year."""
    if born is not None and born.month == born.day == 1:
        return BirthDatePrecision.ESTIMATED
    return BirthDatePrecision.EXACT


def _names_of(fields: Fields) -> tuple[Name, ...]:
    given, family = fields.text("given_name"), fields.text("surname")
    former = fields.text("former_surname")
    names = (Name(given=given, family=family),) if given or family else ()
    if former is not None and former != family:
        names = (*names, Name(given=given, family=former, use=NameUse.FORMER))
    return names


def _addresses_of(fields: Fields) -> tuple[Address, ...]:
    line, postcode = fields.note("home_address"), fields.text("home_postcode")
    if line is None and postcode is None:
        return ()
    # A word we do not know may mean yes: an address shared by mistake cannot be taken back.
    said = fields.text("address_protected") is not None
    protected = said and fields.flag("address_protected") is not False
    return (Address(line=line, postcode=postcode, kind=AddressKind.HOME, protected=protected),)
