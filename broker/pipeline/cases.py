"""Cases: what is filed under a child's people, and what it meets elsewhere, put together."""
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from broker.case.case import Case, Link, Partnership, Received, build_case
from broker.case.reach import Reach
from broker.event.envelope import Statement
from broker.event.person import PersonRecorded
from broker.pipeline.families import children_with
from broker.pipeline.linking import links_of
from broker.pipeline.meeting import met_by
from broker.pipeline.remembered import Memories
from broker.pipeline.tables import STATEMENTS
from broker.ports import Reading
from broker.vocabulary.times import moment_of
from broker.wire.codec import Codec


class CaseReader:
    """Builds cases from a view of the store; `decoded` gives a statement that need not be decoded
    again, by its id (None: it must)."""

    def __init__(self, codec: Codec, partnership: Partnership,
                 decoded: Callable[[bytes], Statement | None]):
        self._codec = codec
        self._partnership = partnership
        self._decoded = decoded

    def cases(self, reading: Reading, members: Mapping[str, tuple[str, ...]], now: datetime,
              reach: Reach, remembered: Memories | None = None,
              ) -> tuple[dict[str, Case], dict[str, list[Received]]]:
        """The case of each child, and what they were built from, by person; `remembered` is what
        whoever asks remembers of large ones."""
        links = _with_others(reading, links_of(reading, list(members)), members)
        blocked = {key for link in links.values() for pair in link.blocked for key in pair[:2]}
        unsure = {key for link in links.values() for key in link.unsure}
        wanted = {key for keys in members.values() for key in keys} | blocked | unsure
        received = self._received(reading, wanted, remembered)
        met = met_by(reading, members, received, self._received, self._said)
        cases = {}
        for child, keys in members.items():
            own = set(keys)
            apart = {key for pair in links[child].blocked for key in pair[:2]} - own
            said = [each for key in keys for each in received.get(key, ())]
            cases[child] = build_case(
                child, said, memory=None if remembered is None else remembered.of(
                    child, len(said)),
                now=now, partnership=self._partnership, reach=reach, link=links[child],
                blocked_people=[each.statement for key in sorted(apart)
                                for each in received.get(key, ())
                                if isinstance(each.statement, PersonRecorded)],
                elsewhere=met.get(child, ()),
            )
            if links[child].unsure:
                cases[child].wider = self._wider(cases[child], keys, received)
        return cases, received

    def _wider(self, case: Case, keys: Sequence[str],
               received: Mapping[str, Sequence[Received]]) -> Case:
        """The case as it were if the records in doubt were this child's."""
        return build_case(
            case.child, [each for key in (*keys, *case.link.unsure)
                         for each in received.get(key, ())],
            now=case.now, partnership=self._partnership, reach=case.reach,
            link=Link(case.link.certainty))

    def _received(self, reading: Reading, keys: Iterable[str],
                  remembered: Memories | None = None) -> dict[str, list[Received]]:
        stored: dict[str, list[tuple[bytes, bytes]]] = defaultdict(list)
        times: dict[str, list[int]] = defaultdict(list)
        for person_key, event_id, received_ms, value in reading.find(
                STATEMENTS, "person_key", sorted(keys)):
            assert isinstance(event_id, bytes)
            assert isinstance(value, bytes)
            stored[str(person_key)].append((event_id, value))
            times[str(person_key)].append(int(received_ms or 0))
        received: dict[str, list[Received]] = defaultdict(list)
        for key, rows in stored.items():
            said = [self._said(*each) for each in rows] if remembered is None \
                else remembered.read(key, rows, self._said)
            received[key] = list(map(Received, said, map(moment_of, times[key])))
        return received

    def _said(self, event_id: bytes, value: bytes) -> Statement:
        said = self._decoded(event_id)
        if said is None:
            decoded = self._codec.read_back(value)
            assert isinstance(decoded, Statement)
            said = decoded
        return said


def _with_others(reading: Reading, links: Mapping[str, Link],
                 members: Mapping[str, Sequence[str]]) -> dict[str, Link]:
    """Links that also say who else the records in doubt are, or may be."""
    unsure = {key for link in links.values() for key in link.unsure}
    if not unsure:
        return dict(links)
    families = children_with(reading, unsure)
    doubts = links_of(reading, list(families))
    others = {key: (*keys, *doubts[child].unsure) for child, keys in families.items()
              for key in keys}
    return {child: replace(link, beside=tuple(
        (key, other) for key in link.unsure for other in sorted(set(others[key]))
        if other != key and other not in members[child])) for child, link in links.items()}
