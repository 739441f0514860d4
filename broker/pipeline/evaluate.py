"""Evaluate: children whose records changed, or whose time has come, are looked at again."""
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from broker.case.case import Case, Partnership, Received
from broker.case.reach import Reach
from broker.errors import Conflict
from broker.event.envelope import Statement
from broker.event.finding import Finding, FindingChanged, FindingDecided
from broker.event.risk import RiskLinkRecorded
from broker.event.subject import key_of, parts_of
from broker.findings.reconcile import Reconciled, may_stand, reconcile
from broker.log import topics
from broker.log.records import Lane, Record
from broker.pipeline.agencies import Agencies, kinds_of, note_described
from broker.pipeline.cases import CaseReader
from broker.pipeline.families import children_with
from broker.pipeline.feeds import agencies_apart
from broker.pipeline.linking import links_of
from broker.pipeline.looking import Claim, Share, claim, mark_dirty, waiting_in
from broker.pipeline.messages import message_of
from broker.pipeline.positions import checked_until
from broker.pipeline.promptness import delay_of
from broker.pipeline.reaches import heard_in, read_reach
from broker.pipeline.received import receive
from broker.pipeline.remembered import Memories
from broker.pipeline.tables import (
    DECISIONS,
    DIRTY,
    FINDING_PEOPLE,
    FINDINGS,
    REDIRECTS,
    TIMERS,
    WAITING,
)
from broker.pipeline.tracing import UNTRACED, Outcome, Step, Traced, Tracer, traced
from broker.policy.visibility import ON_TWO_CHILDREN
from broker.ports import Clock, EventLog, Reading, Row, Store, Unit
from broker.rules.catalogue import RULES
from broker.rules.dated import DatedLimits
from broker.rules.evaluate import Evaluation, crashes, evaluate
from broker.rules.rule import Rule
from broker.vocabulary.times import milliseconds_of
from broker.vocabulary.words import AgencyKind
from broker.wire.codec import Codec

CHILDREN_PER_UNIT = 500
DELAYS_KEPT = 10_000
# A child is looked at for years; what was received longer ago has long come to the end of its way.
TRACED_FOR = timedelta(days=1)


@dataclass(slots=True, eq=False)
class _Look:
    """One child looked at: what came out, and what it rests on."""

    child: str
    members: tuple[str, ...]
    claimed: Claim
    evaluation: Evaluation
    result: Reconciled
    waits: set[str]
    delays: Sequence[float] = ()
    traced: Sequence[Traced] = ()
    kinds: str | None = None

    @property
    def changed(self) -> tuple[FindingChanged, ...]:
        """Every finding to be written, news or not."""
        return (*self.result.changes, *self.result.quiet)

    @property
    def changed_ids(self) -> set[str]:
        """The ids of those."""
        return {each.finding.finding_id for each in self.changed}


@dataclass(frozen=True, slots=True)
class _Seen:
    """Findings by their ids, and how often each agency has been heard further."""

    findings: dict[str, Finding]
    heard: dict[str, int]


