"""Made-up people as two agencies hold them, with the defects that such records have."""
from datetime import date
from random import Random

from broker.identity.names import family_tokens, given_tokens
from broker.identity.person import Birth, Name, Person
from broker.vocabulary.identifiers import nhs_number
from broker.world.agencies import AgencyKind
from broker.world.people import (
    Child,
    Known,
    Likeness,
    any_address,
    any_birth_date,
    any_group,
    as_known,
)

TODAY = date(2026, 2, 1)
AGENCIES = (("council", AgencyKind.COUNCIL), ("police", AgencyKind.POLICE),
            ("riverside", AgencyKind.HOME))


def child_of(index: int, seed: int) -> Child:
    """A child; every second one is the brother or sister of the one before."""
    rng = Random(f"{seed} {index // 2}")
    address, group = any_address(index // 2, rng), any_group(rng)
    surname = rng.choice(group.surnames)
    own = Random(f"{seed} {index}")
    sex = own.choice("FM")
    return Child(index, own.choice(group.girls if sex == "F" else group.boys), surname, sex,
                 any_birth_date(own, TODAY, (0, 17)), group, address,
                 own.choice(group.surnames) if own.random() < 0.05 else "")


def person_at(agency: str, kind: AgencyKind, child: Child, rng: Random) -> Person:
    """What one agency holds of a child; the key ends in the child's number."""
    known = as_known(child, kind, Likeness.ORDINARY, rng)
    names = {_name(known, known.surname, former=False)}
    if known.former_surname:
        names.add(_name(known, known.former_surname, former=True))
    number = nhs_number(known.nhs_number) if known.nhs_number else None
    return Person(
        f"{agency}:{agency[0].upper()}{child.index}", names=tuple(sorted(names)),
        births=(_birth(known.born),) if known.born else (), sexes=(child.sex,),
        nhs=(number,) if number else (), postcodes=(known.address.postcode,),
        phones=(f"0770090{child.index // 2:04}",) if rng.random() < 0.3 else ())


def _name(known: Known, surname: str, *, former: bool) -> Name:
    return Name(given_tokens(known.given), family_tokens(surname), former)


def _birth(born: date) -> Birth:
    estimated = born.day == 15 or (born.month, born.day) == (1, 1)
    return Birth(born.year, born.month, born.day, "S" if estimated else "X")


def people_of(children: int, seed: int) -> list[Person]:
    """What the agencies hold of so many children, sorted by key."""
    rng = Random(seed)
    found = [person_at(agency, kind, child_of(index, seed), rng)
             for index in range(children) for agency, kind in AGENCIES if rng.random() < 0.7]
    return sorted(found)
