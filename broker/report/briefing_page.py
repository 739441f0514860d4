"""The briefing on one child as one HTML document."""
from broker.report.briefing import Briefing, over_line
from broker.report.findings import state_words
from broker.report.html import page


def briefing_page(briefing: Briefing, *, partnership: str) -> str:
    """What the terminal shows, under the same headings and in the same order."""
    return page("briefing.html", title="Briefing", briefing=briefing, partnership=partnership,
                sections=[each for each in briefing.sections if each.lines],
                over_line=over_line, state_words=state_words)
