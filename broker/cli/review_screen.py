"""What the review queue shows of a pair: both records side by side, and the weight chart."""
from collections.abc import Iterable

from rich.console import Console
from rich.table import Table as Grid
from rich.text import Text

from broker.identity.explain import Explanation, Outcome
from broker.pipeline.explaining import PairTold
from broker.pipeline.review_queue import Waiting
from broker.report.explaining import against_line
from broker.report.review import Side, exposure_words
from broker.report.weights import HALF, bar, feature_words, telling, top_of

KEYS = "s same  d different  u unsure  n next  z undo  q quit  ? help"
HELP = (
    "s, d, u  say whether the two records are one child: same, different, or unsure.",
    "         You give a reason, see what would follow, and Enter makes it count.",
    "n        pass this pair over; it waits for somebody else, or another day.",
    "z        take back your last decision of this session.",
    "q        stop; what was decided is kept.",
    "A pair that exposes or holds back a critical finding comes first, then a high one, then the",
    "likeliest. Bits to the right of the line speak for one child, to the left against.",
)
_WIDE = 100
_STYLES = {True: "green", False: "red"}


def draw_pair(console: Console, waiting: Waiting, sides: tuple[Side, Side], told: PairTold,
              place: int, count: int) -> None:
    """One pair: what a join would expose, why the model did not decide, the two records, and
    the weights."""
    console.rule(characters="-" if console.options.ascii_only else "─")
    exposed = exposure_words(waiting.exposes)
    heading = f"Pair {place} of {count}. " + (
        f"Joining them would expose: {exposed}." if exposed
        else "Joining them would expose nothing new." if waiting.exposes is not None
        else "What joining them would expose was not worked out.")
    console.print(Text(heading, "bold" if exposed else ""))
    for finding in waiting.exposes or ():
        console.print(Text(f"  {finding.code}: {finding.sentence}"))
    if waiting.holds_back:
        console.print(Text("Not raised while they may be one child: "
                           f"{exposure_words(waiting.holds_back)}.", "bold"))
    console.print(Text(undecided(waiting, told)))
    for each in told.against:
        console.print(Text(f"  {against_line(each)}"))
    console.print()
    console.print(side_by_side(*sides))
    console.print()
    console.print(chart(console, told.explanation))
    console.print()


def undecided(waiting: Waiting, told: PairTold) -> str:
    """Why the model left a pair to a person; that somebody was not sure hides no other ground."""
    pair = told.explanation
    grounds = dict.fromkeys([waiting.review.reason, pair.forbidden, pair.held])
    why = "; ".join(each for each in grounds if each)
    return (f"The model did not decide: {why}. Probability "
            f"{pair.probability:.4f}; joined from {pair.link:g}, people look from "
            f"{pair.review:g}.")


def side_by_side(left: Side, right: Side) -> Grid:
    """Two records under their keys, line by line; what both say alike is marked."""
    grid = Grid(box=None, show_edge=False, pad_edge=False, padding=(0, 2, 0, 0))
    grid.add_column("")
    grid.add_column("")
    grid.add_column(Text(left.key), overflow="fold")
    grid.add_column(Text(right.key), overflow="fold")
    for (what, one), (_, other) in zip(left.lines(), right.lines(), strict=True):
        grid.add_row(what, "=" if one == other != "-" else "", Text(one), Text(other))
    return grid


def chart(console: Console, pair: Explanation) -> Grid:
    """The weight chart: a bar for each piece of evidence, the prior and the total, in bits."""
    half = HALF if console.width >= _WIDE else HALF // 2
    plain = console.options.ascii_only
    rows = telling(pair.rows)
    top = top_of(rows, pair.weight)
    grid = Grid(box=None, show_edge=False, show_header=False, pad_edge=False,
                padding=(0, 1, 0, 0))
    grid.add_column()
    grid.add_column(justify="right")
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    for each in rows:
        grid.add_row(feature_words(each.feature), f"{each.weight:+.2f}",
                     Text(bar(each.weight, top, half=half, plain=plain),
                          _STYLES[each.weight > 0.0]), Text(each.reason))
    grid.add_row("total", f"{pair.weight:+.2f}",
                 Text(bar(pair.weight, top, half=half, plain=plain), "bold"),
                 Text(f"probability {pair.probability:.4f}, {_outcome(pair)}"))
    return grid


def _outcome(pair: Explanation) -> str:
    if pair.forbidden or pair.held:
        return "kept for a person"
    return {Outcome.LINK: "enough to join", Outcome.REVIEW: "for a person",
            Outcome.APART: "not enough"}[pair.outcome]


def draw_lines(console: Console, lines: Iterable[str]) -> None:
    """Lines as they are: nothing in them is markup."""
    for line in lines:
        console.print(Text(line))
