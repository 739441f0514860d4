"""One row of a council's file on its way to statements: its envelope, its times, its words."""
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar

from broker.errors import RecordRejected
from broker.event.agency import Agency
from broker.event.digest import NIL
from broker.event.envelope import Moment, Occurred, Reference, Statement
from broker.event.person import Identifier
from broker.sdk.fields import AHEAD_MAX, IN_THE_FUTURE, NO_VALUE, NOT_A_TIME, Fields, Words
from broker.sdk.times import moment_of_day
from broker.vocabulary import identifiers
from broker.vocabulary.ssda903 import NO_URN
from broker.vocabulary.times import LONDON
from broker.vocabulary.words import Basis, Precision, Regime, State, System

Kind = TypeVar("Kind", bound=Statement)

INVALID_POSTCODE = "(no postcode's form)"
INVALID_UPN = "(no pupil number: form or check letter)"
END_BEFORE_START = "(ends before it starts)"


@dataclass(frozen=True, slots=True)
class Source:
    """Whose extract is read, from which system, and when it was taken.

    `known_at` is what "done" is measured by: the extract's time where the operator said it, else
    the time of reading. A return's header is not trusted with that: real ones are older than
    what they hold.
    """

    agency: Agency
    system: System
    extracted_at: datetime
    known_at: datetime
    read_at: datetime

    @property
    def latest(self) -> datetime:
        """Nothing that happened lies later: the time of reading, and a day for wrong clocks."""
        return self.read_at + AHEAD_MAX


def as_day(moment: Moment) -> Moment:
    """A date written with a midnight hour ("2026-01-05 00:00:00.000") as the day it means."""
    if moment.precision is Precision.DAY:
        return moment
    day = moment_of_day(moment.at.astimezone(LONDON).date())
    return day if day.at == moment.at else moment


def occurred_of(start: Moment | None, end: Moment | None = None) -> Occurred | None:
    """When it happened; an end that lies before its start is no end of anything."""
    if start is None:
        return None
    if end is None or end.at < start.at:
        return Occurred(start=start.at, precision=start.precision)
    rough = Precision.DAY in (start.precision, end.precision)
    return Occurred(start=start.at, end=end.at,
                    precision=Precision.DAY if rough else Precision.INSTANT)


def statement(kind: type[Kind], source: Source, record: str, subject: str, /, *,
              basis: Basis = Basis.FACT, references: Sequence[Reference] = (),
              **facts: Any) -> Kind:
    """A statement of this kind; facts that are None were not said."""
    said = {name: value for name, value in facts.items() if value is not None}
    if references:
        said["references"] = tuple(references)
    return kind(
        event_id=NIL, agency=source.agency.code, system=source.system, record=record,
        subject=subject, recorded_at=source.extracted_at, state=State.CURRENT, basis=basis,
        regime=Regime.UK_GDPR, **said)


