"""Whether a child was at a review, by the participation codes all formats share."""
from adapters.social_care.entry import Entry
from broker.vocabulary.ssda903 import REVIEW_ATTENDED


def took_part(entry: Entry, column: str) -> tuple[bool | None, str | None]:
    """(whether the child was there, the code); "PN1 - attends" is PN1, another is counted."""
    value = entry.text(column)
    if value is None:
        return None, None
    code = value.upper()[:3]
    if code not in REVIEW_ATTENDED or value[3:4].isalnum():
        entry.fields.count(column, value)
        return None, value
    return REVIEW_ATTENDED[code], value
