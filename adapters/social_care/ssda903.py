"""The return of looked-after children (SSDA903): a folder of CSV with dates as dd/mm/yyyy."""
from collections.abc import Callable, Mapping
from functools import partial

from adapters.social_care.absences import absence
from adapters.social_care.entry import Entry, Source, occurred_of
from adapters.social_care.people import birth_date_of
from adapters.social_care.reviews import took_part
from adapters.social_care.words import LEGAL_STATUS, PLACEMENT, SEX_UNKNOWN, SSDA903_SEX
from broker.event.care import CarePeriodRecorded, PlacementRecorded, ReviewRecorded
from broker.event.envelope import Statement
from broker.event.person import PersonRecorded
from broker.sdk.fields import Fields
from broker.sdk.tables import Said, Translate
from broker.vocabulary.cin import ETHNICITIES, UPN_UNKNOWN
from broker.vocabulary.ssda903 import (
    END_REASONS,
    LAYOUTS,
    PLACE_CHANGE_REASONS,
    PROVIDERS,
    START_REASONS,
)
from broker.vocabulary.words import ReviewKind

NOT_MODELLED = "nothing here that Concord models"
NOT_YET = "(after the extract: planned, not held)"

# Enough of a skipped row to tell it from its neighbours.
KEY_COLUMNS = 4

Row = tuple[str, tuple[Statement, ...]]


def _header(entry: Entry) -> Row:
    entry.named()
    sex, word = None, entry.text("SEX")
    if word is not None and word.upper() not in SEX_UNKNOWN:
        sex, word = entry.fields.word("SEX", SSDA903_SEX)
    born, precision = birth_date_of(entry, "DOB")
    return entry.subject, (entry.says(
        PersonRecorded, entry.subject, upn=entry.upn("UPN", UPN_UNKNOWN),
        identifiers=entry.own_number(), birth_date=born,
        birth_date_precision=precision, sex=sex, sex_word=word,
        ethnicity=entry.code("ETHNIC", ETHNICITIES)),)


def _episode(entry: Entry) -> Row:
    """One row is a time under one legal status and, with the same reference, in one placement."""
    record = entry.named("DECOM")
    start = entry.happened("DECOM")
    end = entry.until("DEC", start)
    occurred = occurred_of(start, end)
    status, status_word = entry.coded("LS", LEGAL_STATUS)
    kind, kind_word = entry.coded("PLACE", PLACEMENT)
    authority = entry.source.agency.authority_code
    period = entry.says(
        CarePeriodRecorded, record, occurred=occurred, legal_status=status,
        legal_status_word=status_word, start=start,
        start_reason=entry.code("RNE", START_REASONS), end=end,
        end_reason=entry.code("REC", END_REASONS), placing_authority=authority)
    placement = entry.says(
        PlacementRecorded, record, occurred=occurred, type=kind, type_word=kind_word,
        provider=entry.code("PLACE_PROVIDER", PROVIDERS), home_urn=entry.urn("URN"),
        postcode=entry.postcode("PL_POST"), start=start, end=end,
        end_reason=entry.code("REASON_PLACE_CHANGE", PLACE_CHANGE_REASONS),
        placing_authority=authority)
    return record, (period, placement)


def _missing(entry: Entry) -> Row:
    record = entry.named("MIS_START")
    said = absence(entry, record, kind="MISSING", start="MIS_START", end="MIS_END",
                   looked_after=True)
    return record, (said,)


def _review(entry: Entry) -> Row:
    """A review dated after the extract has not been held yet: the date is when it is due."""
    record = entry.named("REVIEW", "REVIEW_CODE")
    date = entry.happened("REVIEW", ahead=True)
    planned = date.at > entry.source.known_at
    attended, word = took_part(entry, "REVIEW_CODE")
    if planned:
        entry.fields.count("REVIEW", NOT_YET)
    return record, (entry.says(
        ReviewRecorded, record, occurred=None if planned else occurred_of(date),
        due=date if planned else None, held=None if planned else date,
        kind=ReviewKind.LOOKED_AFTER_REVIEW, took_part=None if planned else attended,
        participation_word=word),)


_READERS: Mapping[str, Callable[[Entry], Row]] = {
    "header": _header, "episodes": _episode, "missing": _missing, "reviews": _review}


def translator(table: str, source: Source) -> Translate:
    """What reads a table's rows; a table that carries nothing modelled is skipped row by row."""
    reader = _READERS.get(table)
    if reader is None:
        columns = LAYOUTS[table][:KEY_COLUMNS]
        return partial(_skip, columns)

    def translate(fields: Fields) -> Said:
        key, statements = reader(Entry(fields, source, fields.mandatory("CHILD")))
        return Said(key, statements)

    return translate


def _skip(columns: tuple[str, ...], fields: Fields) -> Said:
    """A row of a file that carries nothing modelled, under its first columns as a key."""
    key = "/".join(fields.text(column) or "" for column in columns)
    return Said(key, skipped=NOT_MODELLED)
