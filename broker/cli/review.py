"""The review queue at a terminal: a pair at a time, a keystroke a decision."""
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from rich.console import Console
from rich.text import Text

from broker.bootstrap import Concord
from broker.cli.context import REASON_CHARACTERS_MAX, counted
from broker.cli.judging import Judged, foreseen, foresight_of, make, revert, reverting
from broker.cli.keys import END, ENTER, ESCAPE, Keys
from broker.cli.review_screen import HELP, KEYS, draw_lines, draw_pair
from broker.event.subject import parts_of
from broker.identity.cluster import Pair
from broker.pipeline.caused import REVIEWING
from broker.pipeline.consequences import Consequences
from broker.pipeline.explaining import PairTold, tell_pair
from broker.pipeline.judgements import judgement_named
from broker.pipeline.review_queue import Queue, Waiting, after, exposed_in, review_queue
from broker.report.reading import record_consultation
from broker.report.review import (
    Side,
    caused_lines,
    consequence_lines,
    cut_words,
    printable,
    reason_offered,
    side_of,
)
from broker.vocabulary.words import Verdict

VERDICTS = {"s": Verdict.SAME, "d": Verdict.DIFFERENT, "u": Verdict.UNSURE}
TAKEN_BACK = "decided in error, taken back at once"
ACCEPT = "Enter makes it count; Esc or n goes back."
_BACK = frozenset({ESCAPE, "n", "q", END})


