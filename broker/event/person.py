"""Who a child is, as one agency knows them: the only statement with personal details."""
from datetime import date
from typing import ClassVar

from pydantic.dataclasses import dataclass

from broker.event.envelope import CONFIG, Statement, Text, Word
from broker.vocabulary.words import AddressKind, BirthDatePrecision, NameUse, Sex, Stream


@dataclass(frozen=True, slots=True, kw_only=True, config=CONFIG)
class Identifier:
    """A number for the person; the council's own child id has the scheme `la:<authority code>`."""

    scheme: Word
    value: Word
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True, config=CONFIG)
class Name:
    """One name of the person, in the agency's own spelling."""

    given: Word | None = None
    family: Word | None = None
    use: NameUse = NameUse.LEGAL


@dataclass(frozen=True, slots=True, kw_only=True, config=CONFIG)
class Address:
    """One address; a protected one never leaves the agency that recorded it."""

    postcode: Word | None = None
    line: Text | None = None
    kind: AddressKind = AddressKind.HOME
    valid_from: date | None = None
    valid_to: date | None = None
    protected: bool = False


@dataclass(frozen=True, slots=True, kw_only=True, config=CONFIG)
class PersonRecorded(Statement):
    """Who this child is, as this agency's system knows them."""

    stream: ClassVar[Stream] = Stream.PERSON

    nhs_number: Word | None = None
    upn: Word | None = None
    identifiers: tuple[Identifier, ...] = ()
    names: tuple[Name, ...] = ()
    birth_date: date | None = None
    birth_date_precision: BirthDatePrecision = BirthDatePrecision.EXACT
    sex: Sex | None = None
    sex_word: Word | None = None
    ethnicity: Word | None = None
    addresses: tuple[Address, ...] = ()
    phones: tuple[Word, ...] = ()
    death_date: date | None = None
