"""What the agencies of the harder world write down of a child, each with its own errors."""
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from random import Random
from uuid import NAMESPACE_URL, uuid5

from bench.harder.children import TODAY, Child, nhs_number
from bench.harder.stock import ASCII, OTHER_WAYS, Ways, mistyped, otherwise
from broker.event.person import Address, Identifier, Name, PersonRecorded
from broker.vocabulary.words import (
    AddressKind,
    BirthDatePrecision,
    NameUse,
    Sex,
    State,
    System,
)

_NOON = 12
_DUMMIES = ("1111111111", "9999999999", "0000000000", "1234567890")
_SEXES = {"M": Sex.MALE, "F": Sex.FEMALE}
# For each group: which short forms and other ways of given and of family names, and how often.
_WAYS = {"english_welsh": ("english_short", "english", "english_surnames"),
         "sa_muslim": ("", "south_asian", "south_asian"), "punjabi_hindu": (
             "", "punjabi", "punjabi"), "arabic": ("", "arabic", "arabic"),
         "polish_romanian": ("", "polish_romanian", "polish_romanian"), "nigerian_ghanaian": (
             "", "nigerian_ghanaian", "nigerian_ghanaian"), "vietnamese_chinese": (
                 "", "", "vietnamese_chinese"), "somali_eritrean": (
                     "", "somali_eritrean", "somali_eritrean")}
_RATES = {"english_welsh": (.06, .04, .03), "sa_muslim": (0, .16, .12), "punjabi_hindu": (
    0, .08, .05), "arabic": (0, .18, .14), "polish_romanian": (0, .09, .04), "nigerian_ghanaian": (
        0, .10, .03), "vietnamese_chinese": (0, 0, .03), "somali_eritrean": (0, .18, .16)}
_SWAPPED = {"vietnamese_chinese": .10, "somali_eritrean": .04, "nigerian_ghanaian": .035,
            "arabic": .02, "sa_muslim": .025, "punjabi_hindu": .015}
_ESTIMATED = {"arabic": .06, "somali_eritrean": .06}


@dataclass(frozen=True, slots=True)
class Agency:
    """How many children one knows, on how many it has the NHS number, and how many it has
    twice."""

    name: str
    knows: float
    numbers: float
    twice: float

    @property
    def is_council(self) -> bool:
        """Whether it is a council's social care."""
        return self.name.startswith("social")

    @property
    def is_police(self) -> bool:
        """Whether it is a police force."""
        return self.name.startswith("police")


AGENCIES = (Agency("social_care", .72, .22, .02), Agency("police", .6, .03, .045),
            Agency("care_home", .22, .4, .0), Agency("social_care_b", .12, .2, .01),
            Agency("police_b", .12, .03, .03))


@dataclass(slots=True)
class Heard:
    """A name as it was heard."""

    given: list[str]
    surname: str


