"""A critical notice of the police, its contacts, and how it stands so many minutes later."""
import tomllib
from datetime import datetime, timedelta

from broker.cli.example import CONFIGURATION
from broker.config import parse
from broker.event.finding import NoticeIssued
from broker.event.own import AuditEntry
from broker.log import topics
from broker.log.records import Lane
from broker.pipeline.auditing import audit_entries
from broker.pipeline.decide import answer_notice
from broker.pipeline.notify import notices_for
from broker.pipeline.tables import NOTICE_TIMERS, UNREACHED
from broker.vocabulary.words import NoticeState
from tests.pipeline import lines
from tests.pipeline.conftest import START, Bench

EVENING = "2026-03-01T21:20:00Z"
FRONT, DUTY, LAST = "Front door", "Emergency duty team", "Designated officer"
CONTACTS = f"""
[[agencies.police.contacts]]
name = "{FRONT}"
hours = "working_days"
[[agencies.police.contacts]]
name = "{DUTY}"
[[agencies.police.contacts]]
name = "{LAST}"
"""


def configured(bench: Bench, sections: str, change: tuple[str, str] = ("", "")) -> None:
    """Go on under the example's configuration with these sections more."""
    bench.concord.settings = parse(tomllib.loads(CONFIGURATION.replace(*change) + sections))


def raised(bench: Bench, **more: str) -> None:
    """A girl is missing from the home; police hold it as a concern for safety: critical."""
    bench.publish(
        "riverside",
        residents=[lines.RESIDENTS, lines.resident("R1", "Kayleigh", "Thornton", "2011-05-14")],
        absences=[lines.ABSENCES, lines.absence("A1", "R1", EVENING, **more)])
    bench.publish(
        "police", nominals=[lines.NOMINALS, lines.nominal("N1", "Kayley", "Thornton",
                                                          "2011-05-14")],
        incidents=[lines.INCIDENTS, lines.incident("INC1", "N1", "Concern for safety",
                                                   "2026-03-01T21:30:00Z")])
    given(bench)


def given(bench: Bench) -> None:
    """Check, then deliver."""
    bench.check()
    bench.concord.deliver()


def recorded(bench: Bench, category: str, updated_at: str) -> None:
    """Police give their incident another category."""
    bench.publish("police", incidents=[lines.INCIDENTS, lines.incident(
        "INC1", "N1", category, "2026-03-01T21:30:00Z", updated_at=updated_at)])
    given(bench)


def told_at_night(bench: Bench) -> Bench:
    """On a Sunday at 22:00 police have their notice; they have named three contacts."""
    configured(bench, CONTACTS)
    raised(bench)
    return bench


def at(bench: Bench, minutes: float) -> NoticeIssued:
    """The police's notice as it stands after a delivery so many minutes later."""
    bench.clock.set(START + timedelta(minutes=minutes))
    bench.concord.deliver()
    return notice(bench)


def notice(bench: Bench) -> NoticeIssued:
    """The police's one notice."""
    with bench.concord.store.view() as view:
        [found] = [each for each in notices_for(view, bench.concord.codec, "police")
                   if each.code == "M01"]
    return found


def sent(bench: Bench) -> list[NoticeIssued]:
    """All that police were sent of it, in order."""
    log, topic = bench.concord.log, topics.notices("police")
    said = [bench.concord.codec.decode(each.record.value or b"")
            for partition in range(log.partitions(topic))
            for each in log.read(Lane(topic, partition), 0, 1000)]
    return [each for each in said if isinstance(each, NoticeIssued) and each.code == "M01"]


def told_to(bench: Bench) -> list[str | None]:
    """To whom it was sent, in order."""
    return [each.contact for each in sent(bench)]


def answered(bench: Bench, state: NoticeState) -> None:
    """Somebody at the police has done something with it."""
    concord = bench.concord
    answer_notice(concord.store, concord.log, concord.codec, "police", notice(bench).notice_id,
                  state, "a.sergeant", None, bench.clock.now())


def audited(bench: Bench, why: str) -> list[AuditEntry]:
    """The audit entries about the police that begin with this reason."""
    with bench.concord.store.view() as view:
        return [each for each in audit_entries(view, bench.concord.codec)
                if each.recipient == "police" and each.why.startswith(why)]


def rows(bench: Bench) -> tuple[int, int]:
    """How many notices wait for a time, and how many have nobody left."""
    with bench.concord.store.view() as view:
        return view.count(NOTICE_TIMERS), view.count(UNREACHED)


def after(minutes: float) -> datetime:
    """So long after the notice was sent."""
    return START + timedelta(minutes=minutes)
