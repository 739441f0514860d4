"""The families of the harder world: names by eight traditions, twins, moves, cousins."""
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from bench.harder.stock import GROUPS, NAMES, OTHER_WAYS, VIETNAMESE_SHARES, another, some

TODAY = date(2026, 11, 1)
_FIRST_DAY = date(2008, 1, 1)
_DISTRICTS = {
    "english_welsh": "YO10 YO24 HG1 HG2 YO11 TS4 LS8 BD3 DN1 SA1", "sa_muslim": "BD3 BD8 LS8 HD1 "
    "YO10", "punjabi_hindu": "LS8 LE4 HD1 BD8 HG1", "arabic": "LS8 TS1 S3 YO10 M14",
    "polish_romanian": "YO11 DN1 TS1 LS9 HG1", "nigerian_ghanaian": "LS9 M14 TS1 S3 DN1",
    "vietnamese_chinese": "M14 LS9 YO10 S3 TS4", "somali_eritrean": "S3 M14 TS1 LS8 LS9"}
_LETTERS = "ABDEFGHJLNPQRSTUWXYZ"
_STREETS = [f"{name} {kind}" for name in NAMES["street_names"] for kind in NAMES["street_kinds"]]
# Boys' and girls' names of which twins' parents choose two that begin alike.
_OF_TWINS = {"english_welsh": "english", "sa_muslim": "south_asian", "punjabi_hindu": "punjabi",
             "arabic": "arabic"}
_WAYS_OF_TWINS = ("english_short", "english", "south_asian", "punjabi", "arabic")
_TONGUES = {"vietnamese_chinese": ("vietnamese", "chinese", .55), "somali_eritrean": (
    "somali", "eritrean", .65), "polish_romanian": ("polish", "romanian", .6)}

Home = tuple[str, str]  # postcode and line


@dataclass(frozen=True, slots=True)
class Stay:
    """One home of a family, from when until when."""

    since: date
    until: date
    home: Home


@dataclass(slots=True)
class Family:
    """What brothers and sisters share; `sikh` is 2 where Singh and Kaur are the family name."""

    group: str
    tongue: str = ""
    sikh: int = 0
    father: str = ""
    surname: str = ""


@dataclass(slots=True)
class Child:
    """One child as they are; `english` is a name to be called by beside a Chinese one."""

    number: int
    household: int
    family: Family
    sex: str
    born: date
    given: list[str]
    middle: list[str]
    surname: str
    nhs: str
    upn: str
    local: str
    stays: list[Stay]
    phones: list[str]
    english: str = ""
    twin: bool = False
    second_surname: str = ""


