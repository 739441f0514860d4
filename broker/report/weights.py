"""The weights of a pair as a chart: bars of text for a terminal, a waterfall for a page."""
from collections.abc import Sequence
from dataclasses import dataclass

from broker.identity.explain import Explanation, Row
from broker.identity.model import bits_of

HALF = 14  # cells of a text bar on either side of nought
_PLOT_LEFT, _PLOT_WIDTH = 210.0, 420.0  # in units of the picture
_ROW_HEIGHT, _TOP = 30, 8
_BAR_MIN = 1.5
_FEATURES = {
    "prior": "before any evidence", "given": "given name", "family": "family name",
    "former_name": "former name", "community": "common names", "birth_date": "birth date",
    "nhs_number": "NHS number", "upn": "UPN", "local_id": "council's child id",
    "return_id": "council's return", "pnc_id": "PNC id", "phone": "telephone",
    "household": "household",
}


def feature_words(feature: str) -> str:
    """A feature of the model as a person reads it."""
    return _FEATURES.get(feature, feature.replace("_", " "))


def telling(rows: Sequence[Row]) -> tuple[Row, ...]:
    """The rows that weigh anything."""
    return tuple(each for each in rows if each.weight)


def top_of(rows: Sequence[Row], total: float) -> float:
    """The greatest weight that a chart of these rows must hold, in bits."""
    return max((abs(each.weight) for each in rows), default=0.0) or abs(total) or 1.0


def bar(weight: float, top: float, *, half: int = HALF, plain: bool = False) -> str:
    """A bar of text to the left (against) or the right (for) of an axis, 2 * half + 1 cells wide;
    `plain` is for terminals that show nothing but ASCII. What weighs anything has a cell."""
    block, axis = ("#", "|") if plain else ("█", "│")
    cells = min(half, max(1, round(half * abs(weight) / top))) if weight else 0
    against = block * cells if weight < 0 else ""
    favour = block * cells if weight > 0 else ""
    return f"{against:>{half}}{axis}{favour:<{half}}"


@dataclass(frozen=True, slots=True)
class Fall:
    """One bar of a waterfall: from where the sum stood to where it then stands, in bits and in
    units of the picture. `kind` is for, against or total."""

    label: str
    reason: str
    weight: float
    start: float
    end: float
    kind: str
    x: float
    width: float
    y: int

    @property
    def signed(self) -> str:
        """The weight with its sign, so that colour is never the only one."""
        return f"{self.weight:+.2f}"


@dataclass(frozen=True, slots=True)
class Mark:
    """A threshold of the model in the picture."""

    label: str
    x: float


@dataclass(frozen=True, slots=True)
class Waterfall:
    """A waterfall ready to be drawn: its bars, the thresholds, the axis and its height."""

    falls: tuple[Fall, ...]
    marks: tuple[Mark, ...]
    zero: float
    height: int


def waterfall(explanation: Explanation) -> Waterfall:
    """Each row of an explanation that weighs anything, from the prior to the total."""
    rows = telling(explanation.rows)
    sums = [0.0]
    for each in rows:
        sums.append(sums[-1] + each.weight)
    link, review = bits_of(explanation.link), bits_of(explanation.review)
    low, high = min(*sums, review, 0.0), max(*sums, link, 0.0)
    scale = _PLOT_WIDTH / ((high - low) or 1.0)

    def at(bits: float) -> float:
        return round(_PLOT_LEFT + (bits - low) * scale, 1)

    def fall(label: str, reason: str, start: float, end: float, kind: str, place: int) -> Fall:
        return Fall(label, reason, end - start, start, end, kind, at(min(start, end)),
                    round(max(abs(end - start) * scale, _BAR_MIN), 1),
                    _TOP + _ROW_HEIGHT * place)

    falls = [fall(feature_words(each.feature), each.reason, start, end,
                  "for" if each.weight > 0 else "against", place)
             for place, (each, start, end) in enumerate(
                 zip(rows, sums[:-1], sums[1:], strict=True))]
    falls.append(fall("total", f"probability {explanation.probability:.4f}", 0.0,
                      explanation.weight, "total", len(rows)))
    return Waterfall(
        tuple(falls),
        (Mark(f"{explanation.review:g} a person looks", at(review)),
         Mark(f"{explanation.link:g} joined", at(link))),
        at(0.0), _TOP + _ROW_HEIGHT * (len(falls) + 2))
