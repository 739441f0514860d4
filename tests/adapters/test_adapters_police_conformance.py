"""The police adapter keeps the SDK's promises."""
from pathlib import Path

from adapters.police.adapter import Police
from broker.event.agency import Agency
from broker.sdk.conformance import AdapterSuite
from broker.vocabulary.words import AgencyKind


class TestPolice(AdapterSuite):
    """Every promise, on the police sample."""

    adapter = Police()
    agency = Agency("police", AgencyKind.POLICE, "North Valley Police")
    sample = Path(__file__).parents[2] / "adapters/police/sample"
