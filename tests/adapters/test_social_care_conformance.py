"""The social care adapter keeps the SDK's promises."""
from pathlib import Path

from adapters.social_care.adapter import SocialCare
from adapters.social_care.words import MANIFEST
from broker.event.agency import Agency
from broker.sdk.conformance import AdapterSuite
from broker.vocabulary.words import AgencyKind

# Rows of these tables have no person of their own: without the number they are orphans.
JOINS = frozenset({
    ("ssd_assessment_factors", "cinf_assessment_id"), ("ssd_cla_reviews", "clar_cla_id"),
})


class TestSocialCare(AdapterSuite):
    """Every promise, on a council's sample of all three formats."""

    adapter = SocialCare()
    agency = Agency("council", AgencyKind.SOCIAL_CARE, "Eskbeck", authority_code="815")
    sample = Path(__file__).parents[2] / "adapters/social_care/sample"
    ignored = JOINS | {
        (name, column) for name, table in MANIFEST.tables.items()
        for column in (*table.layout.ignored, *(() if table.spec.types else
                                                table.layout.required))
    }