@dataclass(slots=True)
class Session:
    """One person working the queue: `made` are the judgements that can be taken back, newest
    last; `passed` the pairs that are not shown again in this session."""

    concord: Concord
    by: str
    keys: Keys
    console: Console
    queue: Queue = field(default_factory=lambda: Queue((), 0))
    passed: set[Pair] = field(default_factory=set)
    made: list[tuple[str, Pair]] = field(default_factory=list)
    reasons: dict[tuple[Pair, Verdict], str] = field(default_factory=dict)
    read: set[Pair] = field(default_factory=set)
    undone: int = 0

    def run(self) -> None:
        """Show pair after pair until none is left or the person stops."""
        self._look_again()
        self._say(f"{counted(len(self.queue.pairs), 'pair')} in review. {cut_words(self.queue)}")
        going = True
        while going:
            left = after(self.queue, self.passed)
            going = (self._one(left[0], len(self.queue.pairs) - len(left) + 1) if left
                     else self._at_end())
        self._say(self._summary())

    def _at_end(self) -> bool:
        """No pair is left to show; whether the last decision was taken back, and there is."""
        if not self.made:
            return False
        self._say("That was the last. z takes your last decision back, q stops.")
        while (key := self.keys.key()) not in ("q", ENTER, END):
            if key == "z" and self._take_back():
                return True
        return False

    def _one(self, waiting: Waiting, place: int) -> bool:
        """Show one pair and do what is asked, until it is done with; False to stop."""
        shown = self._shown(waiting)
        if shown is None:
            self.passed.add(waiting.pair)
            return True
        sides, told = shown
        self._note_reading(waiting.pair)
        draw_pair(self.console, waiting, sides, told, place, len(self.queue.pairs))
        while True:
            self._say(KEYS)
            key = self.keys.key()
            if key in ("q", END):
                return False
            if key == "?":
                draw_lines(self.console, HELP)
            elif key == "n":
                self.passed.add(waiting.pair)
                return True
            elif key == "z":
                if self._take_back():
                    return True
            elif key in VERDICTS and self._decide(waiting.pair, VERDICTS[key], told):
                return True

    def _shown(self, waiting: Waiting) -> tuple[tuple[Side, Side], PairTold] | None:
        """What there is to see of a pair; None where a record has gone meanwhile."""
        concord = self.concord
        with concord.store.view() as view:
            told = tell_pair(view, *waiting.pair, concord.model)
            if told is None:
                return None
            family = {key: members for members in told.children for key in members}
            left, right = (side_of(view, concord.codec, concord.settings.partnership, key,
                                   [each for each in family.get(key, ()) if each != key])
                           for key in waiting.pair)
        return (left, right), told

    def _note_reading(self, pair: Pair) -> None:
        """Write into the audit chain, once a session, that this person read about the two."""
        if pair in self.read:
            return
        self.read.add(pair)
        record_consultation(
            self.concord.store, self.concord.codec,
            {"{}:{}".format(*parts_of(key)) for key in pair}, self.by, None, REVIEWING,
            "pair in review", self.concord.clock.now())
        self.concord.relay()

    def _decide(self, pair: Pair, verdict: Verdict, told: PairTold) -> bool:
        """Ask why, show what would follow, and judge if it is accepted; whether it was."""
        offered = self.reasons.get((pair, verdict)) or reason_offered(told.explanation, verdict)
        reason = self._reason(verdict.value.lower(), offered)
        if reason is None:
            return False
        self.reasons[pair, verdict] = reason
        if not self._accepted(lambda: foreseen(self.concord, pair, verdict)):
            return False
        judged = make(self.concord, pair, verdict, self.by, reason)
        self.made.append((judged.judgement_id, pair))
        self.passed.add(pair)
        self._tell(judged, f"Judged {verdict.value.lower()}.")
        return True

    def _take_back(self) -> bool:
        """Take back the last decision of this session, if that is accepted; whether it was."""
        if not self.made:
            self._say("Nothing has been decided in this session.")
            return False
        judgement_id, pair = self.made[-1]
        with self.concord.store.view() as view:
            judgement = judgement_named(view, judgement_id)
        if not judgement.stands:
            self.made.pop()
            self._say("Somebody has judged that pair again since: there is nothing to take back.")
            return False
        verdict, _ = reverting(self.concord, judgement)
        reason = self._reason("taking it back", TAKEN_BACK)
        if reason is None or not self._accepted(lambda: foreseen(self.concord, pair, verdict)):
            return False
        undone = revert(self.concord, judgement, self.by, reason)
        self.made.pop()
        self.undone += 1
        self.passed.discard(pair)
        self._tell(undone, f"Taken back: {judgement.left} and {judgement.right}.")
        return True

    def _reason(self, what: str, offered: str) -> str | None:
        """A reason in one line, never empty; Enter takes the one offered, Esc goes back."""
        while True:
            self._say(f"Why {what}? " + (f"[{offered}]" if offered else "(Esc goes back)"))
            typed = self.keys.line()
            if typed is None:
                return None
            said = printable(typed.strip()) or offered
            if said and len(said) <= REASON_CHARACTERS_MAX:
                return said
            self._say(f"A reason is kept with every decision: give one, of at most "
                      f"{REASON_CHARACTERS_MAX} characters.")

    def _accepted(self, look: Callable[[], Consequences]) -> bool:
        """Show what would follow and wait for Enter; shown again where it changed meanwhile."""
        told = look()
        while True:
            draw_lines(self.console, consequence_lines(told))
            self.keys.forget()
            self._say(ACCEPT)
            key = self.keys.key()
            while key not in (ENTER, *_BACK):
                key = self.keys.key()
            if key != ENTER:
                return False
            now = look()
            if now == told:
                return True
            self._say("Something has changed meanwhile; this is what would follow now:")
            told = now

    def _tell(self, judged: Judged, sentence: str) -> None:
        self._say(sentence)
        if judged.caused is not None:
            draw_lines(self.console, done_lines(judged))
        self._look_again(judged.consequences)

    def _look_again(self, changed: Consequences | None = None) -> None:
        """The queue as it now is; what a join would expose is worked out anew only for those
        whom a decision touched."""
        stale = set() if changed is None else {
            *changed.pair, *(key for change in (*changed.joined, *changed.parted)
                             for child in (*change.before, *change.after)
                             for key in child.members)}
        with self.concord.store.view() as view:
            self.queue = review_queue(view, foresight_of(self.concord),
                                      known=exposed_in(self.queue), stale=stale)

    def _summary(self) -> str:
        if not self.queue.pairs and not self.made:
            return "Nothing waits for a decision."
        waiting = len(self.queue.pairs)
        return (f"{len(self.made)} decided, {self.undone} taken back; "
                f"{counted(waiting, 'pair')} in review.")

    def _say(self, sentence: str) -> None:
        self.console.print(Text(sentence.rstrip()))


def done_lines(judged: Judged) -> Iterator[str]:
    """What came of a link that a judgement parted, and what was done about it."""
    assert judged.caused is not None
    yield from caused_lines(judged.caused)
    if judged.caused.to_recall:
        yield (f"Recalled: {judged.recalled} of "
               f"{counted(len(judged.caused.to_recall), 'notice')}.")
    if judged.caused.reached_somebody:
        yield ("A breach assessment is opened in the audit chain (judgement "
               f"{judged.judgement_id}): somebody must now say whether this was one.")
