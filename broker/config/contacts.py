"""The contacts of an agency's section: the offices that answer its critical notices, in order."""
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, cast

from broker.config.reading import refuse_unknown, text_in
from broker.errors import ConfigError
from broker.pipeline.contacts import Contact, Hours

CONTACTS = "contacts"
_HOURS = ("always", "working_days")
_NAME_MAX = 100


def contacts_in(code: str, sections: object) -> tuple[Contact, ...]:
    """The contacts of one agency as written, in order; none where it names none."""
    if not isinstance(sections, list):
        raise ConfigError(f"[agencies.{code}] {CONTACTS} must be sections: write "
                          f"[[agencies.{code}.{CONTACTS}]], each with a name.")
    contacts = tuple(_contact(f"[[agencies.{code}.{CONTACTS}]] number {number}", each)
                     for number, each in enumerate(sections, start=1))
    names = [each.name for each in contacts]
    twice = next((each for each in names if names.count(each) > 1), None)
    if twice is not None:
        raise ConfigError(f"[[agencies.{code}.{CONTACTS}]] names {twice!r} twice: give each "
                          "contact a name of its own.")
    return contacts


def _contact(where: str, section: object) -> Contact:
    if not isinstance(section, dict):
        raise ConfigError(f"{where} must be a section.")
    refuse_unknown(where, section, {"name", "hours", "starts", "ends"})
    name = text_in(f"{where} name", section.get("name", "")).strip()
    if not name or len(name) > _NAME_MAX:
        raise ConfigError(f"{where} name must say which office it is, in at most {_NAME_MAX} "
                          "characters.")
    hours = section.get("hours", "always")
    if hours not in _HOURS:
        raise ConfigError(f'{where} hours must be "always", or "working_days" for 09:00 to 17:00.')
    starts, ends = (_day(where, section, key) for key in ("starts", "ends"))
    if starts is not None and ends is not None and ends < starts:
        raise ConfigError(f"{where} ends before it starts.")
    return Contact(name, cast(Hours, hours), starts, ends)


def _day(where: str, section: Mapping[str, Any], key: str) -> date | None:
    day = section.get(key)
    if day is not None and (not isinstance(day, date) or isinstance(day, datetime)):
        raise ConfigError(f"{where} {key} must be a day, as in 2026-01-31, without quotes.")
    return day
