"""Warning markers, links from persons posing risk, and handling codes."""
from adapters.police.person import envelope_of
from adapters.police.words import PoliceWords
from broker.event.envelope import PERMITTED, Handling
from broker.event.risk import MarkerRecorded, RiskLinkRecorded
from broker.sdk.fields import LOCAL_ID_CHARACTERS_MAX, Fields
from broker.sdk.spans import occurred_of
from broker.sdk.times import day_of
from broker.vocabulary.words import Basis, MarkerKind, RiskLinkCategory, Sharing

# A word nobody knows may stand for exploitation; holding can be undone, sharing cannot.
HELD_WHEN_BLANK = frozenset({
    MarkerKind.CHILD_SEXUAL_EXPLOITATION, MarkerKind.CHILD_CRIMINAL_EXPLOITATION,
    MarkerKind.UNMAPPED,
})
_MARKER_BASIS = {
    MarkerKind.CHILD_SEXUAL_EXPLOITATION: Basis.INTELLIGENCE,
    MarkerKind.CHILD_CRIMINAL_EXPLOITATION: Basis.INTELLIGENCE,
    MarkerKind.CHILD_PROTECTION_PLAN: Basis.FACT,
    MarkerKind.LOOKED_AFTER: Basis.FACT,
}


def handling_of(fields: Fields, words: PoliceWords, *, blank_is_conditional: bool,
                conditions: bool = True) -> Handling:
    """The row's handling code (P or C); without the column everything is permitted.

    `blank_is_conditional` is for rows on which a blank where the column exists means C. A code
    nobody knows waits for a person too: sharing cannot be taken back.
    """
    code, word = fields.word("handling_code", words.handling)
    said = fields.note("handling_conditions") if conditions else None
    if code is None:
        held = blank_is_conditional and fields.has("handling_code")
        code = Sharing.CONDITIONAL if held else Sharing.PERMITTED
    elif code is Sharing.UNMAPPED:
        code = Sharing.CONDITIONAL
    if code is Sharing.PERMITTED and word is None and said is None:
        return PERMITTED
    return Handling(marking=word, sharing=code, conditions=said)


def marker_of(fields: Fields, agency: str, words: PoliceWords) -> MarkerRecorded:
    """One row of markers.csv."""
    record, nominal = fields.mandatory("marker_ref"), fields.mandatory("nominal_id")
    kind, kind_word = fields.word("marker", words.marker)
    begun, cleared = fields.happened("set_at"), fields.happened("cleared_at")
    return MarkerRecorded(
        record=record, **envelope_of(fields, agency, nominal, words),
        occurred=occurred_of(begun, cleared),
        handling=handling_of(fields, words, blank_is_conditional=kind in HELD_WHEN_BLANK,
                             conditions=False),
        basis=Basis.ASSESSMENT if kind is None else _MARKER_BASIS.get(kind, Basis.ASSESSMENT),
        kind=kind, kind_word=kind_word,
        set=begun, cleared=cleared, reviewed=fields.happened("reviewed_at"),
    )


def risk_link_of(fields: Fields, agency: str, words: PoliceWords) -> RiskLinkRecorded:
    """One row of risk_links.csv; its subject is the person posing risk, adult or not."""
    record, subject = fields.mandatory("link_ref"), fields.mandatory("subject_nominal_id")
    category, category_word = fields.word("subject_category", words.subject_category)
    start, end = fields.moment("from_date"), fields.moment("to_date")
    registered = category is RiskLinkCategory.REGISTERED_SEX_OFFENDER
    return RiskLinkRecorded(
        record=record, **envelope_of(fields, agency, subject, words),
        occurred=occurred_of(start, end),
        handling=handling_of(fields, words, blank_is_conditional=True),
        basis=Basis.FACT if registered else Basis.INTELLIGENCE,
        category=category, category_word=category_word,
        child=fields.text("child_nominal_id", LOCAL_ID_CHARACTERS_MAX),
        relationship=fields.text("relationship"),
        address_line=fields.note("address_line"),
        postcode=fields.text("address_postcode"),
        valid_from=day_of(start), valid_to=day_of(end),
        disclosed_to=fields.note("disclosed_to"),
        disclosed=fields.happened("disclosed_at"),
        withheld_reason=fields.note("withheld_reason"),
        review_due=fields.day("review_due"),
    )
