"""Every defect by name: a function that spoils a clean folder in exactly one way.

Adding a defect is adding a function here; tests/adapters/test_adapters_hostile.py fails until
it says what follows from it.
"""
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from adapters.hostile.clean import Files, change, home, police
from broker.vocabulary.words import AgencyKind

Spoil = Callable[[Files], Files]
LONG_ROW_BYTES = 2 * 1024 * 1024
WAYS_IN = {AgencyKind.POLICE: police, AgencyKind.CARE_HOME: home}


@dataclass(frozen=True, slots=True)
class Defect:
    """A way in which a folder goes wrong; `what` is one sentence."""

    name: str
    kind: AgencyKind
    what: str
    spoil: Spoil

    def write(self, folder: Path) -> list[Path]:
        """Write the spoilt folder; the files in name order."""
        files = self.spoil(WAYS_IN[self.kind]())
        for name, content in files.items():
            (folder / name).write_bytes(content)
        return sorted(folder / name for name in files)


DEFECTS: dict[str, Defect] = {}


def _defect(kind: AgencyKind) -> Callable[[Spoil], Spoil]:
    def register(spoil: Spoil) -> Spoil:
        what = (spoil.__doc__ or "").strip()
        assert what, f"{spoil.__name__} does not say what it is"
        DEFECTS[spoil.__name__] = Defect(spoil.__name__, kind, what, spoil)
        return spoil
    return register


_police = _defect(AgencyKind.POLICE)
_home = _defect(AgencyKind.CARE_HOME)


def _line(files: Files, file: str, start: bytes) -> bytes:
    (found,) = [line for line in files[file].splitlines(keepends=True) if line.startswith(start)]
    return found


@_police
def clean(files: Files) -> Files:
    """Nothing is wrong: what every other defect is compared with."""
    return files


@_police
def duplicated(files: Files) -> Files:
    """A row is there twice, word for word."""
    again = _line(files, "incidents.csv", b"L1")
    return {**files, "incidents.csv": files["incidents.csv"] + again}


@_police
def late(files: Files) -> Files:
    """A row was written months before it was sent."""
    return change(files, "incidents.csv", b"2026-01-05T21:05:00", b"2025-09-05T21:05:00")


@_police
def out_of_order(files: Files) -> Files:
    """The newer version of an incident stands before the older one."""
    newer = _line(files, "incidents.csv", b"L1").replace(
        b",Missing person,,", b",Missing person,Concern for safety,").replace(b"21:05", b"23:05")
    header, rest = files["incidents.csv"].split(b"\n", 1)
    return {**files, "incidents.csv": header + b"\n" + newer + rest}


@_police
def same_key_two_truths(files: Files) -> Files:
    """One record says two things at one and the same time of writing."""
    other = _line(files, "incidents.csv", b"L1").replace(b"Immediate", b"Scheduled")
    return {**files, "incidents.csv": files["incidents.csv"] + other}


@_police
def misspelt(files: Files) -> Files:
    """A word of a closed list is mis-spelt."""
    return change(files, "incidents.csv", b"Immediate", b"Imediate")


@_police
def misspelt_category(files: Files) -> Files:
    """A category is mis-spelt, where every unknown one is OTHER."""
    return change(files, "incidents.csv", b"Missing person", b"Mising person")


@_police
def misspelt_column(files: Files) -> Files:
    """The header mis-spells a required column."""
    return change(files, "incidents.csv", b"opening_category", b"opening_catagory")


@_police
def semicolons(files: Files) -> Files:
    """A spreadsheet wrote semicolons where commas should be."""
    return {**files, "nominals.csv": files["nominals.csv"].replace(b",", b";")}


@_police
def tabs(files: Files) -> Files:
    """A spreadsheet wrote tabs where commas should be, under a name that says nothing."""
    return {"incidents.csv": files["incidents.csv"],
            "Book2.csv": files["nominals.csv"].replace(b",", b"\t")}


@_police
def missing_column(files: Files) -> Files:
    """A required column is not there."""
    spoilt = files["nominals.csv"].replace(b",pnc_id,", b",")
    return {**files, "nominals.csv": spoilt.replace(b",,,,2026", b",,,2026")}


