"""What name an agency holds of a child: the habits, slips and changes of people who write."""
from random import Random

from broker.event.person import Name
from broker.vocabulary.words import NameUse
from broker.world.hard.children import TODAY, Truth
from broker.world.hard.settings import Settings
from broker.world.hard.writing import mistyped, respelt, shortened

_YEAR_DAYS = 365
_BABIES = ("Baby", "Baby", "", "Infant", "Unnamed")
_TWINS = ("Twin One", "Twin Two", "Baby Twin 1", "Baby Twin 2")


def names_held(child: Truth, agency: str, rng: Random, settings: Settings) -> tuple[Name, ...]:
    """One legal name as this agency writes it, and sometimes a former or a preferred one."""
    young = (TODAY - child.born).days < _YEAR_DAYS
    if young and agency == "council" and rng.random() < settings.baby:
        given = rng.choice(_TWINS if child.twin else _BABIES)
        return (Name(given=given or None, family=child.former or child.family),)
    given = _given_held(child, rng, settings)
    family, former = _family_held(child, rng, settings)
    ways = child.stock.ways
    if "patronymic" in ways and rng.random() < 0.25:
        given, family = _patronymic(given, family, rng)
    swapped = settings.swapped + (0.12 if "family_first" in ways else 0.0)
    if rng.random() < swapped:
        given, family = family, given
    names = [Name(given=given, family=family)]
    if former and agency == "police" and rng.random() < 0.4:
        names.append(Name(given=given, family=former, use=NameUse.FORMER))
    if agency.startswith("home") and rng.random() < settings.short_form:
        preferred = shortened(child.given[0], rng)
        if preferred != given:
            names.append(Name(given=preferred, family=family, use=NameUse.PREFERRED))
    return tuple(names)


def _rewritten(word: str, child: Truth, rng: Random, settings: Settings) -> str:
    scripts = settings.respelt_scripts if child.stock.ways else 0.0
    if rng.random() < settings.respelt + scripts:
        word = respelt(word, child.stock.ways, rng)
    if rng.random() < settings.slip:
        word = mistyped(word, rng)
    return word


def _given_held(child: Truth, rng: Random, settings: Settings) -> str:
    first, middles = child.given[0], child.given[1:]
    if first == "Mohammed" and middles and rng.random() < 0.3:
        return _rewritten(middles[0], child, rng, settings)  # called by the name after it
    if middles and rng.random() < settings.middle_as_given:
        return _rewritten(middles[0], child, rng, settings)
    if rng.random() < settings.short_form / 2:
        return shortened(first, rng)
    written = [_rewritten(first, child, rng, settings)]
    both = first == "Mohammed" and rng.random() < 0.7
    if middles and (both or rng.random() >= settings.middle_left_out):
        written.extend(_rewritten(each, child, rng, settings) for each in middles)
    if "vietnamese" in child.stock.ways and " " in first and rng.random() < 0.3:
        written = [first.rpartition(" ")[2]]  # without Thi or Van
    return " ".join(written)


def _family_held(child: Truth, rng: Random, settings: Settings) -> tuple[str, str]:
    """(family name held, the other one where it was changed)."""
    family, former = child.family, child.former
    if former and rng.random() < 0.45:
        family, former = former, family
    if "sikh" in child.stock.ways and family not in ("Kaur", "Singh") and rng.random() < 0.3:
        community = "Kaur" if child.sex == "F" else "Singh"
        family = rng.choice((community, f"{community} {family}"))
    if "-" in family and not family.startswith(("Al-", "El-")):
        halves = family.split("-")
        if rng.random() < settings.half_of_name:
            family = rng.choice(halves)
        elif rng.random() < 0.4:
            family = " ".join(halves)
    if child.stock.ways & {"polish", "cyrillic"} and rng.random() < 0.15:
        family = _other_form(family)
    return _rewritten(family, child, rng, settings), former


def _other_form(family: str) -> str:
    """The man's form of a woman's family name, as English clerks write it, or the reverse."""
    for man, woman in (("ski", "ska"), ("cki", "cka"), ("ov", "ova"), ("ev", "eva")):
        if family.endswith(man):
            return family[:-len(man)] + woman
        if family.endswith(woman):
            return family[:-len(woman)] + man
    return family


def _patronymic(given: str, family: str, rng: Random) -> tuple[str, str]:
    """A name in three parts: own, father's, grandfather's; clerks cut it where they like."""
    father, _, grandfather = family.partition(" ")
    if not grandfather:
        return given, family
    return rng.choice(((given, grandfather), (given, father),
                       (f"{given} {father}", grandfather)))