class Entry:
    """A row under its columns, its subject known; asks never guess and never swallow."""

    __slots__ = ("fields", "source", "subject")

    def __init__(self, fields: Fields, source: Source, subject: str):
        self.fields = fields
        self.source = source
        self.subject = subject

    def own_number(self) -> tuple[Identifier, ...]:
        """The council's own number for the child, as others name it: beside the council's code."""
        authority = self.source.agency.authority_code
        return (Identifier(scheme=f"la:{authority}", value=self.subject),) if authority else ()

    def key(self, column: str) -> str:
        """A mandatory reference."""
        return self.fields.mandatory(column)

    def named(self, *columns: str) -> str:
        """The row's reference: its subject and these columns, which also is its key."""
        parts = (self.subject, *(self.fields.text(column) or "" for column in columns))
        self.fields.key = "/".join(parts)
        return self.fields.key

    def text(self, column: str) -> str | None:
        """A short value, as the council wrote it."""
        return self.fields.text(column)

    def happened(self, column: str, *, ahead: bool = False) -> Moment:
        """The time without which the row says nothing; raises RecordRejected if unusable.

        What happened cannot lie after the time of reading; with `ahead` it may be a plan.
        """
        value = self.fields.text(column)
        if value is None:
            raise RecordRejected(NO_VALUE, column=column)
        moment = self.fields.moment(column)
        if moment is None:
            raise RecordRejected(NOT_A_TIME, column=column, value=value)
        if moment.at > self.source.latest and not ahead:
            raise RecordRejected(IN_THE_FUTURE, column=column, value=value)
        return as_day(moment)

    def moment(self, column: str) -> Moment | None:
        """A time that may lie ahead (an end, a target, a date due)."""
        moment = self.fields.moment(column)
        return None if moment is None else as_day(moment)

    def done(self, column: str) -> Moment | None:
        """A time of something done; one after the extract was planned: counted, left out."""
        moment = self.moment(column)
        if moment is not None and moment.at > self.source.known_at:
            self.fields.count(column, self.fields.text(column) or "")
            return None
        return moment

    def until(self, column: str, start: Moment) -> Moment | None:
        """An end; one before the start is carried as the council wrote it, and counted."""
        end = self.moment(column)
        if end is not None and end.at < start.at:
            self.fields.count(column, END_BEFORE_START)
        return end

    def yes_no(self, column: str, words: Words[Any]) -> bool | None:
        """Y, Yes, 1, true or their opposites; NA says nothing, another word is counted."""
        value = self.fields.text(column)
        if value is None or value.upper() in ("NA", "N/A"):
            return None
        said, known = words.find(value)
        if not known:
            self.fields.count(column, value)
            return None
        return bool(said == "Y")

    def code(self, column: str, known: Any) -> str | None:
        """A code of a list, in capitals; another is carried as it is, and counted."""
        value = self.fields.text(column)
        if value is None:
            return None
        if value.upper() in known:
            return value.upper()
        self.fields.count(column, value)
        return value

    def coded(self, column: str, words: Words[Any]) -> tuple[Any, str | None]:
        """(the neutral word, the council's own), where "C2 - Full care order" is C2."""
        value = self.fields.text(column)
        if value is not None and not words.find(value)[1]:
            code = value.replace("-", " ").replace(":", " ").split(" ", 1)[0]
            neutral, known = words.find(code)
            if known:
                return neutral, value
        return self.fields.word(column, words)

    def postcode(self, column: str) -> str | None:
        """A postcode as the council wrote it; one without a postcode's form is counted."""
        value = self.fields.text(column)
        if value is not None and identifiers.postcode(value) is None:
            self.fields.count(column, INVALID_POSTCODE)
        return value

    def urn(self, column: str) -> str | None:
        """A home's number at the inspectorate; one without the form is counted, not lost."""
        value = self.fields.text(column)
        if value is None or value.upper() == NO_URN:
            return None
        if identifiers.ofsted_urn(value) is None:
            self.fields.count(column, value)
        return value

    def past_day(self, column: str) -> date | None:
        """A date that cannot lie ahead (of a death); one that does is counted and left out."""
        day = self.fields.day(column)
        if day is not None and day > self.source.latest.date():
            self.fields.count(column, self.fields.text(column) or "")
            return None
        return day

    def upn(self, column: str, unknown: frozenset[str]) -> str | None:
        """A pupil number as written; a wrong one is counted, a reason for none is none."""
        value = self.fields.text(column)
        if value is None or value.upper() in unknown:
            return None
        if identifiers.upn(value) is None:
            self.fields.count(column, INVALID_UPN)
        return value

    def nhs_number(self, column: str) -> str | None:
        """An NHS number as written; one that fails its check is counted."""
        return self.fields.nhs_number(column)

    def reference(self, scheme: str, column: str) -> tuple[Reference, ...]:
        """The number of another record that this row names, if any."""
        value = self.fields.text(column)
        return () if value is None else (Reference(scheme=scheme, value=value),)

    def says(self, kind: type[Kind], record: str, /, **facts: Any) -> Kind:
        """A statement about the row's subject; see `statement`."""
        return statement(kind, self.source, record, self.subject, **facts)
