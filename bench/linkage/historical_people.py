"""Made-up historical people with all that a record might say of one: the truth behind the rows."""
from dataclasses import dataclass, field
from random import Random

from bench.linkage import historical_words as words

_LETTERS = "abdefghjlnpqrstuwxyz"  # those an inward postcode uses


@dataclass(frozen=True, slots=True)
class Place:
    """A district of a town in a county, with the area of its postcodes."""

    district: str
    town: str
    county: str
    area: str


@dataclass(slots=True)
class Historical:
    """One person. `surnames` and `occupations` hold what the records use, the usual one first;
    `homes` the postcodes, the usual one first; `born` is (year, month, day), `year_only` says
    that only the year is known."""

    male: bool
    given: str
    middles: list[str]
    surnames: list[str]
    titles: list[str]
    place: Place
    homes: list[str]
    born: tuple[int, int, int]
    year_only: bool
    occupations: list[str]
    missing: dict[str, float] = field(default_factory=dict)


class Common:
    """Draws from words in the order of their frequency, the n-th with weight 1 / (n + shift)."""

    def __init__(self, choices: list[str], power: float = 1.0, shift: float = 1.0) -> None:
        self._choices = choices
        self._weights = [1 / (place + shift) ** power for place in range(len(choices))]

    def draw(self, chance: Random) -> str:
        """One word."""
        return chance.choices(self._choices, self._weights)[0]


def _invented(chance: Random, count: int) -> list[str]:
    made = {chance.choice(words.STARTS) + chance.choice(words.MIDDLES) + chance.choice(words.ENDS)
            for _ in range(count)}
    return sorted(made)


def _places(chance: Random, villages: list[str]) -> tuple[list[Place], list[float]]:
    """Towns and villages with their weights: London heavy, a long tail."""
    places: list[Place] = []
    weights: list[float] = []
    lines = [line.strip().split(": ") for line in words.COUNTIES.strip().splitlines()]
    for rank, (county, areas, towns) in enumerate(lines):
        for place, town in enumerate(towns.split()):
            area = areas.split(",")[place % len(areas.split(","))]
            districts = [town] if town != "london" else list(words.LONDON)
            size = 6.0 / (1 + rank) ** 0.5 / (1 + place) if town != "london" else 1.6
            for district in districts:
                if town == "london":
                    area = chance.choice(areas.split(","))
                places.append(Place(district, town, county, area))
                weights.append(size)
        for village in chance.sample(villages, 12 if rank else 0):
            area = chance.choice(areas.split(","))
            places.append(Place(village, chance.choice(towns.split()), county, area))
            weights.append(0.22)
    return places, weights


def _inward(chance: Random) -> str:
    return f"{chance.randrange(10)}{chance.choice(_LETTERS)}{chance.choice(_LETTERS)}"


def postcode(chance: Random, area: str) -> str:
    """A postcode of the area, in small letters: "tq13 8df"."""
    return f"{area}{min(chance.randrange(1, 30), chance.randrange(1, 30))} {_inward(chance)}"


def neighbour(chance: Random, home: str) -> str:
    """Another postcode of the same district."""
    return f"{home.split()[0]} {_inward(chance)}"


