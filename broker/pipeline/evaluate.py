"""Evaluate: children whose records changed, or whose time has come, are looked at again."""
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from broker.case.case import Case, Link, Partnership, Received, build_case
from broker.case.reach import Reach
from broker.event.envelope import Statement
from broker.event.finding import Finding, FindingChanged, FindingDecided
from broker.event.person import PersonRecorded
from broker.event.subject import key_of, parts_of
from broker.findings.reconcile import may_stand, reconcile
from broker.log import topics
from broker.log.records import Lane
from broker.pipeline.families import children_with
from broker.pipeline.linking import links_of
from broker.pipeline.messages import message_of
from broker.pipeline.reaches import read_reach
from broker.pipeline.tables import (
    DECISIONS,
    DIRTY,
    FINDING_PEOPLE,
    FINDINGS,
    REDIRECTS,
    STATEMENTS,
    TIMERS,
    WAITING,
)
from broker.ports import Clock, EventLog, Reading, Row, Store, Unit
from broker.rules.catalogue import RULES
from broker.rules.evaluate import Evaluation, crashes, evaluate
from broker.rules.limits import Limits
from broker.vocabulary.times import milliseconds_of, moment_of
from broker.vocabulary.words import AgencyKind
from broker.wire.codec import Codec

CHILDREN_PER_UNIT = 500


class Evaluator:
    """Turns dirty children into changes of findings, a unit of children a transaction."""

    def __init__(self, store: Store, log: EventLog, codec: Codec, clock: Clock,
                 partnership: Partnership, limits: Limits,
                 decoded: dict[bytes, Statement] | None = None):
        self._store = store
        self._log = log
        self._codec = codec
        self._clock = clock
        self._partnership = partnership
        self._limits = limits
        # Whose silence about a child means something even where they hold no record of it.
        self._silent = {code for code, agency in partnership.agencies.items()
                        if agency.kind is not AgencyKind.CARE_HOME}
        self._decoded = {} if decoded is None else decoded
        self.evaluated = 0
        self.changed = 0
        self.crashed: dict[str, int] = {}

    def wake(self) -> int:
        """Mark those whose timers are due by now; how many."""
        now_ms = milliseconds_of(self._clock.now())
        with self._store.begin() as unit:
            due = unit.scan(TIMERS, "due_ms", upto=now_ms)
            keys = [(str(row[0]),) for row in due]
            unit.put(DIRTY, keys)
            unit.delete(TIMERS, keys)
        return len(keys)

    def step(self) -> int:
        """Look at one unit of children; how many records were waiting for it (0: none)."""
        with self._store.begin() as unit:
            waiting = [str(row[0]) for row in
                       unit.scan(DIRTY, "person_key", limit=CHILDREN_PER_UNIT)]
            if not waiting:
                self._decoded.clear()  # what is looked at next time will have been read anew
                return 0
            members = children_with(unit, waiting)
            in_doubt = {key for link in links_of(unit, list(members)).values()
                        for key in link.unsure}
            if in_doubt:
                # What is filed under a record in doubt is read by the child it may belong to.
                members = children_with(unit, {*waiting, *in_doubt})
            self._children(unit, members)
            done = {(key,) for keys in members.values() for key in keys}
            unit.delete(DIRTY, sorted(done | {(key,) for key in waiting}))
        return len(waiting)

    def _children(self, unit: Unit, members: dict[str, tuple[str, ...]]) -> None:
        now = self._clock.now()
        reach = read_reach(unit, self._log)
        cases = self.cases(unit, members, now=now, reach=reach)
        keys = [key for each in members.values() for key in each]
        previous = self._previous(unit, keys)
        sent: list[tuple[FindingChanged, Sequence[str]]] = []
        quiet: list[Row] = []
        redirects: list[Row] = []
        timers: list[Row] = []
        waiting: list[Row] = []
        unit.delete(TIMERS, [(key,) for key in keys])
        unit.delete(WAITING, unit.find(WAITING, "person_key", keys))
        for child, case in cases.items():
            evaluation = evaluate(case, self._limits, RULES)
            self._note(evaluation, members[child], timers, waiting)
            earlier = list({each.finding_id: each for key in members[child]
                            for each in previous.get(key, ())}.values())
            if not earlier and not may_stand(evaluation):
                continue
            decisions = self._decisions(unit, earlier)
            result = reconcile(child, earlier, evaluation, case, decisions, now)
            sent.extend((change, members[child]) for change in result.changes)
            quiet.extend(_row_of(change, self._codec.encode(change)) for change in result.quiet)
            redirects.extend((each.old, each.new) for each in result.redirects)
        unit.put(TIMERS, timers)
        unit.put(WAITING, waiting)
        unit.put(REDIRECTS, redirects)
        self.evaluated += len(cases)
        unit.put(FINDINGS, quiet)
        write_changes(unit, self._codec, sent)
        self.changed += len(sent)

    def cases(self, reading: Reading, members: dict[str, tuple[str, ...]], *, now: datetime,
              reach: Reach) -> dict[str, Case]:
        """The case of each child, from everything filed under its members."""
        links = links_of(reading, list(members))
        blocked = {key for link in links.values() for pair in link.blocked for key in pair[:2]}
        unsure = {key for link in links.values() for key in link.unsure}
        wanted = {key for keys in members.values() for key in keys} | blocked | unsure
        received = self._received(reading, wanted)
        cases = {}
        for child, keys in members.items():
            own = set(keys)
            apart = {key for pair in links[child].blocked for key in pair[:2]} - own
            cases[child] = build_case(
                child, [each for key in keys for each in received.get(key, ())],
                now=now, partnership=self._partnership, reach=reach, link=links[child],
                blocked_people=[each.statement for key in sorted(apart)
                                for each in received.get(key, ())
                                if isinstance(each.statement, PersonRecorded)],
            )
            if links[child].unsure:
                cases[child].wider = self._wider(cases[child], keys, received)
        return cases

    def _wider(self, case: Case, keys: Sequence[str],
               received: dict[str, list[Received]]) -> Case:
        """The case as it were if the records in doubt were this child's."""
        return build_case(
            case.child, [each for key in (*keys, *case.link.unsure)
                         for each in received.get(key, ())],
            now=case.now, partnership=self._partnership, reach=case.reach,
            link=Link(case.link.certainty))

    def _received(self, reading: Reading, keys: Iterable[str]) -> dict[str, list[Received]]:
        received: dict[str, list[Received]] = defaultdict(list)
        for person_key, event_id, received_ms, value in reading.find(
                STATEMENTS, "person_key", sorted(keys)):
            assert isinstance(event_id, bytes)
            assert isinstance(value, bytes)
            said = self._decoded.get(event_id)
            if said is None:
                decoded = self._codec.decode(value)
                assert isinstance(decoded, Statement)
                said = decoded
            received[str(person_key)].append(Received(said, moment_of(int(received_ms or 0))))
        return received

    def _previous(self, unit: Unit, keys: Sequence[str]) -> dict[str, list[Finding]]:
        about = [(str(row[0]), str(row[1]))
                 for row in unit.find(FINDING_PEOPLE, "person_key", keys)]
        found = findings_in(unit, self._codec, {finding_id for _, finding_id in about})
        previous: dict[str, list[Finding]] = defaultdict(list)
        for person_key, finding_id in about:
            previous[person_key].append(found[finding_id])
        return previous

    def _decisions(self, unit: Unit, findings: Sequence[Finding]) -> list[FindingDecided]:
        if not findings:
            return []
        decisions = []
        for row in unit.find(DECISIONS, "finding_id", [each.finding_id for each in findings]):
            assert isinstance(row[3], bytes)
            decision = self._codec.decode(row[3])
            assert isinstance(decision, FindingDecided)
            decisions.append(decision)
        return sorted(decisions, key=lambda each: (each.made_at, str(each.decision_id)))

    def _note(self, evaluation: Evaluation, members: Sequence[str], timers: list[Row],
              waiting: list[Row]) -> None:
        first = members[0]
        if evaluation.look_again is not None:
            timers.append((first, milliseconds_of(evaluation.look_again)))
        waits = {agency for answer in evaluation.answers if answer.not_evaluated
                 for agency in answer.waits_on}
        if any(not each.historical for answer in evaluation.answers
               for each in answer.disagreements):
            # Its sentence may rest on silence, and say how far a feed has been heard.
            waits |= self._silent | {parts_of(key)[0] for key in members}
        waiting.extend((first, agency) for agency in sorted(waits))
        for code in crashes(evaluation.answers):
            self.crashed[code] = self.crashed.get(code, 0) + 1


