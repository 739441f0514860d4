"""What is for named leads alone: what waits until somebody is named, and who is named later."""
from datetime import datetime
from hashlib import sha256

from broker.case.case import Partnership
from broker.event.finding import Finding
from broker.pipeline.evaluate import finding_of_row
from broker.pipeline.notify import STANDING
from broker.pipeline.tables import FINDINGS, NOTICES, UNTOLD
from broker.pipeline.tellings import Telling
from broker.policy.agreements import InForce
from broker.policy.visibility import LEADS_ONLY_CODES, may_be_told
from broker.ports import Reading, Unit
from broker.vocabulary.times import milliseconds_of
from broker.vocabulary.words import NoticeState
from broker.wire.codec import Codec

LEADS_UNDER = "leads under"


def digest_of_leads(partnership: Partnership) -> str:
    """Which lead each agency has named, as one digest."""
    named = sorted((code, each.lead) for code, each in partnership.agencies.items()
                   if each.lead is not None)
    return sha256(repr(named).encode()).hexdigest()


def standing_for_leads(reading: Reading, codec: Codec) -> list[Finding]:
    """Every finding for named leads alone that stands."""
    rows = reading.find(FINDINGS, "state", [state.value for state in STANDING])
    return [finding_of_row(codec, row) for row in rows if row[3] in LEADS_ONLY_CODES]


def note_untold(unit: Unit, telling: Telling, allowed: InForce, now: datetime) -> None:
    """Keep whether a finding whose notices have been written reaches nobody for want of a lead,
    and since when; what old records show is history, and waits for nobody."""
    finding = telling.finding
    if finding.code not in LEADS_ONLY_CODES:
        return
    if finding.state in STANDING and not finding.historical \
            and _might_be_told(telling, allowed) and not _is_told(unit, finding):
        unit.insert_new(UNTOLD, [(finding.finding_id, milliseconds_of(now))])
    else:
        unit.delete(UNTOLD, [(finding.finding_id,)])


def _might_be_told(telling: Telling, allowed: InForce) -> bool:
    """Whether any agency would be told, had it named a lead."""
    return any(may_be_told(
        telling.finding, holder.agency, allowed, telling.statements, alleged=holder.alleged,
        to_lead=True) for holder in telling.holders)


def _is_told(reading: Reading, finding: Finding) -> bool:
    return any(row[3] != NoticeState.ENDED.value
               for row in reading.find(NOTICES, "finding_id", [finding.finding_id]))


def count_untold(reading: Reading) -> int:
    """How many findings reach nobody, as no lead is named."""
    return reading.count(UNTOLD)


def is_untold(reading: Reading, finding_id: str) -> bool:
    """Whether this finding reaches nobody, as no lead is named."""
    return bool(reading.get(UNTOLD, [(finding_id,)]))