class People:
    """Draws people and families of them, the same for the same seed."""

    def __init__(self, chance: Random) -> None:
        self._chance = chance
        tail = _invented(chance, 9000)
        chance.shuffle(tail)
        known = list(dict.fromkeys(words.SURNAMES))
        self._known = Common(known, 0.75, 3)
        self._tail = Common(tail, 0.35, 20)
        self._men, self._women = Common(list(words.MEN), 1.05), Common(list(words.WOMEN), 1.0, 2)
        self.occupations = Common(list(words.OCCUPATIONS), 0.85)
        self.places, self.weights = _places(chance, tail[:3000])

    def surname(self) -> str:
        """A surname: a little more than half are among the common ones, the others rare."""
        first = (self._known if self._chance.random() < 0.55 else self._tail).draw(self._chance)
        if self._chance.random() < 0.02:
            return f"{first}-{self._known.draw(self._chance)}"
        return first

    def given(self, male: bool) -> str:
        """A given name of men or of women."""
        return (self._men if male else self._women).draw(self._chance)

    def place(self) -> Place:
        """A place of birth."""
        return self._chance.choices(self.places, self.weights)[0]

    def _born(self) -> tuple[int, int, int]:
        year = 1500 + int(490 * self._chance.random() ** 0.45)
        return year, self._chance.randrange(1, 13), self._chance.randrange(1, 29)

    def _titles(self, male: bool, place: Place) -> list[str]:
        chance = self._chance
        if not male or chance.random() > 0.2:
            return ["dame"] if not male and chance.random() < 0.04 else []
        rank = f"{chance.choice(['1st', '1st', '2nd', '3rd', '4th', '5th', '6th'])}"
        kind = chance.choice(["baronet", "baronet", "baronet", "baron", "earl", "viscount"])
        if kind == "baronet":
            return [f"{rank} baronet", "sir"]
        return [f"{rank} {kind} {self.surname()}" if chance.random() < 0.4
                else f"{rank} {kind} of {place.district}", "lord"]

    def _occupations(self) -> list[str]:
        count = self._chance.choices((1, 2, 3), (60, 30, 10))[0]
        return list(dict.fromkeys(self.occupations.draw(self._chance) for _ in range(count)))

    def _surnames(self, male: bool, own: str) -> list[str]:
        other = self._chance.random() < (0.04 if male else 0.35)
        return [own, self.surname()] if other else [own]

    def one(self) -> Historical:
        """One person of no family."""
        chance, male = self._chance, self._chance.random() < 0.84
        place = self.place()
        home = postcode(chance, place.area)
        middles = [self.given(male) if chance.random() < 0.7 else self.surname()
                   for _ in range(chance.choices((0, 1, 2, 3), (52, 32, 12, 4))[0])]
        person = Historical(
            male, self.given(male), middles, self._surnames(male, self.surname()),
            self._titles(male, place), place, [home], self._born(), chance.random() < 0.13,
            self._occupations())
        self._settle(person)
        return person

    def _settle(self, person: Historical) -> None:
        """Further homes, and which fields the records of this person tend to lack."""
        chance, home = self._chance, person.homes[0]
        if chance.random() < 0.75:
            person.homes += [neighbour(chance, home) for _ in range(chance.randrange(1, 4))]
        for name, always, never in (("dob", 0.06, 0.40), ("postcode", 0.06, 0.40),
                                    ("birth_place", 0.08, 0.30), ("occupation", 0.08, 0.28)):
            draw = chance.random()
            person.missing[name] = (0.85 if draw < always else 0.0 if draw < always + never
                                    else chance.uniform(0.05, 0.25))

    def relative(self, person: Historical) -> Historical:
        """A brother, sister or child: the surname, mostly the place, often the home, now and
        then the very name."""
        chance, kin = self._chance, self.one()
        child = chance.random() < 0.55
        kin.surnames = [person.surnames[0], *kin.surnames[1:]]
        years = chance.randrange(20, 42) if child else chance.randrange(-9, 10) or 2
        kin.born = (min(1995, person.born[0] + years), *kin.born[1:])
        if chance.random() < 0.75:
            kin.place = person.place
            draw, home = chance.random(), person.homes[0]
            kin.homes = [home if draw < 0.2 else neighbour(chance, home) if draw < 0.4
                         else postcode(chance, kin.place.area)]
            self._settle(kin)
        if kin.male == person.male and child and chance.random() < 0.4:
            kin.given = person.given
            kin.middles = list(person.middles) if chance.random() < 0.4 else kin.middles
        if kin.male and person.titles and "baronet" in person.titles[0] and child:
            kin.titles = [f"{chance.choice(['2nd', '3rd'])} baronet", "sir"]
        if chance.random() < 0.25:
            kin.occupations[0] = person.occupations[0]
        return kin
