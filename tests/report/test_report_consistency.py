"""The consistency report and its page."""
from collections.abc import Callable
from html.parser import HTMLParser

from broker.report.consistency import Consistency, consistency_json
from broker.report.html import consistency_page
from broker.report.reading import consistency_now, first_published
from broker.vocabulary.words import Severity
from tests.pipeline.conftest import ABSENCES, CONCERN_AT_POLICE, INCIDENTS, MISSING_FROM_HOME
from tests.report.conftest import Reports

Told = Callable[..., Reports]


def consistency(reports: Reports) -> Consistency:
    """The report at the bench's time."""
    concord = reports.concord
    with concord.store.view() as view:
        return consistency_now(
            view, concord.log, concord.codec, concord.evaluator(), concord.settings.name,
            concord.settings.partnership, concord.settings.limits, reports.clock.now())


def page(reports: Reports) -> str:
    """The report as HTML."""
    found = consistency(reports)
    return consistency_page(found, {each.child or "": ["police:N1"] for each in
                                    found.open_findings}, title="Consistency report")


def test_open_findings_are_counted_by_severity_and_rule(girl: Told) -> None:
    """One critical M01, of one child."""
    found = consistency(girl())

    assert (1, 1) == (found.children, found.severities[Severity.CRITICAL])
    assert ["M01"] == [each.code for each in found.rules if each.open]


def test_what_is_resolved_says_how_long_it_lasted(girl: Told) -> None:
    """The police record is corrected two hours and a quarter later."""
    reports = girl()
    reports.later(hours=2)
    reports.publish("police", incidents=[INCIDENTS, CONCERN_AT_POLICE.replace(
        "Concern for safety", "Missing person").replace("21:35:00Z", "23:50:00Z")])
    reports.check()

    rule = next(each for each in consistency(reports).rules if each.code == "M01")

    assert (0, 1, "2:15:00") == (rule.open, rule.resolved, str(rule.median_resolved))


def test_each_feed_says_how_far_it_was_heard(girl: Told) -> None:
    """The council never; police until now, with one record rejected and one unknown word."""
    reports = girl(MISSING_FROM_HOME.replace(",missing,", ",gone,"))
    reports.later(minutes=5)
    reports.publish("riverside", absences=[ABSENCES, MISSING_FROM_HOME.replace("R1", "", 1)])
    reports.check()

    feeds = {each.agency: each for each in consistency(reports).feeds}

    assert feeds["council"].last_heard is None
    assert (4, 1, 1) == (feeds["riverside"].statements, feeds["riverside"].rejected,
                         feeds["riverside"].unmapped)


def test_the_machine_form(girl: Told) -> None:
    """What other programs read."""
    said = consistency_json(consistency(girl()))

    assert ["partnership", "made_at", "children", "open_by_severity", "rules", "feeds",
            "agreement"] == list(said)
    assert {"critical": 1, "high": 0, "medium": 0, "low": 0} == said["open_by_severity"]


def test_when_a_finding_was_first_published(girl: Told) -> None:
    """The time of its first change on the findings topic."""
    concord = girl().concord

    assert [concord.clock.now()] == list(first_published(concord.log, concord.codec).values())


class _Outline(HTMLParser):
    """What of a page matters to somebody who does not see it."""

    def __init__(self) -> None:
        super().__init__()
        self.headings: list[int] = []
        self.tags: list[str] = []
        self.unscoped = 0
        self.outside: list[str] = []
        self.ids: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note headings, landmarks, header cells, ids and whatever comes from elsewhere."""
        given = dict(attrs)
        self.tags.append(tag)
        if tag in ("h1", "h2", "h3", "h4"):
            self.headings.append(int(tag[1]))
        self.unscoped += tag == "th" and "scope" not in given
        self.ids += [each for each in [given.get("id")] if each]
        self.outside += [value for name, value in attrs if name in ("src", "href")
                         and value and not value.startswith("#")]


def outline(text: str) -> _Outline:
    """The outline of a page."""
    found = _Outline()
    found.feed(text)
    return found


def test_the_page_stands_alone(girl: Told) -> None:
    """No script, and nothing from elsewhere."""
    found = outline(page(girl()))

    assert [] == found.outside
    assert not {"script", "link", "iframe", "img"} & set(found.tags)


def test_the_page_can_be_read_without_seeing_it(girl: Told) -> None:
    """Landmarks, headings in order, header cells with a scope, a caption for every table."""
    text = page(girl())
    found = outline(text)

    assert '<html lang="en-GB">' in text
    assert {"header", "nav", "main", "footer"} <= set(found.tags)
    assert 1 == found.headings.count(1)
    assert all(later <= earlier + 1 for earlier, later in
               zip(found.headings, found.headings[1:], strict=False))
    assert 0 == found.unscoped
    assert found.tags.count("table") == found.tags.count("caption")
    assert len(found.ids) == len(set(found.ids))


def test_the_page_shows_the_evidence_by_child(girl: Told) -> None:
    """Severity in words, each agency's record and what it says."""
    text = page(girl())

    assert "<h3 id=\"child-1\">Child " in text
    assert '<span class="severity critical">critical</span>' in text
    assert '<th scope="row">Riverside House</th>' in text
    assert "<td>INC1/N1</td>" in text


def test_what_agencies_write_is_escaped(girl: Told) -> None:
    """An agency's own word may hold anything."""
    reports = girl()
    found = consistency(reports)

    text = consistency_page(found, {each.child or "": ["<script>alert(1)</script>"]
                                    for each in found.open_findings}, title="<b>")

    assert "<script>" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
