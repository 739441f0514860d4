"""The care home adapter keeps the SDK's promises."""
from pathlib import Path

from adapters.care_home.adapter import CareHome
from broker.event.agency import Agency
from broker.sdk.conformance import AdapterSuite
from broker.vocabulary.words import AgencyKind


class TestCareHome(AdapterSuite):
    """Every promise, on a home's sample."""

    adapter = CareHome()
    agency = Agency("riverside", AgencyKind.CARE_HOME, "Riverside", home_urn="SC012345")
    sample = Path(__file__).parents[2] / "adapters/care_home/sample"
