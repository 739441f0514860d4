"""Contacts of an agency: the offices that answer its critical notices, in order, and when each is
on duty."""
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from broker.case.calendar import offices_open
from broker.vocabulary.times import day_of, start_of

Hours = Literal["always", "working_days"]


@dataclass(frozen=True, slots=True)
class Contact:
    """An office, never a person: "Front door", "Emergency duty team".

    `hours` "working_days" is 09:00 to 17:00 on working days, English bank holidays being none.
    `starts` and `ends` are local days, both included; None is without a beginning or an end.
    """

    name: str
    hours: Hours = "always"
    starts: date | None = None
    ends: date | None = None

    def is_on_duty(self, at: datetime) -> bool:
        """Whether it answers at this moment."""
        return self.on_duty_from(at) == at

    def on_duty_from(self, at: datetime) -> datetime | None:
        """The first moment from `at` on at which it answers; None where there is none."""
        if self.starts is not None:
            at = max(at, start_of(self.starts))
        if self.hours == "working_days":
            at = offices_open(at)
        return None if self.ends is not None and day_of(at) > self.ends else at


def next_on_duty(contacts: Iterable[Contact], told: Collection[str],
                 at: datetime) -> Contact | None:
    """The first contact that is on duty and has not been told."""
    return next((each for each in contacts if each.name not in told and each.is_on_duty(at)), None)


def next_opening(contacts: Sequence[Contact], told: Collection[str],
                 at: datetime) -> datetime | None:
    """When the first of those not yet told comes on duty, from `at` on; None where none will."""
    opening = (each.on_duty_from(at) for each in contacts if each.name not in told)
    return min((each for each in opening if each is not None), default=None)
