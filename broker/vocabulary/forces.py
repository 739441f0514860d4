"""The police forces of England and Wales, and the letters that a log number of theirs may bear.

Names of the forces by the Police Act 1996 (the areas of Schedule 1, the Metropolitan Police and
the City of London), and the British Transport Police. The letters are the initials in common use;
no law gives them, and two forces may have the same.
"""
from dataclasses import dataclass

_SERVICES = ("POLICE", "CONSTABULARY")
_SMALL = frozenset({"AND", "OF", "THE", "ISLE"})
# Beside the number, and no part of the letters that tell whose it is.
_BESIDE = ("NUMBER", "INCIDENT", "LOG", "REF", "CAD", "STORM", "URN", "INC", "NO")


@dataclass(frozen=True, slots=True)
class Force:
    """A police force: the words of its name before "Police" or "Constabulary", and its letters."""

    names: tuple[str, ...]
    letters: tuple[str, ...] = ()

    def words(self) -> frozenset[str]:
        """The words that tell it from another force, in capitals."""
        return frozenset(word for name in self.names for word in _words(name))

    def begins(self, number: str) -> bool:
        """Whether a log number in comparable form (capitals and digits) begins with its name or
        its letters."""
        if any(number.startswith(f"{joined}{service}") for name in self.names
               for joined in _joined(name) for service in _SERVICES):
            return True
        return _leading(number) in self.letters


def _words(name: str) -> list[str]:
    parts = "".join(each if each.isalpha() else " " for each in name.upper()).split()
    return [each for each in parts if each not in (*_SMALL, *_SERVICES, "SERVICE")]


def _joined(name: str) -> tuple[str, str]:
    """The name without spaces, and the same where "and" is a sign."""
    parts = name.upper().replace("-", " ").split()
    return "".join(parts), "".join(each for each in parts if each != "AND")


def _leading(number: str) -> str:
    """The letters that a number begins with, less what people write beside a number."""
    letters = number[:next((i for i, each in enumerate(number) if not each.isalpha()),
                           len(number))]
    for word in _BESIDE:
        letters = letters.removesuffix(word) or letters
    return letters


def may_be(force: Force, agency_name: str) -> bool:
    """Whether an agency of this name may be the force: a word of the name is the force's, the
    initials are, or the name tells nothing of which force it is."""
    words = _words(agency_name)
    initials = "".join(each[0] for each in agency_name.upper().split() if each not in _SMALL)
    return not words or not force.words().isdisjoint(words) \
        or initials in force.letters or not set(force.letters).isdisjoint(words)


FORCES = (
    Force(("Avon and Somerset",), ("ASP", "ASC")), Force(("Bedfordshire",)),
    Force(("British Transport",), ("BTP",)), Force(("Cambridgeshire",)), Force(("Cheshire",)),
    Force(("City of London",), ("COLP",)), Force(("Cleveland",)), Force(("Cumbria",)),
    Force(("Derbyshire",)), Force(("Devon and Cornwall",), ("DCP",)), Force(("Dorset",)),
    Force(("Durham",)), Force(("Dyfed-Powys",), ("DPP",)), Force(("Essex",)),
    Force(("Gloucestershire",)), Force(("Greater Manchester",), ("GMP",)), Force(("Gwent",)),
    Force(("Hampshire and Isle of Wight", "Hampshire")), Force(("Hertfordshire",)),
    Force(("Humberside",)), Force(("Kent",)), Force(("Lancashire",)), Force(("Leicestershire",)),
    Force(("Lincolnshire",)), Force(("Merseyside",)), Force(("Metropolitan", "Met"), ("MPS",)),
    Force(("Norfolk",)), Force(("North Wales",), ("NWP",)),
    Force(("North Yorkshire",), ("NYP",)), Force(("Northamptonshire",)), Force(("Northumbria",)),
    Force(("Nottinghamshire",)), Force(("South Wales",), ("SWP",)),
    Force(("South Yorkshire",), ("SYP",)), Force(("Staffordshire",)), Force(("Suffolk",)),
    Force(("Surrey",)), Force(("Sussex",)), Force(("Thames Valley",), ("TVP",)),
    Force(("Warwickshire",)), Force(("West Mercia",), ("WMP",)),
    Force(("West Midlands",), ("WMP",)), Force(("West Yorkshire",), ("WYP",)),
    Force(("Wiltshire",)),
)