class Ear:
    """How a clerk hears the names of one tradition: what is varied, left out or cut otherwise."""

    def __init__(self, rng: Random, child: Child, agency: Agency):
        self._rng, self._child, self._agency = rng, child, agency
        self._middle = list(child.middle)

    def heard(self) -> Heard:
        """The name, before slips of the pen."""
        rng, child = self._rng, self._child
        short, ways, surnames = (OTHER_WAYS.get(each, {}) for each in _WAYS[child.family.group])
        shortly, given_otherwise, surname_otherwise = _RATES[child.family.group]
        found = Heard(list(child.given), child.surname)
        if shortly and rng.random() < shortly and found.given[0] in short:
            found.given[0] = rng.choice(short[found.given[0]])
        elif rng.random() < given_otherwise and found.given[0] in ways:
            found.given = [otherwise(rng, found.given[0], ways), *found.given[1:]]
        self._vary_middle(ways, given_otherwise)
        if rng.random() < surname_otherwise and found.surname in surnames:
            found.surname = otherwise(rng, found.surname, surnames)
        with_middle = rng.random()
        getattr(self, f"_{child.family.group}")(found, with_middle)
        return found

    def _vary_middle(self, ways: Ways, rate: float) -> None:
        if self._middle and self._rng.random() < rate and self._middle[0] in ways:
            self._middle = [otherwise(self._rng, self._middle[0], ways)]

    def _english_welsh(self, found: Heard, with_middle: float) -> None:
        rng = self._rng
        given = found.given
        found.given = given + (self._middle if with_middle < .2 else [])
        if self._middle and rng.random() < .012:
            found.given = self._middle
        if "-" in found.surname:
            kind = rng.random()
            if kind < .35:
                found.surname = found.surname.split("-")[0 if kind < .2 else 1]
            elif kind < .5:
                found.surname = found.surname.replace("-", " ")

    def _sa_muslim(self, found: Heard, with_middle: float) -> None:
        rng, given, middle = self._rng, found.given, self._middle
        if given[0][:2] in ("Mo", "Mu") and middle:
            kind = rng.random()
            if kind < .62:
                found.given = given + middle
            elif kind < .85:
                found.given = middle
            elif .90 <= kind < .95:
                found.given = [rng.choice(["Md", "Mohd", "M"]), *middle]
            elif kind >= .95:
                found.given = middle + given
        else:
            found.given = given + (middle if with_middle < .5 else [])
        if self._child.sex == "F" and rng.random() < .04:
            found.surname = rng.choice(["Begum", "Bibi", "Khatun"])

    def _punjabi_hindu(self, found: Heard, _: float) -> None:
        if not self._middle:
            return
        kind = self._rng.random()
        if kind < .45:
            found.given = found.given + self._middle
        elif kind < .58:
            found.surname = self._middle[0]
        elif kind < .66:
            found.surname = f"{self._middle[0]} {found.surname}"

    def _arabic(self, found: Heard, with_middle: float) -> None:
        given = found.given
        found.given = given + (self._middle if with_middle < .25 else [])
        if found.surname.startswith(("Al-", "El-")):
            kind = self._rng.random()
            if kind < .1:
                found.surname = found.surname[3:]
            elif kind < .4:
                found.surname = found.surname.replace("-", "" if kind < .25 else " ")
        if self._middle and self._rng.random() < .04:
            found.surname, found.given = self._middle[0], given

    def _polish_romanian(self, found: Heard, with_middle: float) -> None:
        rng = self._rng
        found.given = found.given + (self._middle if with_middle < .2 else [])
        if self._child.sex == "F" and found.surname.endswith("ska") and rng.random() < .12:
            found.surname = found.surname[:-1] + "i"
        if self._agency.name == "police" or rng.random() >= .35:
            found.given = [each.translate(ASCII) for each in found.given]
            found.surname = found.surname.translate(ASCII)

    def _nigerian_ghanaian(self, found: Heard, with_middle: float) -> None:
        given = found.given
        found.given = given + (self._middle if with_middle < .35 else [])
        if self._middle and self._rng.random() < .06:
            found.given = self._middle
        elif self._middle and self._rng.random() < .04:
            found.given = self._middle + given

    def _vietnamese_chinese(self, found: Heard, _: float) -> None:
        given, kind = found.given, self._rng.random()
        if self._child.family.tongue == "vietnamese":
            found.given = (given if kind < .4 else self._middle + given if kind < .85
                           else given + self._middle if kind < .95 else self._middle)
            return
        if len(given) == 2:
            found.given = ([given[0] + given[1].lower()] if kind < .4 else given if kind < .7
                           else ["-".join(given)] if kind < .9 else given[:1] if kind < .95
                           else given[::-1])
        if self._child.english:
            kind = self._rng.random()
            if kind < .45:
                found.given = [self._child.english, *(found.given if kind >= .25 else ())]

    def _somali_eritrean(self, found: Heard, _: float) -> None:
        kind = self._rng.random()
        if kind < .30:
            found.given = found.given + self._middle
        elif kind < .42 and self._middle:
            found.surname = self._middle[0]
        elif kind < .5 and self._middle:
            found.surname = f"{self._middle[0]} {found.surname}"


