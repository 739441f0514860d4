"""The page of topics: what each is for, how it is set up on Kafka, and why. Run by `make docs`."""
from pathlib import Path

from broker.log.settings import TopicSettings, topics_of
from broker.report.rule_pages import table_lines

DOCUMENT = Path("docs") / "topics.md"
AGENCY = "AGENCY"
_HEAD = """\
# Topics

This page is made from the settings themselves (`make docs`); a test refuses it when it is out of
date. `concord init --kafka` makes the topics so, and says what differs. `AGENCY` stands for each
agency's code; a namespace, where there is one, goes before every name. Times are in days where
they are whole days. How long topics that expire are kept can be set in `[kafka]`: `inbox_days`,
`held_days`, `rejected_days`, `feed_days`, `notices_days`.

The number of partitions can never change: it decides where a subject's statements are."""
_DAY_MS = 86_400_000


def page() -> str:
    """The text of docs/topics.md."""
    wanted = topics_of([AGENCY])
    alike = dict(set.intersection(*(set(each.configs.items()) for each in wanted)))
    return "\n".join((
        _HEAD, "", *table_lines(
            ("topic", "partitions", "why it is kept so long"),
            ((f"`{each.name}`", each.partitions, each.reason) for each in wanted)),
        "", "## Settings of all topics", "", *table_lines(
            ("setting", "value"), ((f"`{name}`", shown(value)) for name, value
                                   in sorted(alike.items()))),
        "", "## Settings by topic", "", *table_lines(
            ("topic", "settings"), ((f"`{each.name}`", _own(each, alike)) for each in wanted)),
    )) + "\n"


def _own(topic: TopicSettings, alike: dict[str, str]) -> str:
    return "; ".join(f"`{name}` {shown(value)}" for name, value in sorted(topic.configs.items())
                     if name not in alike)


def shown(value: str) -> str:
    """A value as people read it: whole days of milliseconds as days."""
    if value.isdigit() and int(value) and int(value) % _DAY_MS == 0:
        days = int(value) // _DAY_MS
        return f"{days} day{'' if days == 1 else 's'}"
    return value


def main(root: Path = Path()) -> None:
    """Write the page under this folder."""
    (root / DOCUMENT).write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
