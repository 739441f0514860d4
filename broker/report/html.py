"""The HTML face: one self-contained file, without scripts or anything from elsewhere."""
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import groupby
from typing import TYPE_CHECKING, Any

from broker.event.finding import Finding
from broker.findings.finding import lasted, next_step
from broker.identity.explain import Explanation
from broker.report.agreement import Agreement
from broker.report.consistency import Consistency, spoken
from broker.report.findings import in_order, local
from broker.report.intervals import Interval
from broker.report.scoring import Score
from broker.report.weights import feature_words, waterfall

if TYPE_CHECKING:
    from jinja2 import Environment

_BAR_MAX = 320  # units of a chart's width that the longest bar takes


@lru_cache(maxsize=1)
def _environment() -> "Environment":
    # Not to be waited for by what writes no page.
    from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

    environment = Environment(
        loader=PackageLoader("broker.report"), autoescape=select_autoescape(default=True),
        undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.globals["lasted"] = lasted
    environment.globals["next_step"] = next_step
    environment.filters.update(local=local, spoken=spoken, percent=percent,
                               words=words, feature=feature_words)
    return environment


def words(value: object) -> str:
    """A neutral word for a reader: "no apparent risk" and not NO_APPARENT_RISK."""
    return str(value).replace("_", " ").lower()


def percent(share: float | None) -> str:
    """A share as a whole percentage, or a dash."""
    return "–" if share is None else f"{share * 100:.0f} %"


def page(template: str, **values: Any) -> str:
    """One HTML document from a template of this package."""
    return _environment().get_template(template).render(**values)


def consistency_page(
    report: Consistency, members: Mapping[str, Sequence[str]], *, title: str,
    score: Score | None = None, recent: Sequence[Finding] = (),
    joins: Mapping[str, Explanation] | None = None,
    told: Mapping[str, Sequence[str]] | None = None,
) -> str:
    """The consistency report as one HTML document.

    `members` are the records of each child that has a finding, by its id; `score` and `recent`
    (the findings of the last days) are shown where there are any, and `joins` (the weakest join
    that a child's findings rest on, by its id). `told` has a line for each agency that was told
    of a finding, by the finding's id.
    """
    return page(
        "consistency.html", title=title, report=report,
        children=_by_child(report.open_findings, members),
        severity_bars=_bars(report.severities), agreement=[_row(each)
                                                           for each in report.agreement],
        score=score, recent=recent, names={each.agency: each.name for each in report.feeds},
        joins={} if joins is None else {child: (each, waterfall(each))
                                        for child, each in joins.items()},
        told=told or {},
    )


def agreement_page(report: Consistency, *, title: str) -> str:
    """The agreement between agencies alone, as one HTML document: counts, and no child."""
    return page(
        "agreement.html", title=title, report=report,
        agreement=[_row(each) for each in report.agreement],
        names={each.agency: each.name for each in report.feeds})


def _by_child(findings: Sequence[Finding],
              members: Mapping[str, Sequence[str]]) -> list[dict[str, Any]]:
    """Findings by child, the child with the most severe one first."""
    order: dict[str, int] = {}
    for place, each in enumerate(in_order(findings)):
        order.setdefault(each.child or each.agency or "", place)
    ordered = sorted(in_order(findings),
                     key=lambda each: order[each.child or each.agency or ""])
    return [{"child": child, "members": list(members.get(child, ())), "findings": list(found)}
            for child, found in groupby(ordered, key=lambda each: each.child or each.agency or "")]


def _bars(counts: Mapping[Any, int]) -> list[dict[str, Any]]:
    """Bars in proportion, the longest at full width."""
    top = max(counts.values(), default=0) or 1
    return [{"label": words(label).capitalize(), "count": count,
             "width": round(_BAR_MAX * count / top)} for label, count in counts.items()]


def _row(each: Agreement) -> dict[str, Any]:
    """An agreement with the places of its share and interval on a scale of 0 to 100."""
    return {"said": each, "places": _places(each.agree)}


def _places(interval: Interval) -> dict[str, float]:
    share, low, high = interval.share or 0.0, interval.low or 0.0, interval.high or 0.0
    return {"share": round(share * 100, 1), "low": round(low * 100, 1),
            "width": round((high - low) * 100, 1)}
