"""Names, addresses and valid numbers of made-up children, other than those of the first world."""
from random import Random


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


GIVEN = {
    "M": _words("""Aaron Adil Alfie Amir Archie Bartosz Callum Dawid Dylan Ethan Finlay George
Harrison Hassan Ivan Jack Jayden Kai Kian Leo Liam Logan Malachi Mason Mohammed Nathan Noah Oliver
Omar Owen Patrick Reece Rhys Riley Samuel Sebastian Stefan Tariq Theo Tyler Usman Victor Wiktor
Xavier Yusuf Zachary"""),
    "F": _words("""Abigail Aisha Alicja Amelia Amina Bethany Bonnie Carys Chloe Daisy Demi Eleanor
Elif Ellie Erin Esme Evie Fatima Florence Gabriela Hanna Imogen Isla Jasmine Jessica Keira Lacey
Leila Lily Maisie Maja Megan Mia Niamh Nicole Olivia Paige Poppy Ruby Saffron Scarlett Sienna Skye
Summer Tia Willow Yasmin Zara Zuzanna"""),
}
_FIRST_PARTS = _words("""Ack Ash Bar Beck Bram Cald Cotter Crow Dun Ell Fern Gar Hather Hol
Ing Kel Lang Mars Nor Oak Pick Rad Sker Stan Thorn Up Wether Whit Wool Yar""")
_LAST_PARTS = _words("""ley ton by worth den field ham well stone croft thwaite shaw wood man gate
ridge""")
_FROM_ELSEWHERE = _words("""Kowalczyk Nowak Hussain Rahman Okafor Adeyemi Petrescu Ionescu
O'Rourke Begum Singh-Gill Nguyen""")
_STREETS = ("Mill Lane", "Canal Street", "Station Road", "Larkmoor Row", "Priory Walk",
            "Queen Street", "Beech Avenue", "The Green", "Eastgate", "Foundry Yard", "Moor Close",
            "Dale Terrace", "Abbey Road", "Castle Hill", "Field View")
_UPN_LETTERS = "ABCDEFGHJKLMNPQRTUVWXYZ"
_INWARD = "ABDEFGHJLNPQRSTUWXYZ"


def local_surname(rng: Random) -> str:
    """A surname made of two parts."""
    return rng.choice(_FIRST_PARTS) + rng.choice(_LAST_PARTS)


def full_name(rng: Random, sex: str) -> tuple[str, str]:
    """A given name and a surname."""
    given = rng.choice(GIVEN[sex])
    elsewhere = rng.random() < 0.08
    return given, rng.choice(_FROM_ELSEWHERE) if elsewhere else local_surname(rng)


def misspelt(rng: Random, name: str) -> str:
    """A letter doubled, one left out, or a y written ie."""
    place = rng.randrange(1, len(name))
    letter = name[place]
    doubled = name[:place] + name[place:].replace(letter, letter * 2, 1)
    shorter = name[:place] + name[place + 1:]
    return rng.choice([doubled, shorter, name.replace("y", "ie", 1) if "y" in name else shorter])


def address(rng: Random) -> tuple[str, str]:
    """A line and a postcode."""
    line = f"{rng.randrange(1, 90)} {rng.choice(_STREETS)}"
    outward = f"{rng.choice(['YO', 'HG', 'DL', 'TS'])}{rng.randrange(1, 40)}"
    inward = f"{rng.randrange(1, 10)}{rng.choice(_INWARD)}{rng.choice(_INWARD)}"
    return line, f"{outward} {inward}"


def foster_postcode(rng: Random) -> str:
    """Where a foster family lives."""
    outward = rng.randrange(41, 60)
    return f"YO{outward} {rng.randrange(1, 9)}{rng.choice('ABDEF')}{rng.choice('JLNPQ')}"


def nhs_number(rng: Random) -> str:
    """Ten digits, the last of which checks the others."""
    while True:
        digits = [9] + [rng.randrange(10) for _ in range(8)]
        check = (11 - sum(digit * (10 - place) for place, digit in enumerate(digits)) % 11) % 11
        if check != 10:
            return "".join(map(str, [*digits, check]))


def pupil_number(rng: Random) -> str:
    """A unique pupil number of this authority, its check letter first."""
    digits = [8, 1, 5] + [rng.randrange(10) for _ in range(9)]
    total = sum(digit * (place + 2) for place, digit in enumerate(digits))
    return _UPN_LETTERS[total % 23] + "".join(map(str, digits))