@dataclass(slots=True)
class Places:
    """Postcodes by district, each with its street."""

    rng: Random
    units: dict[str, list[Home]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        rng = self.rng
        for districts in _DISTRICTS.values():
            for each in districts.split():
                if each not in self.units:
                    self.units[each] = [(
                        f"{each} {rng.randrange(1, 10)}{rng.choice(_LETTERS)}"
                        f"{rng.choice(_LETTERS)}", rng.choice(_STREETS)) for _ in range(160)]

    def home(self, group: str, near: str = "") -> Home:
        """A home where families of this group live, oftener than not near the one before."""
        stays_near = bool(near) and self.rng.random() < .7
        district = near if stays_near else self.rng.choice(_DISTRICTS[group].split())
        postcode, street = self.rng.choice(self.units[district])
        return postcode, f"{self.rng.randrange(1, 120)} {street}"


def nhs_number(rng: Random) -> str:
    """A number with its check digit, of the range that is given to nobody."""
    while True:
        digits = [9] + [rng.randrange(10) for _ in range(8)]
        check = (11 - sum(one * by for one, by in zip(digits, range(10, 1, -1), strict=True)
                          ) % 11) % 11
        if check != 10:
            return "".join(map(str, (*digits, check)))


def _upn(rng: Random, born: date) -> str:
    body = (rng.choice(["815", "816", "383", "380"]) + f"{rng.randrange(2000, 4000)}"
            f"{(born.year + 5) % 100:02d}" + f"{rng.randrange(1, 600):03d}")
    total = sum(int(one) * by for one, by in zip(body, range(2, 14), strict=True))
    return "ABCDEFGHJKLMNPQRTUVWXYZ"[total % 23] + body


def _phone(rng: Random) -> str:
    return f"07{rng.randrange(100_000_000, 999_999_999)}"


def _surname(rng: Random, family: Family) -> str:
    match family.group:
        case "english_welsh":
            if rng.random() < .5:
                return some(rng, NAMES["english_surnames"], .9, 3)
            return rng.choice(NAMES["english_places"]) + rng.choice(NAMES["english_endings"])
        case "sa_muslim":
            return some(rng, NAMES["south_asian_surnames"], 1.0, 2)
        case "punjabi_hindu":
            return some(rng, NAMES["punjabi_surnames"][2:], .9, 3)
        case "arabic":
            return some(rng, NAMES["arabic_surnames"], .9, 3)
        case "polish_romanian":
            return some(rng, NAMES["polish_surnames"] + NAMES["romanian_surnames"], .7, 5)
        case "nigerian_ghanaian":
            return some(rng, NAMES["nigerian_surnames"], .6, 5)
        case "vietnamese_chinese":
            if family.tongue == "vietnamese":
                return rng.choices(NAMES["vietnamese_surnames"], VIETNAMESE_SHARES)[0]
            return some(rng, NAMES["chinese_surnames"], 1.0, 2)
        case _:
            return some(rng, NAMES[f"{family.tongue}_fathers"], .9, 3)


class Naming:
    """How a family names its children, by its tradition; each sets given, middle, surname."""

    def __init__(self, rng: Random, family: Family, sex: str, used: set[str]):
        self._rng, self._family, self._used = rng, family, used
        self._boy = sex == "M"
        self._sexes = "boys" if self._boy else "girls"
        self.given: list[str] = []
        self.middle: list[str] = []
        self.surname = family.surname
        self.english = ""
        getattr(self, f"_{family.group}")()

    def _names(self, tongue: str) -> list[str]:
        return NAMES[f"{tongue}_{self._sexes}"]

    def _english_welsh(self) -> None:
        rng, names = self._rng, self._names("english")
        self.given = [another(rng, names, self._used)]
        if rng.random() < .7:
            self.middle = [another(rng, names, {*self._used, *self.given}, .5)]
        if rng.random() < .02:
            self.given = [f"{self.given[0]}-"
                          + rng.choice(["James", "Jay", "Lee", "Mae", "Rose", "Leigh"])]

    def _sa_muslim(self) -> None:
        rng, names = self._rng, self._names("south_asian")
        if self._boy and rng.random() < .4:
            self.given, self.middle = ["Mohammed"], [another(rng, names[1:], self._used)]
        else:
            self.given = [another(rng, names, self._used)]
            if rng.random() < .3:
                self.middle = [another(rng, names if self._boy else (
                    ["Bibi", "Begum", "Khatun", "Noor", "Sultana"]), self._used)]
        if not self._boy and rng.random() < .15:
            self.surname = rng.choice(["Begum", "Bibi", "Khatun", "Akhtar", "Kauser"])

    def _punjabi_hindu(self) -> None:
        self.given = [another(self._rng, self._names("punjabi"), self._used)]
        religious = "Singh" if self._boy else "Kaur"
        if self._family.sikh == 2:
            self.surname = religious
        elif self._family.sikh:
            self.middle = [religious]

    def _arabic(self) -> None:
        self.given = [another(self._rng, self._names("arabic"), self._used)]
        self.middle = [self._family.father] if self._rng.random() < .6 else []

    def _polish_romanian(self) -> None:
        rng = self._rng
        self.given = [another(rng, self._names(self._family.tongue), self._used, .6)]
        if rng.random() < .3:
            self.middle = [some(rng, self._names("polish") + self._names("romanian"), .5)]
        if not self._boy and self.surname.endswith(("ski", "cki", "dzki")) and rng.random() < .8:
            self.surname = self.surname[:-1] + "a"

    def _nigerian_ghanaian(self) -> None:
        rng, names = self._rng, self._names("nigerian")
        self.given = [another(rng, names, self._used)]
        if rng.random() < .7:
            self.middle = [another(rng, NAMES["nigerian_english"] if rng.random() < .6 else names,
                                   self._used)]

    def _vietnamese_chinese(self) -> None:
        rng = self._rng
        if self._family.tongue == "vietnamese":
            self.given = [another(rng, self._names("vietnamese"), self._used)]
            self.middle = [some(rng, NAMES[f"vietnamese_middles_of_{self._sexes}"], 1.0,
                                3 if self._boy else 1)]
            return
        syllables = NAMES["chinese_syllables"]
        for _ in range(40):
            self.given = ([rng.choice(syllables), rng.choice(syllables)] if rng.random() < .75
                          else [rng.choice(syllables)])
            if self.given[0] not in self._used:
                break
        if rng.random() < .35:
            self.english = rng.choice(NAMES["chinese_english"])

    def _somali_eritrean(self) -> None:
        self.given = [another(self._rng, self._names(self._family.tongue), self._used)]
        self.middle = [self._family.father]

    def begin_alike(self, other: str) -> None:
        """Another given name that begins as a twin's does, if there is one."""
        if self._family.group not in _OF_TWINS:
            return
        forms = [way for ways in _WAYS_OF_TWINS for way in OTHER_WAYS[ways].get(other, ())]
        chosen = [each for each in self._names(_OF_TWINS[self._family.group])
                  if each[0] == other[0] and each != other
                  and each not in " ".join(forms).split()]
        name = self._rng.choice(chosen) if chosen else ""
        if name and name not in self._used:
            self.given = [name]


class Families:
    """Grows families until there are children enough."""

    def __init__(self, rng: Random, places: Places):
        self._rng, self._places = rng, places
        self._children: list[Child] = []
        self._household, self._local = 0, 100_000

    def grow(self, count: int) -> list[Child]:
        """At least so many children; then their cousins of one name."""
        namesakes = []
        while len(self._children) < count:
            self._grow_family()
            if self._rng.random() < .03:
                namesakes.append(self._children[-1])
        for each in namesakes:
            self._grow_cousin(each)
        return self._children

    def _new_family(self) -> Family:
        rng = self._rng
        family = Family(GROUPS[self._household % len(GROUPS)])
        if family.group in _TONGUES:
            one, other, share = _TONGUES[family.group]
            family.tongue = one if rng.random() < share else other
        if family.group == "punjabi_hindu":
            family.sikh = rng.choices([0, 1, 2], [.45, .35, .2])[0]
        fathers = {"arabic": "arabic_boys", "somali_eritrean": f"{family.tongue}_fathers"}
        family.father = some(rng, NAMES[fathers.get(family.group, "english_boys")], .8)
        family.surname = _surname(rng, family)
        if family.group == "polish_romanian":
            while (family.surname in NAMES["romanian_surnames"]) != (
                    family.tongue == "romanian"):
                family.surname = _surname(rng, family)
        return family

    def _stays(self, group: str) -> list[Stay]:
        stays, since = [], _FIRST_DAY
        home = self._places.home(group)
        while since < TODAY:
            until = since + timedelta(days=int(self._rng.expovariate(1 / 1500)) + 60)
            stays.append(Stay(since, min(until, TODAY), home))
            home = self._places.home(group, home[0].split()[0])
            since = until
        return stays

    def _grow_family(self) -> None:
        rng = self._rng
        self._household += 1
        family = self._new_family()
        mother = _surname(rng, family)
        size = rng.choices([1, 2, 3, 4, 5, 6], [.3, .33, .2, .1, .05, .02])[0]
        stays = self._stays(family.group)
        phones = [_phone(rng) for _ in range(rng.choice([1, 2, 2, 3]))]
        born = TODAY - timedelta(days=rng.randrange(30, 17 * 365))
        used: set[str] = set()
        blended, grown = rng.random() < .15, 0
        while grown < size and born < TODAY - timedelta(days=5):
            grown += self._bear(family, mother, born, stays, phones, used,
                                eldest_of_another=blended and grown == 0)
            born = born + timedelta(days=rng.randrange(330, 1500))

    def _bear(self, family: Family, mother: str, born: date, stays: list[Stay],
              phones: list[str], used: set[str], *, eldest_of_another: bool) -> int:
        """A child, or twins; how many."""
        rng = self._rng
        number = 2 if rng.random() < .035 else 1
        one_sex, first_sex, first = rng.random() < .65, rng.choice("MF"), ""
        for place in range(number):
            sex = first_sex if place == 0 or one_sex else rng.choice("MF")
            naming = Naming(rng, family, sex, used)
            if place == 1 and rng.random() < .4:
                naming.begin_alike(first)
            first = naming.given[0]
            used.add(naming.middle[0] if naming.given == ["Mohammed"] and naming.middle
                     else first)
            if first != "Mohammed":
                used.add(first)
            rarely = family.group in ("arabic", "somali_eritrean")
            surname, second = naming.surname, mother if rng.random() < (
                .04 if rarely else .10) else ""
            if eldest_of_another and place == 0 and family.group != "somali_eritrean":
                surname, second = mother, family.surname if rng.random() < .4 else ""
            if family.group == "english_welsh" and rng.random() < .06:
                surname = f"{surname}-{mother}"
            self._local += rng.randrange(1, 9)
            self._children.append(Child(
                len(self._children), self._household, family, sex, born, naming.given,
                naming.middle, surname, nhs_number(rng), _upn(rng, born), str(self._local),
                stays, phones, naming.english, number == 2, second))
        return number

    def _grow_cousin(self, child: Child) -> None:
        """A child of another household with the names of this one, born about the same time."""
        rng = self._rng
        self._household += 1
        district = child.stays[-1].home[0].split()[0]
        stays = [Stay(_FIRST_DAY, TODAY, self._places.home(child.family.group, district))]
        born = child.born + timedelta(days=rng.randrange(-400, 400))
        if not date(2009, 11, 5) < born < TODAY - timedelta(days=10):
            return
        self._local += 3
        self._children.append(Child(
            len(self._children), self._household, child.family, child.sex, born,
            list(child.given), list(child.middle) if rng.random() < .3 else [], child.surname,
            nhs_number(rng), _upn(rng, born), str(self._local), stays, [_phone(rng)]))