def _birth_date(rng: Random, child: Child, agency: Agency) -> tuple[date | None, bool]:
    """The birth date as written, and whether it is called an estimate."""
    born, kind = child.born, rng.random()
    if rng.random() < _ESTIMATED.get(child.family.group, .035):
        year = born.year + (0 if rng.random() < .8 else rng.choice([-1, 1]))
        if agency.is_council:
            return (born.replace(day=15) if rng.random() < .7
                    else date(year, rng.choice([1, 6, 7]), 15)), True
        return date(year, 1, 1), agency.is_police
    if kind < .008:
        return None, False
    if kind < .020 and born.day <= 12 and born.day != born.month:
        return date(born.year, born.day, born.month), False
    if kind < .040:
        found = _one_digit_off(rng, born)
        if found is not None:
            return found, False
    if kind < .045:
        return born + timedelta(days=rng.choice([-1, 1])), False
    if kind < .05:
        try:
            return born.replace(year=born.year + rng.choice([-1, 1])), False
        except ValueError:
            pass
    return born, False


def _one_digit_off(rng: Random, born: date) -> date | None:
    for _ in range(60):
        digits = list(born.strftime("%Y%m%d"))
        at = rng.randrange(3, 8)
        digits[at] = str(rng.randrange(10))
        try:
            found = datetime.strptime("".join(digits), "%Y%m%d").date()  # noqa: DTZ007
        except ValueError:
            continue
        if found != born and date(2008, 1, 1) < found < TODAY:
            return found
    return None


@dataclass(frozen=True, slots=True)
class Row:
    """One record as its agency holds it, and whose it truly is."""

    child: int
    agency: Agency
    local: str
    names: tuple[Name, ...]
    born: date | None
    estimated: bool
    sex: Sex | None
    nhs: str | None
    upn: str | None
    identifiers: tuple[Identifier, ...]
    addresses: tuple[Address, ...]
    phones: tuple[str, ...]
    written: date

    def said(self, number: int) -> PersonRecorded:
        """The statement."""
        return PersonRecorded(
            event_id=uuid5(NAMESPACE_URL, f"r{number}"), agency=self.agency.name,
            system=System.SSD if self.agency.is_council else System.FILES, record=self.local,
            subject=self.local, state=State.CURRENT, nhs_number=self.nhs, upn=self.upn,
            recorded_at=datetime(self.written.year, self.written.month, self.written.day, _NOON,
                                 tzinfo=UTC),
            identifiers=self.identifiers, names=self.names, birth_date=self.born,
            birth_date_precision=BirthDatePrecision.ESTIMATED if self.estimated
            else BirthDatePrecision.EXACT, sex=self.sex, addresses=self.addresses,
            phones=self.phones)


def rows_of(rng: Random, child: Child, homes_for_children: list[str]) -> Iterator[Row]:
    """What all agencies that know a child hold of it."""
    known = [each for each in AGENCIES if rng.random() < each.knows] or [
        AGENCIES[rng.choice([0, 1])]]
    for agency in known:
        for time in range(2 if rng.random() < agency.twice else 1):
            yield _row(rng, child, agency, time, rng.choice(homes_for_children))


def _row(rng: Random, child: Child, agency: Agency, time: int, placement: str) -> Row:
    age_days = (TODAY - child.born).days
    written = TODAY - timedelta(days=int(min(rng.expovariate(1 / 500), max(age_days - 3, 0))))
    names, written = _names(rng, child, agency, written)
    born, estimated = _birth_date(rng, child, agency)
    sex: str | None = child.sex
    chance = rng.random()
    if chance < .004:
        sex = "M" if sex == "F" else "F"
    elif chance < .03:
        sex = None
    addresses = tuple(_addresses(rng, child, agency, written, placement))
    phones = _phones(rng, child, agency)
    nhs = _nhs(rng, child) if rng.random() < agency.numbers else None
    upn = (child.upn if agency.is_council and age_days > 5 * 365 and rng.random() < .5 else None)
    own = agency.name == "social_care" and time == 0
    knows_local = agency.name == "care_home" and rng.random() < .3
    local = child.local if own else f"{agency.name[:2].upper()}{rng.randrange(10**6, 10**7)}"
    return Row(child.number, agency, local, names, born, estimated, _SEXES[sex] if sex else None,
               nhs, upn, (Identifier(scheme="la:815", value=child.local),)
               if own or knows_local else (), addresses, phones, written)


