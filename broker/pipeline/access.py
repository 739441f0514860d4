"""Access: what is held on a person, and who was told, for whoever answers a person's request.

Nothing here is fit to hand over as it is: what a person may be given is decided by people, and
`review` says what they must weigh (harm to somebody, third parties, police restrictions).
"""
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from broker.audit.chain import Draft, subject_digest
from broker.errors import ConfigError
from broker.event.concern import ConcernRecorded
from broker.event.envelope import Statement
from broker.event.own import RecordRejected
from broker.event.person import PersonRecorded
from broker.event.risk import RiskLinkRecorded
from broker.log import topics
from broker.pipeline.auditing import entry_of_row, record_audit, salt_of
from broker.pipeline.evaluate import findings_in
from broker.pipeline.families import children_with
from broker.pipeline.notify import notice_in
from broker.pipeline.replay import plain
from broker.pipeline.subject import (
    Filed,
    HeldOn,
    Subject,
    held_on,
    risk_links_of,
    said_in_rejects,
    subject_of,
    way_out_of_none,
)
from broker.pipeline.tables import AUDIT, DELIVERED, FINDING_PEOPLE, NOTICES
from broker.ports import EventLog, Reading, Store
from broker.vocabulary.times import moment_of
from broker.vocabulary.words import AuditAction, Regime, Sharing
from broker.wire.codec import Codec

THIRD_PARTY = "names somebody who may pose a risk"
ALLEGATION = "may come from, or speak of, somebody else"
POLICE = "a law-enforcement record: police may restrict it"
CONDITIONS = "the sender set conditions on its handling"
PROTECTED = "holds a protected address"


def access(store: Store, log: EventLog, codec: Codec, subject: Subject, actor: str, purpose: str,
           agencies: Sequence[str], now: datetime) -> dict[str, Any]:
    """Everything held on the child that a subject is part of, and everybody who was told, as
    plain JSON values; recorded as a consultation. `actor` is `AGENCY:NAME`."""
    agency, _, name = actor.partition(":")
    if not agency or not name:
        raise ConfigError("--actor must be AGENCY:NAME, as in council:j.smith.")
    if not purpose.strip():
        raise ConfigError("--purpose must say why the record is read.")
    with store.view() as view:
        subjects = _subjects_of(view, subject)
    links = {each: risk_links_of(log, codec, each) for each in subjects}
    in_rejects = said_in_rejects(store, codec)
    with store.begin() as unit:
        held = {each: held_on(unit, codec, each, links[each], in_rejects) for each in subjects}
        if not any(each.filed or each.waiting or each.rejects for each in held.values()):
            raise ConfigError(f"Nothing is held on {subject.key}: {way_out_of_none(subject)}")
        told = _told(unit, codec, subjects, held, agencies)
        record_audit(unit, codec, [Draft(
            at=now, action=AuditAction.CONSULTATION, actor=actor, recipient=agency, why=purpose,
            subject_digest=subject_digest(salt_of(unit), subject.key),
            detail="access: all that is held on a person")])
        return {
            "subject": subject.key,
            "held_as": [each.key for each in subjects],
            "statements": [_statement_json(each) for on in held.values() for each in on.filed],
            "waiting_for_release": [_said_json(each) for on in held.values()
                                    for each in on.waiting],
            "rejects": [_reject_json(each, sure) for on in held.values() for sure, some in
                        ((True, on.rejects), (False, on.mentions)) for each in some],
            "findings": _findings(unit, codec, subjects),
            "told": told,
            "audit": _entries(unit, codec, subjects),
        }


def _subjects_of(reading: Reading, subject: Subject) -> list[Subject]:
    """The subject, and the other records that are held to be the same child: of a number that
    another system has given to another child, not that one's."""
    family = {key for members in children_with(reading, subject.keys).values() for key in members}
    return [subject, *map(subject_of, sorted(family - set(subject.keys)))]