def findings_in(reading: Reading, codec: Codec, ids: Iterable[str]) -> dict[str, Finding]:
    """The findings with these ids, as they stand."""
    return {str(row[0]): finding_of_row(codec, row)
            for row in reading.get(FINDINGS, [(each,) for each in sorted(ids)])}


def finding_of_row(codec: Codec, row: Row) -> Finding:
    """The finding kept in a row of the store."""
    assert isinstance(row[5], bytes)
    change = codec.decode(row[5])
    assert isinstance(change, FindingChanged)
    return change.finding


def _row_of(change: FindingChanged, value: bytes | None) -> Row:
    finding = change.finding
    return (finding.finding_id, finding.child, finding.state.value, finding.code,
            milliseconds_of(finding.since), value)


def write_changes(unit: Unit, codec: Codec,
                  changes: Sequence[tuple[FindingChanged, Sequence[str]]]) -> None:
    """Keep the findings as they now stand, filed under the people of their evidence, and tell
    every change."""
    rows: dict[str, Row] = {}
    about: set[Row] = set()
    records = []
    for change, members in changes:
        finding = change.finding
        message = message_of(codec, change, change.changed_at)
        rows[finding.finding_id] = _row_of(change, message.value)
        people = {key_of(each.agency, each.system, each.subject) for each in finding.evidence}
        about.update((key, finding.finding_id)
                     for key in people & set(members) or set(members[:1]))
        records.append(message)
    unit.put(FINDINGS, list(rows.values()))
    unit.put(FINDING_PEOPLE, sorted(about, key=str))
    unit.send(Lane(topics.FINDINGS, 0), records)
