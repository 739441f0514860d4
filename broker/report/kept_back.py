"""Which homes are not told of a finding, because of what is alleged against them."""
from collections.abc import Collection

from broker.case.case import Partnership
from broker.event.finding import Finding
from broker.pipeline.allegations import allegations_in
from broker.pipeline.notify import STANDING
from broker.policy.allegations import keeps_from_home
from broker.policy.visibility import HOME_THEMES
from broker.ports import Reading
from broker.vocabulary.words import AgencyKind
from broker.wire.codec import Codec


def kept_from(reading: Reading, codec: Codec, finding: Finding, members: Collection[str],
              partnership: Partnership) -> tuple[str, ...]:
    """The names of the homes that hold the child of these records (subject keys), supplied one
    that the finding rests on, and are not told of it while an allegation stands."""
    if finding.state not in STANDING or not finding.code.startswith(HOME_THEMES):
        return ()
    said = {each.agency for each in finding.evidence}
    homes = [each for each in partnership.of_kind(AgencyKind.CARE_HOME) if each.code in said]
    return tuple(home.name for home in homes if keeps_from_home(
        finding, allegations_in(reading, codec, home, members)))