def _names(rng: Random, child: Child, agency: Agency,
           written: date) -> tuple[tuple[Name, ...], date]:
    """The names as written, and when: soon after birth where no given name is known yet."""
    heard = Ear(rng, child, agency).heard()
    given: str | None = " ".join(heard.given)
    assert given is not None
    if rng.random() < .025:
        given = mistyped(rng, given)
    if rng.random() < .025:
        heard.surname = mistyped(rng, heard.surname)
    swapped = rng.random() < _SWAPPED.get(child.family.group, .006)
    unnamed = ((written - child.born).days < 60 and rng.random() < .5) or (
        agency.is_council and rng.random() < .012)
    surname, former = _second_surname(rng, child, agency, heard.surname)
    if unnamed:
        given = _stand_in(rng, child)
        written = min(child.born + timedelta(days=rng.randrange(0, 30)), TODAY)
    elif rng.random() < .004:
        given = None
    if swapped and given and not unnamed:
        given, surname = surname, given
    found = [Name(given=given, family=surname, use=NameUse.LEGAL)]
    if former:
        found.append(Name(given=given, family=former, use=NameUse.FORMER))
    if agency.name == "care_home" and rng.random() < .25 and not unnamed:
        forms = OTHER_WAYS.get(_WAYS[child.family.group][0], {}).get(child.given[0]) or (
            child.middle if child.family.group == "sa_muslim" else None)
        if forms:
            found.append(Name(given=rng.choice(forms), family=surname, use=NameUse.PREFERRED))
    return tuple(found), written


def _second_surname(rng: Random, child: Child, agency: Agency,
                    surname: str) -> tuple[str, str | None]:
    """The surname written, where a child has two, and another beside it."""
    second = child.second_surname
    if not second:
        return surname, None
    chance = rng.random()
    if chance < .30:
        beside = agency.name == "police" and rng.random() < .35
        return second, surname if beside else None
    if agency.is_police and chance < .45:
        return surname, second
    return (f"{surname.split('-')[0]}-{second}" if chance < .50 else surname), None


def _stand_in(rng: Random, child: Child) -> str:
    """What stands for the given name of a child not named yet."""
    found = rng.choice(["Baby", "Baby", "Baby Boy" if child.sex == "M" else "Baby Girl",
                        "Baby Of", "Unborn"])
    if child.twin:
        found = rng.choice(["Baby", "Twin"]) + " " + rng.choice(
            ["1", "2", "One", "Two", "A", "B"])
    return found


def _addresses(rng: Random, child: Child, agency: Agency, written: date,
               placement: str) -> Iterator[Address]:
    """The home then, at a council two before it too, or where the child is looked after."""
    past = [each.home for each in child.stays
            if each.since <= written and each.until >= child.born]
    chosen: list[tuple[str, str | None, AddressKind]] = []
    if agency.name == "care_home":
        chosen.append((placement, None, AddressKind.PLACEMENT))
    elif past and rng.random() > .06:
        chosen.append((*past[-1], AddressKind.HOME))
        if agency.is_council and len(past) > 1 and rng.random() < .6:
            chosen.extend((*each, AddressKind.HOME) for each in past[-3:-1])
    for code, street, kind in chosen:
        postcode: str | None = mistyped(rng, code).upper() if rng.random() < .02 else code
        if rng.random() < .03:
            postcode = None
        line = mistyped(rng, street) if street and rng.random() < .06 else street
        if line and rng.random() < .15:
            line = None
        yield Address(postcode=postcode, line=line, kind=kind)


def _phones(rng: Random, child: Child, agency: Agency) -> tuple[str, ...]:
    """A telephone of the family at a police force, or now and then a station's own."""
    found = ((rng.choice(child.phones),) if agency.is_police and rng.random() < .5 else ())
    return ("07700900123",) if agency.is_police and rng.random() < .004 else found


def _nhs(rng: Random, child: Child) -> str:
    """The NHS number, mistyped, a dummy, or one that another took the place of."""
    number, chance = child.nhs, rng.random()
    if chance < .02:
        at = rng.randrange(1, len(number))
        digit = str((int(number[at]) + rng.randrange(1, 10)) % 10)
        return number[:at] + digit + number[at + 1:]
    if chance < .04:
        return rng.choice(_DUMMIES)
    return nhs_number(rng) if chance < .055 else number
