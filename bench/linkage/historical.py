"""An error-ridden file of made-up historical people, ten rows a person, with known truth.

Stands in for Splink's historical_figures_with_errors_50k, whose columns it has: the same kinds of
error at about the same rates, no row of it. Nobody in it lived.

    python -m bench.linkage.historical OUT.csv [--seed N] [--rows N]
"""
import argparse
from pathlib import Path
from random import Random

from bench.linkage import historical_errors as errors
from bench.linkage.febrl import write
from bench.linkage.historical_people import Historical, People, neighbour, postcode

COLUMNS = ("unique_id", "cluster", "full_name", "first_and_surname", "first_name", "surname",
           "dob", "birth_place", "postcode_fake", "gender", "occupation")
_THIN = 0.115       # rows that hold the names and at most one weak field, beside those by chance
_FAMILIES = 0.06    # people who open a family
_LARGEST = 40


def _size(chance: Random) -> int:
    """Rows of one person: 10 on average, between 1 and 40."""
    return max(1, min(_LARGEST, round(chance.gammavariate(2.2, 4.5))))


def _given(chance: Random, person: Historical, mess: float) -> str:
    draw = chance.random()
    if draw < 0.22 * mess:
        return errors.short(chance, person.given)
    if draw < 0.26 * mess and person.middles:
        return person.middles[0]
    if draw < 0.31 * mess:
        return person.given[0]
    return person.given


def _words(chance: Random, person: Historical, mess: float) -> tuple[str, str, list[str]]:
    """The given name, the surname and all words of the name as somebody writes it."""
    given, surname = _given(chance, person, mess), person.surnames[0]
    if len(person.surnames) > 1 and chance.random() < 0.45 * mess:
        surname = person.surnames[1]
    middles = [each for each in person.middles if chance.random() > 0.55 * mess]
    if len(given) == 1:
        middles = [each[0] for each in middles]
    middles = [each for each in middles if each != given]
    if chance.random() < 0.14 * mess:
        given = errors.misspelt(chance, given)
    if chance.random() < 0.20 * mess:
        surname = errors.misspelt(chance, surname)
    middles = [errors.misspelt(chance, each) if chance.random() < 0.1 * mess else each
               for each in middles]
    return given, surname, [given, *middles, surname]


def _names(chance: Random, person: Historical, mess: float) -> tuple[str, str, str]:
    """full_name, first_name and surname. The surname column holds the last word of the name as
    it was scraped, which of a titled man is often his title's."""
    given, surname, said = _words(chance, person, mess)
    full, draw = " ".join(said), chance.random()
    if person.titles and chance.random() < 0.55:
        title, style = person.titles[0], person.titles[-1]
        if chance.random() < 0.25:
            full = f"{style} {full}"
        if chance.random() < 0.7:
            full = f"{full}, {title}" if chance.random() < 0.6 else f"{given} {title}"
            if chance.random() < 0.6:
                surname = title.split()[-1]
    elif draw < 0.03 * mess:
        full = f"{given} of {person.place.town}"
        surname = person.place.town
    elif draw < 0.08 * mess:
        full = f"{surname} {given}"
        given, surname = surname, given
    elif draw < 0.15 * mess:
        full = f"{given} {surname}"
    if chance.random() < 0.015 * mess:
        return full, "", surname
    return full, given, surname


def _born(chance: Random, person: Historical, mess: float) -> str:
    year, month, day = person.born
    draw = chance.random()
    if person.year_only or draw < 0.06 * mess:
        month, day = 1, 1
    elif draw < 0.17 * mess:
        year, month, day = errors.wrong_date(chance, person.born)
    if chance.random() < 0.025 * mess:
        year, month, day = (year + chance.randrange(-30, 31), chance.randrange(1, 13),
                            chance.randrange(1, 29))
    return f"{year:04d}-{month:02d}-{day:02d}"


def _home(chance: Random, people: People, person: Historical, mess: float) -> str:
    draw, home = chance.random(), person.homes[0]
    if draw < 0.32 * mess and len(person.homes) > 1:
        home = chance.choice(person.homes[1:])
    elif draw < 0.40 * mess:
        home = neighbour(chance, home)
    elif draw < 0.46 * mess:
        home = postcode(chance, people.place().area)
    return errors.wrong_postcode(chance, home) if chance.random() < 0.13 * mess else home


def _row(chance: Random, people: People, person: Historical, mess: float) -> dict[str, str]:
    full, given, surname = _names(chance, person, mess)
    place = person.place
    where = chance.choices((place.district, place.town, place.county), (62, 22, 16))[0]
    if chance.random() < 0.05 * mess:
        where = errors.misspelt(chance, where)
    gender = "male" if person.male else "female"
    if chance.random() < 0.01 * mess:
        gender = "female" if person.male else "male"
    row = {
        "full_name": full, "first_and_surname": f"{given} {surname}".strip(),
        "first_name": given, "surname": surname, "dob": _born(chance, person, mess),
        "birth_place": where, "postcode_fake": _home(chance, people, person, mess),
        "gender": gender,
        "occupation": chance.choices(person.occupations, (6, 3, 2)[:len(person.occupations)])[0]}
    for column, name in (("dob", "dob"), ("postcode_fake", "postcode"),
                         ("birth_place", "birth_place"), ("occupation", "occupation")):
        if chance.random() < person.missing[name]:
            row[column] = ""
    if chance.random() < 0.10:
        row["gender"] = ""
    if chance.random() < _THIN:
        kept = chance.choice(("birth_place", "occupation", "gender", "gender", ""))
        for column in ("dob", "birth_place", "postcode_fake", "gender", "occupation"):
            row[column] = row[column] if column == kept else ""
    return row


def historical(seed: int, count: int = 50_000) -> list[dict[str, str]]:
    """`count` rows of COLUMNS, in random order, "" where a value is missing; the same for the
    same seed. `cluster` is the person, whom nothing else in the row names."""
    chance = Random(seed)
    people = People(chance)
    rows: list[dict[str, str]] = []
    family: list[Historical] = []
    number = 0
    while len(rows) < count:
        if not family:
            family = [people.one()]
            if chance.random() < _FAMILIES:
                family += [people.relative(family[0]) for _ in range(chance.choice((1, 1, 2, 3)))]
        person, number = family.pop(), number + 1
        messy = chance.uniform(0.4, 1.6)
        for each in range(min(_size(chance), count - len(rows))):
            key = {"unique_id": f"P{number:05d}-{each + 1}", "cluster": f"P{number:05d}"}
            mess = 0.0 if each == 0 else messy
            rows.append(key | _row(chance, people, person, mess))
    chance.shuffle(rows)
    return rows


def main() -> None:
    """Write the file that is asked for."""
    asked = argparse.ArgumentParser(prog="python -m bench.linkage.historical")
    asked.add_argument("out", type=Path)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--rows", type=int, default=50_000)
    given = asked.parse_args()
    write(given.out, historical(given.seed, given.rows))


if __name__ == "__main__":
    main()