def _statement_json(filed: Filed) -> dict[str, Any]:
    return {"received_at": filed.received_at.isoformat(), **_said_json(filed.said)}


def _said_json(said: Statement) -> dict[str, Any]:
    return {"agency": said.agency, "type": said.type_name, "record": said.record,
            "event_id": str(said.event_id), "recorded_at": said.recorded_at.isoformat(),
            "state": said.state.value, "review": _review(said), "said": plain(said)}


def _review(said: Statement) -> list[str]:
    """What people must weigh before a person is given this."""
    reasons = []
    if isinstance(said, RiskLinkRecorded):
        reasons.append(THIRD_PARTY)
    if isinstance(said, ConcernRecorded):
        reasons.append(ALLEGATION)
    if said.regime is Regime.PART3:
        reasons.append(POLICE)
    if said.handling.sharing is not Sharing.PERMITTED:
        reasons.append(CONDITIONS)
    if isinstance(said, PersonRecorded) and any(each.protected for each in said.addresses):
        reasons.append(PROTECTED)
    return reasons


def _reject_json(reject: RecordRejected, sure: bool) -> dict[str, Any]:
    return {"reject": str(reject.reject_id), "agency": reject.agency, "reason": reject.reason,
            "file": reject.file, "line": reject.line,
            "rejected_at": reject.rejected_at.isoformat(), "about_this_person": sure or None}


def _findings(reading: Reading, codec: Codec, subjects: Iterable[Subject]) -> list[dict[str, Any]]:
    found = findings_in(reading, codec, _finding_ids(reading, subjects)).values()
    return [{"id": each.finding_id, "code": each.code, "state": each.state.value,
             "since": each.since.isoformat(),
             "until": None if each.until is None else each.until.isoformat(),
             "sentence": each.sentence} for each in found]


def _finding_ids(reading: Reading, subjects: Iterable[Subject]) -> set[str]:
    keys = [key for each in subjects for key in each.keys]
    return {str(row[1]) for row in reading.find(FINDING_PEOPLE, "person_key", keys)}


def _told(reading: Reading, codec: Codec, subjects: Iterable[Subject],
          held: dict[Subject, HeldOn], agencies: Sequence[str]) -> list[dict[str, Any]]:
    """Who was given which statement and which notice, the earliest first."""
    told = []
    said = {each.said.event_id.hex: each.said for on in held.values() for each in on.filed}
    for row in reading.get(DELIVERED, [(f"{event}/{agency}",) for event in said
                                       for agency in agencies]):
        event, _, agency = str(row[0]).partition("/")
        told.append({"recipient": agency, "at": moment_of(int(row[1] or 0)).isoformat(),
                     "what": said[event].type_name, "id": str(said[event].event_id),
                     "by": topics.feed(agency)})
    for row in reading.find(NOTICES, "finding_id", sorted(_finding_ids(reading, subjects))):
        notice = notice_in(codec, row[5])
        told.append({"recipient": notice.recipient, "at": notice.issued_at.isoformat(),
                     "what": f"notice {notice.code}, {notice.state.value}",
                     "id": notice.notice_id, "by": topics.notices(notice.recipient)})
    return sorted(told, key=lambda each: (each["at"], each["recipient"], each["id"]))


def _entries(reading: Reading, codec: Codec, subjects: Iterable[Subject]) -> list[dict[str, Any]]:
    """The entries of the audit chain about these subjects, this reading included."""
    salt = salt_of(reading)
    digests = {subject_digest(salt, key) for each in subjects  # who is told is told its number
               for key in (*each.keys, each.in_every_system.key)}
    entries = [entry_of_row(codec, row)
               for row in reading.find(AUDIT, "subject_digest", sorted(digests))]
    return [{"number": each.number, "at": each.at.isoformat(), "action": each.action.value,
             "actor": each.actor, "recipient": each.recipient, "why": each.why,
             "detail": each.detail}
            for each in sorted(entries, key=lambda each: each.number)]