class Evaluator:
    """Turns dirty children into changes of findings, a unit of children at a time.

    Reading and asking the rules, which is nearly all of the work, is done on a view of the store;
    the writing transaction then takes what is still as it was seen to be, and leaves the rest to
    be looked at again. `share` are the people of this worker, asked at every turn; `decoded` and
    `kept` what statements say, until all have been looked at and for good. `evaluated`,
    `changed` and `crashed` are what has been written for good; `delays` the seconds each finding
    lately raised came after it could first be known. `stands` says whether these limits are still
    in force: what was worked out under others is not written, and raises `Conflict`.
    """

    def __init__(self, store: Store, log: EventLog, codec: Codec, clock: Clock,
                 partnership: Partnership, limits: DatedLimits,
                 decoded: dict[bytes, Statement] | None = None,
                 share: Callable[[], Share | None] = lambda: None,
                 tracer: Tracer = UNTRACED, rules: Sequence[Rule] | None = None,
                 kept: Mapping[bytes, Statement] | None = None,
                 stands: Callable[[Reading], bool] = lambda _: True):
        self._store = store
        self._log = log
        self._codec = codec
        self._clock = clock
        self._reader = CaseReader(codec, partnership, self._known)
        self._remembered = Memories()
        self._limits = limits
        self._rules = RULES if rules is None else rules
        self._kept = {} if kept is None else kept
        self._stands = stands
        # Whose silence about a child means something even where they hold no record of it.
        self._silent = {code for code, agency in partnership.agencies.items()
                        if agency.kind is not AgencyKind.CARE_HOME}
        self._decoded = {} if decoded is None else decoded
        self._share = share
        self._tracer = tracer
        self._agencies = Agencies(store, log, codec, partnership, limits, findings_in,
                                  write_changes, self._still)
        self.delays: deque[float] = deque(maxlen=DELAYS_KEPT)
        self.evaluated = 0
        self.changed = 0
        self.crashed: dict[str, int] = {}

    def wake(self) -> int:
        """Mark those whose timers are due and the log has been checked past; how many.

        Statements come first: a timer due at T waits until every shared lane is checked past T.
        """
        now = self._clock.now()
        with self._store.view() as view:
            if not view.scan(TIMERS, "due_ms", upto=milliseconds_of(now), limit=1):
                return 0
        with self._store.begin() as unit:
            now = receive(unit, now)  # whatever is accepted from here on is later
        until = checked_until(self._store, self._log, now)
        with self._store.begin() as unit:
            due = unit.scan(TIMERS, "due_ms", upto=milliseconds_of(until))
            keys = {str(row[0]) for row in due}
            mark_dirty(unit, keys)
            unit.delete(TIMERS, [(key,) for key in keys])
        return len(keys)

    def step(self) -> int:
        """Look at one unit of children, or at agencies where no child waits; how many records
        were waiting for it (0: none)."""
        began = self._tracer.began()
        with self._store.view() as view:
            waiting = waiting_in(view, self._share(), CHILDREN_PER_UNIT)
            if not waiting:
                self._decoded.clear()  # what is looked at next time will have been read anew
                return 0
            agencies, waiting = agencies_apart(waiting)
            if waiting:
                agencies = []  # nobody waits for them, and looking at people changes their counts
            members = self._members(view, waiting)
            marks = claim(view, [key for keys in members.values() for key in keys])
            unmarked = {keys[0] for keys in members.values() if not marks.keys() & set(keys)}
            looks = None if unmarked else self._looked(view, members, marks)
            seen = self._seen(view, looks or ())
        if agencies:
            self.changed += self._agencies.step(agencies, self._clock.now())
        if looks is None:
            # Whoever is looked at has a mark, so that two who look at one child notice it.
            with self._store.begin() as unit:
                mark_dirty(unit, unmarked)
        else:
            with self._store.begin() as unit:
                written = self._write(unit, looks, seen)
            self._note(written)
            self._tracer.told(Step.EVALUATE, began, (
                each for look in written for each in look.traced))
        return len(waiting) + len(agencies)

    def _looked(self, reading: Reading, members: dict[str, tuple[str, ...]],
                marks: Claim) -> list[_Look]:
        """Look with what earlier looks left; one broken off may leave half of it."""
        try:
            return self._looks(reading, members, marks, self._remembered)
        except BaseException:
            self._remembered = Memories()
            raise

    def _members(self, reading: Reading, waiting: Sequence[str]) -> dict[str, tuple[str, ...]]:
        members = children_with(reading, waiting)
        in_doubt = {key for link in links_of(reading, list(members)).values()
                    for key in link.unsure}
        # What is filed under a record in doubt is read by the child it may belong to.
        return children_with(reading, {*waiting, *in_doubt}) if in_doubt else members

    def _looks(self, reading: Reading, members: dict[str, tuple[str, ...]],
               marks: Claim, remembered: Memories | None = None) -> list[_Look]:
        now = self._clock.now()
        cases, received = self._reader.cases(reading, members, now,
                                             read_reach(reading, self._log), remembered)
        previous = self._previous(reading, [key for each in members.values() for key in each])
        looks = []
        for child, case in cases.items():
            keys = members[child]
            evaluation = self._asked(case)
            earlier = {each.finding_id: each for key in keys for each in previous.get(key, ())}
            said = [each for key in keys for each in received.get(key, ())]
            result = Reconciled()
            if earlier or may_stand(evaluation):
                result = reconcile(child, list(earlier.values()), evaluation, case,
                                   self._decisions(reading, list(earlier.values())), now,
                                   limits_at=self._limits.at)
            looks.append(_Look(child, keys, {key: marks[key] for key in keys if key in marks},
                               evaluation, result, self._waits(evaluation, keys),
                               [delay for change in result.changes if (delay := delay_of(
                                   change, earlier.get(change.finding.finding_id), said))
                                is not None],
                               _traced_in(said, result, now) if self._tracer.on else (),
                               kinds_of(case, evaluation.limits)))
        return looks

    def _asked(self, case: Case) -> Evaluation:
        """Every rule's answer under the limits now in force; to be asked again when others are."""
        evaluation = evaluate(case, self._limits.at(case.now), self._rules)
        change = self._limits.next_change(case.now)
        if change is None:
            return evaluation
        return replace(evaluation, look_again=min(change, evaluation.look_again or change))

    def _seen(self, reading: Reading, looks: Sequence[_Look]) -> _Seen:
        """What a result rests on besides its child's own records, as it now is."""
        ids = {each for look in looks for each in look.changed_ids}
        return _Seen(findings_in(reading, self._codec, ids), heard_in(reading))

    def _write(self, unit: Unit, looks: Sequence[_Look], seen: _Seen) -> Sequence[_Look]:
        """Write what still is as it was seen to be; which."""
        self._still(unit)
        marks = claim(unit, [key for look in looks for key in look.claimed])
        now = self._seen(unit, looks)
        valid = [look for look in looks
                 if all(marks.get(key, -1) == stamp for key, stamp in look.claimed.items())
                 and all(now.findings.get(each) == seen.findings.get(each)
                         for each in look.changed_ids)]
        keys = [key for look in valid for key in look.members]
        unit.delete(TIMERS, [(key,) for key in keys])
        unit.delete(WAITING, unit.find(WAITING, "person_key", keys))
        unit.put(TIMERS, [(look.members[0], milliseconds_of(look.evaluation.look_again))
                          for look in valid if look.evaluation.look_again is not None])
        unit.put(WAITING, [(look.members[0], agency) for look in valid
                           for agency in sorted(look.waits)])
        unit.put(REDIRECTS, [(each.old, each.new) for look in valid
                             for each in look.result.redirects])
        sent = [(change, look.members) for look in valid for change in look.result.changes]
        write_changes(unit, self._codec, sent, [each for look in valid
                                                for each in look.result.quiet])
        note_described(unit, valid)
        # A feed heard further meanwhile did not find who waits for it: they are looked at again.
        later = {agency for agency, at in now.heard.items() if seen.heard.get(agency) != at}
        unit.delete(DIRTY, [(key,) for look in valid if not look.waits & later
                            for key in look.claimed])
        # Who was quicker with a child may not have seen what this look was marked for.
        mark_dirty(unit, {look.members[0] for look in looks if look not in valid
                          and not marks.keys() & look.claimed.keys()})
        return valid

    def _still(self, reading: Reading) -> None:
        if not self._stands(reading):
            raise Conflict("Other limits came into force meanwhile: run the same command again.")

    def _note(self, written: Sequence[_Look]) -> None:
        """Count what has been written."""
        self.evaluated += len(written)
        for look in written:
            self.changed += len(look.result.changes)
            self.delays.extend(look.delays)
            for code in crashes(look.evaluation.answers):
                self.crashed[code] = self.crashed.get(code, 0) + 1

    def foreseen(self, reading: Reading, person_keys: Iterable[str]) -> tuple[
        FindingChanged, ...
    ]:
        """What looking at these people's children would change, as this view has them; nothing
        is written."""
        looks = self._looks(reading, self._members(reading, sorted(set(person_keys))), {})
        return tuple(change for look in looks for change in look.result.changes)

    def cases(self, reading: Reading, members: dict[str, tuple[str, ...]], *, now: datetime,
              reach: Reach) -> dict[str, Case]:
        """The case of each child, from everything filed under its members."""
        return self._reader.cases(reading, members, now, reach)[0]

    def _known(self, event_id: bytes) -> Statement | None:
        """A statement that has been decoded before."""
        return self._decoded.get(event_id) or self._kept.get(event_id)

    def _previous(self, unit: Reading, keys: Sequence[str]) -> dict[str, list[Finding]]:
        about = [(str(row[0]), str(row[1]))
                 for row in unit.find(FINDING_PEOPLE, "person_key", keys)]
        found = findings_in(unit, self._codec, {finding_id for _, finding_id in about})
        previous: dict[str, list[Finding]] = defaultdict(list)
        for person_key, finding_id in about:
            previous[person_key].append(found[finding_id])
        return previous

    def _decisions(self, unit: Reading, findings: Sequence[Finding]) -> list[FindingDecided]:
        if not findings:
            return []
        decisions = []
        for row in unit.find(DECISIONS, "finding_id", [each.finding_id for each in findings]):
            assert isinstance(row[3], bytes)
            decision = self._codec.decode(row[3])
            assert isinstance(decision, FindingDecided)
            decisions.append(decision)
        return sorted(decisions, key=lambda each: (each.made_at, str(each.decision_id)))

    def _waits(self, evaluation: Evaluation, members: Sequence[str]) -> set[str]:
        """The agencies that may change an answer by being heard further."""
        waits = {agency for answer in evaluation.answers if answer.not_evaluated
                 for agency in answer.waits_on}
        if any(each.over is None and not each.historical for answer in evaluation.answers
               for each in answer.disagreements):
            # Its sentence may rest on silence, and say how far a feed has been heard.
            waits |= self._silent | {parts_of(key)[0] for key in members}
        return waits


