"""The sections of agreements: who may tell whom what, for what, and from when until when."""
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from broker.config.reading import refuse_unknown, words_in
from broker.errors import ConfigError
from broker.policy.agreements import Agreement
from broker.vocabulary.words import Purpose, Stream

_AGREEMENT_KEYS = {"from", "to", "streams", "purposes", "starts", "ends", "identifiable"}
_DAYS = ("starts", "ends")


def agreements_in(sections: Sequence[object], agencies: Mapping[str, object]) -> tuple[
    Agreement, ...
]:
    """The agreements of a configuration, between agencies of these codes."""
    return tuple(_agreement(number, each, agencies)
                 for number, each in enumerate(sections, start=1))


def agreements_of_document(document: Sequence[Mapping[str, Any]],
                           agencies: Mapping[str, object]) -> tuple[Agreement, ...]:
    """The agreements of a document that was written down, where days are text."""
    return agreements_in([
        {key: date.fromisoformat(value) if key in _DAYS else value for key, value in each.items()}
        for each in document], agencies)


def _agreement(number: int, table: object, agencies: Mapping[str, object]) -> Agreement:
    where = f"[[agreements]] number {number}"
    if not isinstance(table, dict):
        raise ConfigError(f"{where} must be a section.")
    refuse_unknown(where, table, _AGREEMENT_KEYS)
    missing = sorted({"from", "to", "streams", "starts"} - set(table))
    if missing:
        raise ConfigError(f"{where} lacks {missing[0]!r}.")
    parties = {key: words_in(f"{where} {key}", table[key], set(agencies))
               for key in ("from", "to")}
    streams = words_in(f"{where} streams", table["streams"], {each.value for each in Stream})
    purposes = words_in(f"{where} purposes", table.get("purposes", ["SAFEGUARDING"]),
                      {each.value for each in Purpose if each is not Purpose.UNMAPPED})
    starts, ends = table["starts"], table.get("ends")
    for name, day in (("starts", starts), ("ends", ends)):
        wrong = not isinstance(day, date) or isinstance(day, datetime)
        if wrong and not (name == "ends" and day is None):
            raise ConfigError(f"{where} {name} must be a day, as in 2026-01-31, without quotes.")
    if ends is not None and ends < starts:
        raise ConfigError(f"{where} ends before it starts.")
    identifiable = table.get("identifiable", False)
    if not isinstance(identifiable, bool):
        raise ConfigError(f"{where} identifiable must be true or false.")
    return Agreement(
        giving=parties["from"], receiving=parties["to"],
        streams=frozenset(Stream(each) for each in streams),
        purposes=frozenset(Purpose(each) for each in purposes),
        starts=starts, ends=ends, identifiable=identifiable,
    )
