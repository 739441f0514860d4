"""Sharing agreements: without one in force nothing is accepted, and nothing is given."""
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from broker.vocabulary.words import Purpose, Stream


@dataclass(frozen=True, slots=True)
class Agreement:
    """Who may publish what for which purposes, who may then be given it, and when.

    `starts` and `ends` are local days, both included; `ends` None means until further notice.
    `identifiable` lets analysts of the receiving agencies see real ids in a replay.
    """

    giving: frozenset[str]
    receiving: frozenset[str]
    streams: frozenset[Stream]
    purposes: frozenset[Purpose]
    starts: date
    ends: date | None = None
    identifiable: bool = False

    def in_force(self, day: date) -> bool:
        """Whether the agreement holds on this local day."""
        return self.starts <= day and (self.ends is None or day <= self.ends)


@dataclass(frozen=True, slots=True)
class Agreements:
    """All agreements of a partnership."""

    all: tuple[Agreement, ...]

    def letting(self, agency: str, stream: Stream) -> tuple[Agreement, ...]:
        """The agreements that let this agency publish this stream at any time, earliest first."""
        return tuple(sorted((each for each in self.all
                             if agency in each.giving and stream in each.streams),
                            key=lambda each: each.starts))

    def in_force(self, day: date) -> "InForce":
        """What is allowed on one day, worked out once."""
        publish: set[tuple[str, Stream, Purpose]] = set()
        receive: set[tuple[str, str, Stream, Purpose]] = set()
        identifiable: set[tuple[str, Stream]] = set()
        for each in self.all:
            if not each.in_force(day):
                continue
            for giver in each.giving:
                for stream in each.streams:
                    for purpose in each.purposes:
                        publish.add((giver, stream, purpose))
                        receive.update((giver, taker, stream, purpose)
                                       for taker in each.receiving if taker != giver)
                if each.identifiable:
                    identifiable.update((taker, stream) for taker in each.receiving
                                        for stream in each.streams)
        return InForce(frozenset(publish), frozenset(receive), frozenset(identifiable))


@dataclass(frozen=True, slots=True)
class InForce:
    """What is allowed on one day."""

    publishing: frozenset[tuple[str, Stream, Purpose]]
    receiving: frozenset[tuple[str, str, Stream, Purpose]]
    identifiable: frozenset[tuple[str, Stream]]

    def may_publish(self, agency: str, stream: Stream, purpose: Purpose) -> bool:
        """Whether this agency may publish this stream for this purpose."""
        return (agency, stream, purpose) in self.publishing

    def may_receive(self, giver: str, taker: str, stream: Stream, purpose: Purpose) -> bool:
        """Whether `taker` may be given what `giver` says; an agency may always see its own."""
        return giver == taker or (giver, taker, stream, purpose) in self.receiving

    def may_analyse(self, taker: str, owner: str | None, streams: Iterable[Stream]) -> bool:
        """Whether an analyst of `taker` may read a topic at all, pseudonymous or not: one for
        another agency never; one of the partnership if it is given one of its streams."""
        if owner is not None:
            return owner == taker
        wanted = set(streams)
        return any(to == taker and stream in wanted for _, to, stream, _ in self.receiving)

    def may_identify(self, taker: str, streams: Iterable[Stream]) -> bool:
        """Whether an analyst of `taker` may see real ids in these streams."""
        return all((taker, stream) in self.identifiable for stream in streams)