def _traced_in(said: Iterable[Received], result: Reconciled, now: datetime) -> list[Traced]:
    """What was lately received of a child, and whether a finding rests on it."""
    cited = {each.event_id for change in result.changes for each in change.finding.evidence}
    return [traced(each.statement, Outcome.FINDING if each.statement.event_id in cited
                   else Outcome.LOOKED_AT)
            for each in said if now - TRACED_FOR < each.received_at <= now]


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
                  changes: Sequence[tuple[FindingChanged, Sequence[str]]],
                  quiet: Iterable[FindingChanged] = ()) -> None:
    """Keep the findings as they now stand, filed under the people of their evidence, and tell
    every change that is not `quiet`."""
    unit.put(FINDINGS, [_row_of(each, codec.encode(each)) for each in quiet])
    unit.send(Lane(topics.FINDINGS, 0), keep_changes(unit, codec, changes))


def keep_changes(unit: Unit, codec: Codec,
                 changes: Sequence[tuple[FindingChanged, Sequence[str]]]) -> list[Record]:
    """Keep the findings as they now stand, filed under the people of their evidence; the records
    that tell the changes."""
    rows: dict[str, Row] = {}
    about: set[Row] = set()
    records = []
    for change, members in changes:
        finding = change.finding
        message = message_of(codec, change, change.changed_at)
        rows[finding.finding_id] = _row_of(change, message.value)
        people = {key_of(each.agency, each.system, each.subject) for each in finding.evidence
                  if each.type_name != RiskLinkRecorded.__name__}  # its subject is no child
        about.update((key, finding.finding_id)
                     for key in (finding.code not in ON_TWO_CHILDREN and (
                         people & set(members) or set(members[:1]))) or people)
        records.append(message)
    unit.put(FINDINGS, list(rows.values()))
    unit.put(FINDING_PEOPLE, sorted(about, key=str))
    return records
