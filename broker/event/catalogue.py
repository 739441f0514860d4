"""The explicit list of everything that travels, by its schema name."""
from broker.event.care import (
    CarePeriodRecorded,
    PlacementRecorded,
    PlanRecorded,
    ReviewRecorded,
    VisitRecorded,
)
from broker.event.concern import (
    AssessmentRecorded,
    ConcernRecorded,
    ConferenceRecorded,
    EnquiryRecorded,
    ReferralRecorded,
)
from broker.event.envelope import Statement
from broker.event.finding import (
    FindingChanged,
    FindingDecided,
    NoticeAnswered,
    NoticeIssued,
)
from broker.event.incident import IncidentRecorded
from broker.event.missing import MissingEpisodeRecorded
from broker.event.own import (
    AllegationDecided,
    AuditEntry,
    Erased,
    Heartbeat,
    JudgementMade,
    PeopleChanged,
    RecordRejected,
    SettingChanged,
)
from broker.event.person import PersonRecorded
from broker.event.risk import MarkerRecorded, RiskLinkRecorded

OwnRecord = (
    JudgementMade
    | FindingDecided
    | SettingChanged
    | Erased
    | PeopleChanged
    | FindingChanged
    | NoticeIssued
    | NoticeAnswered
    | RecordRejected
    | AuditEntry
    | Heartbeat
    | AllegationDecided
)

STATEMENTS: tuple[type[Statement], ...] = (
    PersonRecorded,
    IncidentRecorded,
    MissingEpisodeRecorded,
    ConcernRecorded,
    ReferralRecorded,
    AssessmentRecorded,
    EnquiryRecorded,
    ConferenceRecorded,
    PlanRecorded,
    CarePeriodRecorded,
    PlacementRecorded,
    VisitRecorded,
    ReviewRecorded,
    MarkerRecorded,
    RiskLinkRecorded,
)

OWN_RECORDS: tuple[type[OwnRecord], ...] = (
    JudgementMade,
    FindingDecided,
    SettingChanged,
    Erased,
    PeopleChanged,
    FindingChanged,
    NoticeIssued,
    NoticeAnswered,
    RecordRejected,
    AuditEntry,
    Heartbeat,
    AllegationDecided,
)

STATEMENT_BY_NAME = {kind.__name__: kind for kind in STATEMENTS}
BY_NAME: dict[str, type[Statement] | type[OwnRecord]] = {
    **STATEMENT_BY_NAME,
    **{kind.__name__: kind for kind in OWN_RECORDS},
}
