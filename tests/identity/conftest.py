"""Made-up people as identity sees them."""
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import pytest

from broker.event.person import Address, Identifier, Name, PersonRecorded
from broker.identity.person import Person, person_of
from broker.vocabulary.words import AddressKind, BirthDatePrecision, NameUse, Sex, State, System

SEXES = {"M": Sex.MALE, "F": Sex.FEMALE, "": None}


def _person(
    key: str, given: str = "", family: str = "", born: str = "", *, sex: str = "F",
    precision: str = "EXACT", nhs: str | None = None, upn: str | None = None,
    council_id: str | None = None, postcode: str | None = None, phone: str | None = None,
    former: str | None = None, preferred: str | None = None,
    identifiers: tuple[Identifier, ...] = (), placed: str | None = None,
) -> Person:
    names = [Name(given=given or None, family=family or None)] if given or family else []
    if former:
        names.append(Name(given=given, family=former, use=NameUse.FORMER))
    if preferred:
        names.append(Name(given=preferred, use=NameUse.PREFERRED))
    own = (Identifier(scheme="la:815", value=council_id),) if council_id else ()
    agency, _, subject = key.partition(":")
    return person_of(key, PersonRecorded(
        event_id=uuid5(NAMESPACE_URL, key), agency=agency, system=System.FILES, record=subject,
        subject=subject, recorded_at=datetime(2026, 1, 1, tzinfo=UTC), state=State.CURRENT,
        names=tuple(names), birth_date=date.fromisoformat(born) if born else None,
        birth_date_precision=BirthDatePrecision(precision), sex=SEXES[sex], nhs_number=nhs,
        upn=upn, identifiers=own + identifiers,
        addresses=tuple(Address(postcode=each, kind=kind) for each, kind in (
            (postcode, AddressKind.HOME), (placed, AddressKind.PLACEMENT)) if each),
        phones=(phone,) if phone else (),
    ))


@pytest.fixture
def person() -> Callable[..., Person]:
    """Make a person from what one record says."""
    made: Callable[..., Any] = _person
    return made
