"""The truth of a hard world: families with twins, namesakes, changed names and addresses."""
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

from broker.world.hard.settings import Settings
from broker.world.hard.stocks import CARIBBEAN, CYRILLIC, POLISH, TRAVELLER, WHITE_BRITISH, Stock
from broker.world.hard.stocks_south import (
    ARABIC,
    CHINESE,
    PUNJABI,
    SOMALI,
    SOUTH_ASIAN,
    VIETNAMESE,
    WEST_AFRICAN,
)
from broker.world.identifiers import postcode

STOCKS = (WHITE_BRITISH, TRAVELLER, CARIBBEAN, POLISH, CYRILLIC, SOUTH_ASIAN, PUNJABI, SOMALI,
          ARABIC, WEST_AFRICAN, CHINESE, VIETNAMESE)
TODAY = date(2026, 1, 1)
_YEARS = 18
_DAYS = _YEARS * 365 + 4
_FATHER_DAYS = (20 * 365, 38 * 365)
_SHARED_BY_BROTHERS = "Mohammed"


@dataclass(frozen=True, slots=True)
class Truth:
    """One child (or adult) as they are.

    `given` are all given names, first the one in use; `family` the family name now and `former`
    the one before, if any; `postcodes` are homes, the latest last. `household` is shared with
    brothers and sisters; `kind` says what they could be mistaken for.
    """

    number: int
    household: int
    stock: Stock
    given: tuple[str, ...]
    family: str
    sex: str
    born: date
    postcodes: tuple[str, ...]
    phone: str
    former: str = ""
    twin: bool = False
    adult: bool = False

    @property
    def group(self) -> str:
        """The name group, by which errors are told apart."""
        return self.stock.group


class Families:
    """Families of one world, drawn from one stream of chance."""

    def __init__(self, rng: Random, settings: Settings, held_back: bool):
        self._rng = rng
        self._settings = settings
        self._held_back = held_back
        self._homes = rng.randrange(100_000)
        self._weights = [stock.weight * rng.uniform(0.7, 1.3) for stock in STOCKS]
        self.people: list[Truth] = []
        self._children = 0
        self._household = 0

    def grow(self, children: int) -> list[Truth]:
        """At least so many children, their namesake fathers beside them."""
        while self._children < children:
            self._family()
        return self.people

    def _chance(self, share: float) -> bool:
        return self._rng.random() < share

    def _postcode(self) -> str:
        self._homes += 1
        return postcode(self._homes)

    def _name(self, stock: Stock, part: str) -> str:
        unlisted = stock.second if self._held_back else stock.first
        source = unlisted if self._chance(self._settings.unlisted) else stock.common
        found: tuple[str, ...] = getattr(source, part)
        return self._rng.choice(found)

    def _given(self, stock: Stock, sex: str, family: list[Truth]) -> tuple[str, ...]:
        """Given names of a child; those of brothers and sisters often sound alike."""
        part = "girls" if sex == "F" else "boys"
        taken = {each.given[0] for each in family}
        names = [name for _ in range(12) if (name := self._name(stock, part)) not in taken]
        names = names or [self._name(stock, part) + "a"]
        if family and self._chance(self._settings.like_names):
            like = family[-1].given[0]
            names.sort(key=lambda each: (each[0] != like[0], each[-2:] != like[-2:], each))
        first = names[0]
        middles = self._rng.choices((0, 1, 2), (35, 50, 15))[0]
        given = [first, *(name for _ in range(middles)
                          if (name := self._name(stock, part)) not in taken)]
        if stock.group == "south_asian" and sex == "M" and self._chance(0.35):
            given = [_SHARED_BY_BROTHERS, first] if first != _SHARED_BY_BROTHERS else given
        return tuple(dict.fromkeys(given))

    def _family_name(self, stock: Stock) -> str:
        name = self._name(stock, "families")
        if "patronymic" in stock.ways:
            return f"{self._name(stock, 'boys')} {name}"
        if self._chance(self._settings.double_barrelled):
            other = self._name(stock, "families")
            return f"{name}-{other}" if other != name else name
        return name

    def _birth(self, family: list[Truth]) -> date:
        """A birth date at least ten months from those of brothers and sisters."""
        while True:
            born = TODAY - timedelta(days=self._rng.randrange(1, _DAYS))
            if all(abs((born - each.born).days) > 300 for each in family):
                return born

    def _family(self) -> None:
        rng, settings = self._rng, self._settings
        stock = rng.choices(STOCKS, self._weights)[0]
        self._household += 1
        name = self._family_name(stock)
        codes = [self._postcode()]
        if self._chance(settings.moved):
            codes.extend(self._postcode() for _ in range(rng.choice((1, 1, 2))))
        phone = f"07700{rng.randrange(900_000, 10**6)}"
        phone = phone[:5] + f"{rng.randrange(10**6):06d}"
        family: list[Truth] = []
        for _ in range(rng.choices((1, 2, 3, 4), (45, 32, 16, 7))[0]):
            born = self._birth(family)
            births = (3 if self._chance(0.04) else 2) if self._chance(settings.twins) else 1
            for _ in range(births):
                family.append(self._child(stock, name, born, family, tuple(codes), phone,
                                          twin=births > 1))
        self.people.extend(family)
        self._father(family)

    def _child(self, stock: Stock, name: str, born: date, family: list[Truth],
               codes: tuple[str, ...], phone: str, *, twin: bool) -> Truth:
        sex = self._rng.choice("FM")
        surname = self._own_form(stock, name, sex)
        child = Truth(len(self.people) + len(family), self._household, stock,
                      self._given(stock, sex, family), surname, sex, born, codes, phone,
                      twin=twin)
        self._children += 1
        if self._chance(self._settings.changed_family):
            stranger = self._rng.choices(STOCKS, self._weights)[0]
            other = stock if self._chance(0.7) else stranger
            new = self._own_form(other, self._family_name(other), sex)
            if self._chance(0.25):
                new = f"{surname}-{new}"
            child = replace(child, family=new, former=surname)
        return child

    def _own_form(self, stock: Stock, name: str, sex: str) -> str:
        """A family name as a girl or a boy bears it."""
        if sex == "F" and stock.ways & {"polish", "cyrillic"}:
            if name.endswith(("ski", "cki")):
                return name[:-1] + "a"
            if name.endswith(("ov", "ev")) and "cyrillic" in stock.ways:
                return name + "a"
        if "sikh" in stock.ways and name in ("Kaur", "Singh"):
            return "Kaur" if sex == "F" else "Singh"
        return name

    def _father(self, family: list[Truth]) -> None:
        boys = [each for each in family if each.sex == "M"]
        if boys and self._chance(self._settings.father_of_one_name * len(family)):
            son = boys[0]
            days = self._rng.randrange(*_FATHER_DAYS)
            self.people.append(replace(
                son, number=len(self.people), born=son.born - timedelta(days=days), former="",
                twin=False, adult=True))
