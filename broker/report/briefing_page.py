"""The briefing on one child as one HTML document."""
from broker.report.briefing import NO_FINDING_SHOWN, NOTHING_DISAGREES, Briefing
from broker.report.findings import state_words
from broker.report.html import page


def briefing_page(briefing: Briefing, *, partnership: str) -> str:
    """What the terminal shows, under the same headings and in the same order."""
    return page("briefing.html", title="Briefing", briefing=briefing, partnership=partnership,
                sections=[each for each in briefing.sections if each.lines],
                nothing=NO_FINDING_SHOWN if briefing.for_agency else NOTHING_DISAGREES,
                state_words=state_words)