@_police
def duplicate_column(files: Files) -> Files:
    """Two columns have one name."""
    return change(files, "nominals.csv", b"former_surname", b"surname")


@_police
def unknown_column(files: Files) -> Files:
    """A column nobody has agreed stands behind the last."""
    spoilt = files["nominals.csv"].replace(b"updated_at\n", b"updated_at,shoe_size\n")
    return {**files, "nominals.csv": spoilt.replace(b":00\n", b":00,36\n")}


@_police
def shouted(files: Files) -> Files:
    """Everything but the references is in capitals, the header too."""
    return {name: content.upper() for name, content in files.items()}


@_police
def half_empty(files: Files) -> Files:
    """A row has its key, its subject and its time, and nothing else."""
    old = _line(files, "incidents.csv", b"L1")
    return change(files, "incidents.csv", old, b"L1,N1" + b"," * 16 + b"2026-01-05T21:05:00\n")


@_police
def no_key(files: Files) -> Files:
    """A row has no reference."""
    return change(files, "incidents.csv", b"\nL1,", b"\n,")


@_police
def no_subject(files: Files) -> Files:
    """A row does not say which child."""
    return change(files, "incidents.csv", b"L1,N1,", b"L1,,")


@_police
def no_time(files: Files) -> Files:
    """A row does not say when it was written."""
    return change(files, "incidents.csv", b"2026-01-05T21:05:00", b"")


@_police
def no_such_time(files: Files) -> Files:
    """The time of writing is no time."""
    return change(files, "incidents.csv", b"2026-01-05T21:05:00", b"05/01/2026 21:05")


@_police
def future_time(files: Files) -> Files:
    """A row was written, it says, in a year to come."""
    return change(files, "incidents.csv", b"2026-01-05T21:05:00", b"2062-01-05T21:05:00")


@_police
def bad_optional_time(files: Files) -> Files:
    """A time that is not needed is no time."""
    return change(files, "incidents.csv", b"2026-01-05T21:00:00", b"about nine")


@_police
def bad_birth_date(files: Files) -> Files:
    """A birth date is impossible."""
    return change(files, "nominals.csv", b"2011-05-06", b"2011-15-06")


@_police
def birth_date_ahead(files: Files) -> Files:
    """A birth date lies years ahead."""
    return change(files, "nominals.csv", b"2011-05-06", b"2031-05-06")


@_police
def birth_date_to_fill_a_field(files: Files) -> Files:
    """A birth date is the one a system puts where it must have one."""
    return change(files, "nominals.csv", b"2011-05-06", b"1900-01-01")


@_police
def happened_ahead(files: Files) -> Files:
    """An incident was reported, it says, in a year to come."""
    return change(files, "incidents.csv", b"2026-01-05T21:00:00", b"2062-01-05T21:00:00")


@_police
def over_long_value(files: Files) -> Files:
    """A surname is longer than any name."""
    return change(files, "nominals.csv", b"Wrona", b"W" + b"r" * 999)


@_police
def repeated_hour(files: Files) -> Files:
    """A time without an offset falls into the hour that comes twice."""
    return change(files, "incidents.csv", b"2026-01-05T21:05:00", b"2025-10-26T01:30:00")


@_police
def wrongly_encoded(files: Files) -> Files:
    """One row is in Windows-1252."""
    return change(files, "nominals.csv", b"Zofia", "Zoë".encode("cp1252"))


@_police
def wrongly_encoded_file(files: Files) -> Files:
    """The whole file is in UTF-16."""
    return {**files, "nominals.csv": files["nominals.csv"].decode().encode("utf-16")}


@_police
def spreadsheet(files: Files) -> Files:
    """A byte order mark, carriage returns, and rows of empty cells at the end."""
    return {name: b"\xef\xbb\xbf" + content.replace(b"\n", b"\r\n") + b"," * (
        content.split(b"\n", 1)[0].count(b",")) + b"\r\n" for name, content in files.items()}


