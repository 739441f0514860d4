"""Writes the tables of docs/formats.md: what each agency's files hold, from what reads them.

Run as `python -m adapters.formats` in the root of the repository. Only what stands between
`<!-- made: ... -->` and `<!-- end -->` is written; the sentences around it are people's.
"""
import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from importlib.resources import files
from pathlib import Path

from broker.sdk.manifest import Manifest, Table, read_manifest
from broker.vocabulary import cin, ssda903
from broker.vocabulary.words import LegalStatus, PlacementType, System

DOCUMENT = Path("docs") / "formats.md"
AGENCIES = ("police", "care_home", "social_care")
CENSUS = "census"

# (form, what the column holds) by column, by table.
Columns = Mapping[str, Mapping[str, tuple[str, str]]]

_FORMS = {
    "key": "reference, mandatory",
    "person": "reference",
    "written": "time, mandatory",
    "start": "time, mandatory",
    "done": "time",
    "time": "time",
    "date": "date",
    "flag": "`Y` or `N`",
    "yes-no": "word of `yes_no`",
    "number": "number with a check",
    "json": "JSON",
    "code": "code",
    "text": "text",
    "note": "long text",
}
_BLOCK = re.compile(r"(<!-- made: ([a-z0-9_ ]+) -->\n).*?(<!-- end -->)", re.DOTALL)


def columns_of(agency: str) -> Columns:
    """The columns.toml of an agency; elements of the census stand under "census.<element>"."""
    text = files(f"adapters.{agency}").joinpath("columns.toml").read_text(encoding="utf-8")
    document = tomllib.loads(text)
    census = document.pop(CENSUS, {})
    tables = document | {f"{CENSUS}.{name}": table for name, table in census.items()}
    return {name: {column: (str(form), str(what)) for column, (form, what) in table.items()}
            for name, table in tables.items()}


def form_of(form: str) -> str:
    """A form of columns.toml in words."""
    kind, _, name = form.partition(" ")
    if kind == "words" or (kind == "code" and name):
        return f"{kind.removesuffix('s')} of `{name}`"
    return _FORMS[kind]


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(heads)} |"
    yield f"|{'---|' * len(heads)}"
    for row in rows:
        yield f"| {' | '.join(each.replace('|', chr(92) + '|') for each in row)} |"


def _sample(agency: str, folder: str, name: str) -> Iterator[str]:
    for each in files(f"adapters.{agency}").joinpath("sample", folder).iterdir():
        if each.name.casefold() == name:
            language = name.rsplit(".", 1)[1]
            yield f"```{language}"
            yield from each.read_text(encoding="utf-8").splitlines()
            yield "```"


def _file(agency: str, table: Table, columns: Columns) -> Iterator[str]:
    layout = table.layout
    yield f"#### `{table.name}.csv`"
    yield ""
    if not table.spec.types:
        yield f"Known and not used. Columns: {_listed(layout.required)}."
    else:
        yield f"Becomes {' and '.join(f'`{name}`' for name in table.spec.types)}."
        yield ""
        yield from _table(("column", "form", "what it holds"), (
            (f"`{name}`" if name in layout.required else f"+ `{name}`",
             form_of(columns[table.name][name][0]), columns[table.name][name][1])
            for name in (*layout.required, *layout.optional)))
        if layout.ignored:
            yield ""
            yield f"There and not read: {_listed(layout.ignored)}."
    yield ""
    folder = "" if table.spec.system is System.FILES else table.spec.system.value
    yield from _sample(agency, folder, f"{table.name}.csv")
    yield ""


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _files(agency: str, system: System) -> Iterator[str]:
    columns = columns_of(agency)
    for table in _manifest(agency).tables.values():
        if table.spec.system is system:
            yield from _file(agency, table, columns)


def _words(agency: str) -> Iterator[str]:
    rows = []
    for name, words in _manifest(agency).words.items():
        neutral: dict[str, list[str]] = {}
        for word, becomes in words.items():
            neutral.setdefault(becomes, []).append(word)
        if all([word] == said for word, said in neutral.items()):
            rows.append((f"`{name}`", ", ".join(neutral), "itself"))
            continue
        rows += [(f"`{name}`", ", ".join(said), f"`{becomes}`")
                 for becomes, said in neutral.items()]
    yield from _table(("list", "the agency's words", "become"), rows)


def _census() -> Iterator[str]:
    rows = [(f"`{name.removeprefix(f'{CENSUS}.')}`", f"`{column}`", form_of(form), what)
            for name, table in columns_of("social_care").items()
            if name.startswith(f"{CENSUS}.") for column, (form, what) in table.items()]
    yield from _table(("in", "element", "form", "what it holds"), rows)
    yield ""
    yield from _sample("social_care", "cin", "census.xml")


def _codes() -> Iterator[str]:
    described: dict[str, Mapping[str, str]] = {
        "start_reason": ssda903.START_REASONS, "end_reason": ssda903.END_REASONS,
        "provider": ssda903.PROVIDERS, "ethnicity": cin.ETHNICITIES,
        "referral_source": cin.REFERRAL_SOURCES, "primary_need": cin.PRIMARY_NEEDS,
        "closure": cin.CLOSURE_REASONS,
    }
    attended = {None: "not said", True: "there", False: "not there"}
    rows = [(f"`{name}`", "; ".join(f"{code} {what}" for code, what in codes.items()))
            for name, codes in described.items()]
    factors: dict[str, list[str]] = {}
    for code, kind in cin.ASSESSMENT_FACTORS.items():
        factors.setdefault(kind, []).append(code)
    rows += [
        ("`factors`", "; ".join(f"{' '.join(codes)} become `{kind}`"
                                for kind, codes in factors.items())
         + f"; {cin.NO_FACTORS} is none"),
        ("`participation`", "; ".join(
            f"{code} {attended[there]}" for code, there in ssda903.REVIEW_ATTENDED.items())),
        ("`legal_status`", " ".join(each for each in LegalStatus if each != "UNMAPPED")),
        ("`placement`", " ".join(each for each in PlacementType if each != "UNMAPPED")),
        ("`place_change`", " ".join(sorted(ssda903.PLACE_CHANGE_REASONS))),
    ]
    yield from _table(("list", "codes"), rows)


def _manifest(agency: str) -> Manifest:
    return read_manifest(f"adapters.{agency}")


BLOCKS: Mapping[str, Callable[[], Iterator[str]]] = {
    "police files": lambda: _files("police", System.FILES),
    "police words": lambda: _words("police"),
    "care_home files": lambda: _files("care_home", System.FILES),
    "care_home words": lambda: _words("care_home"),
    "social_care ssd": lambda: _files("social_care", System.SSD),
    "social_care census": _census,
    "social_care ssda903": lambda: _files("social_care", System.SSDA903),
    "social_care words": lambda: _words("social_care"),
    "social_care codes": _codes,
}


def page(text: str) -> str:
    """The page with every block made anew."""
    def made(found: re.Match[str]) -> str:
        lines = "\n".join(BLOCKS[found[2]]()).strip("\n")
        return f"{found[1]}\n{lines}\n\n{found[3]}"
    return _BLOCK.sub(made, text)


def main(root: Path = Path()) -> None:
    """Write the page under this folder."""
    text = (root / DOCUMENT).read_text(encoding="utf-8")
    (root / DOCUMENT).write_text(page(text), encoding="utf-8")


if __name__ == "__main__":
    main()