@_police
def nul_bytes(files: Files) -> Files:
    """A cell holds a NUL byte."""
    return change(files, "nominals.csv", b"Zofia", b"Zo\0fia")


@_police
def unclosed_quote(files: Files) -> Files:
    """A quote is opened and never closed."""
    return change(files, "nominals.csv", b"1 Quarry Bank", b'"1 Quarry Bank')


@_police
def comma_in_address(files: Files) -> Files:
    """An address with a comma is not quoted, so the row has a cell too many."""
    return change(files, "nominals.csv", b"1 Quarry Bank", b"1 Quarry Bank, Hillside")


@_police
def cut_off(files: Files) -> Files:
    """The file ends in the middle of its last row."""
    return {**files, "incidents.csv": files["incidents.csv"][:-60]}


@_police
def huge_row(files: Files) -> Files:
    """A row is longer than a row may be."""
    return change(files, "nominals.csv", b"1 Quarry Bank", b"Q" * LONG_ROW_BYTES)


@_police
def empty_file(files: Files) -> Files:
    """A file has not one byte."""
    return {**files, "incidents.csv": b""}


@_police
def header_only(files: Files) -> Files:
    """A file has a header and no row."""
    return {**files, "incidents.csv": files["incidents.csv"].split(b"\n", 1)[0] + b"\n"}


@_police
def renamed_file(files: Files) -> Files:
    """The incidents come under a name that says nothing."""
    return {"nominals.csv": files["nominals.csv"], "Book1 (3).CSV": files["incidents.csv"]}


@_police
def swapped_names(files: Files) -> Files:
    """Each file has the other's name."""
    return {"nominals.csv": files["incidents.csv"], "incidents.csv": files["nominals.csv"]}


@_police
def stranger(files: Files) -> Files:
    """A file of something else lies in the folder."""
    return {**files, "rota.csv": b"officer,shift\nX,late\n", "notes.txt": b"call back\n"}


@_police
def orphan(files: Files) -> Files:
    """An incident names a nominal that was never sent."""
    return change(files, "incidents.csv", b"L1,N1,", b"L1,N77,")


@_police
def adult(files: Files) -> Files:
    """A nominal is grown up, and has an incident."""
    return change(files, "nominals.csv", b"2011-05-06", b"1981-05-06")


@_police
def no_birth_date(files: Files) -> Files:
    """Nobody knows how old a nominal is."""
    return change(files, "nominals.csv", b"2011-05-06", b"")


@_home
def unknown_word(files: Files) -> Files:
    """A home uses a word of its own for an absence."""
    return change(files, "absences.csv", b"A1,R1,missing,", b"A1,R1,run away,")


@_home
def unknown_resident(files: Files) -> Files:
    """An absence names a child whose resident row never came."""
    return change(files, "absences.csv", b"A1,R1,", b"A1,R9,")


@_home
def no_authority(files: Files) -> Files:
    """A council's child id stands beside no council."""
    return change(files, "residents.csv", b",815,7001,", b",,7001,")


@_home
def noticed_ahead(files: Files) -> Files:
    """An absence was noticed, it says, in a year to come."""
    return change(files, "absences.csv", b"2026-01-05T20:40:00", b"2062-01-05T20:40:00")


@_home
def wrong_nhs_number(files: Files) -> Files:
    """An NHS number fails its check."""
    return change(files, "residents.csv", b"2011-05-06,F,,", b"2011-05-06,F,9000000018,")


@_home
def withdrawn(files: Files) -> Files:
    """A home takes an absence back."""
    spoilt = files["absences.csv"].replace(b"updated_at\n", b"updated_at,state\n")
    spoilt = spoilt.replace(b"T21:00:00\n", b"T21:00:00,Withdrawn\n")
    return {**files, "absences.csv": spoilt.replace(b"T22:00:00\n", b"T22:00:00,\n")}


@_home
def returned_before_leaving(files: Files) -> Files:
    """A child is back before it was last seen."""
    return change(files, "absences.csv", b",L1,,,,,", b",L1,,2026-01-05T19:00:00,,,")
