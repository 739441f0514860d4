"""What the pipeline keeps in the store: every table, declared in one place.

Times are whole milliseconds since 1970. Identity's own tables are in pipeline.linking.
"""
from broker.ports import Table

# -- the publisher's memory ----------------------------------------------------------------
EXTRACTS = Table(
    "extracts",
    (("table_key", "text"), ("extracted_ms", "integer")),
    key=("table_key",),
)
LAST_SAID = Table(
    "last_said",
    (
        ("record_key", "text"), ("run", "integer"), ("source_ms", "integer"),
        ("recorded_ms", "integer"), ("last", "bytes"), ("said", "bytes"),
        ("said_before", "bytes"),
    ),
    key=("record_key",),
)
SNAPSHOT_ROWS = Table(
    "snapshot_rows",
    (("record_key", "text"), ("table_key", "text"), ("row_key", "text"), ("value", "bytes")),
    key=("record_key",),
    indexes=(("table_key",),),
)
ADAPTER_MEMORY = Table(
    "adapter_memory",
    (("scope_key", "text"), ("value", "text")),
    key=("scope_key",),
)

# -- intake ---------------------------------------------------------------------------------
COUNTERS = Table("counters", (("name", "text"), ("value", "integer")), key=("name",))
POSITIONS = Table(
    "positions",
    (("consumer_lane", "text"), ("position", "integer")),
    key=("consumer_lane",),
)
SECRETS = Table("secrets", (("name", "text"), ("value", "text")), key=("name",))
ACCEPTED = Table("accepted", (("event_id", "bytes"),), key=("event_id",))
SUPPRESSED = Table("suppressed", (("event_id", "bytes"),), key=("event_id",))
HELD = Table(
    "held",
    (
        ("event_id", "text"), ("agency", "text"), ("held_ms", "integer"), ("reason", "text"),
        ("state", "text"), ("value", "bytes"),
    ),
    key=("event_id",),
    indexes=(("agency",),),
)
REJECTS = Table(
    "rejects",
    (
        ("reject_id", "text"), ("agency", "text"), ("rejected_ms", "integer"),
        ("reason", "text"), ("state", "text"), ("value", "bytes"),
    ),
    key=("reject_id",),
    indexes=(("agency",), ("rejected_ms",)),
)
# Rows that were rejected, by their own reference in their table ("" where it could not be read),
# and files refused whole, until they are settled (pipeline.settled); and the rejects that are.
REJECTED_ROWS = Table(
    "rejected_rows",
    (("reject_id", "text"), ("table_key", "text"), ("row_key", "text")),
    key=("reject_id",),
    indexes=(("table_key",),),
)
SETTLED_REJECTS = Table("settled_rejects", (("reject_id", "text"),), key=("reject_id",))
AUDIT = Table(
    "audit",
    (("number", "integer"), ("at_ms", "integer"), ("subject_digest", "text"), ("value", "bytes")),
    key=("number",),
    indexes=(("subject_digest",),),
)

# -- the checker ----------------------------------------------------------------------------
STATEMENTS = Table(
    "statements",
    (
        ("person_key", "text"), ("event_id", "bytes"), ("received_ms", "integer"),
        ("value", "bytes"),
    ),
    key=("person_key", "event_id"),
)
# Digests of numbers and postcodes that records have ever had: where two people's records meet.
TRACES = Table(
    "traces",
    (("trace", "integer"), ("person_key", "text")),
    key=("trace", "person_key"),
)
# Each version of a link from a person who poses a risk, under its postcode and its record.
RISK_PLACES = Table(
    "risk_places",
    (("trace", "integer"), ("person_key", "text"), ("event_id", "bytes")),
    key=("trace", "person_key", "event_id"),
)
REACHES = Table(
    "reaches",
    (
        ("reach_key", "text"), ("agency", "text"), ("system", "text"), ("table_name", "text"),
        ("types", "text"), ("lane", "text"), ("until_ms", "integer"), ("rejected_ms", "integer"),
    ),
    key=("reach_key",),
    indexes=(("agency",),),
)
# What stands unread of each table by the last heartbeat of each lane (own.TableUnread).
UNREAD = Table(
    "unread",
    (
        ("reach_key", "text"), ("agency", "text"), ("system", "text"), ("table_name", "text"),
        ("types", "text"), ("lane", "text"), ("beat_ms", "integer"), ("rows_ms", "integer"),
        ("files_first_ms", "integer"), ("files_last_ms", "integer"),
    ),
    key=("reach_key",),
)
UNTAKEN = Table(
    "untaken",
    (("agency_type", "text"), ("at_ms", "integer")),
    key=("agency_type",),
)
DIRTY = Table(
    "dirty",
    (("person_key", "text"), ("stamp", "integer"), ("part", "integer")),
    key=("person_key",),
    indexes=(("part",),),
)
TIMERS = Table(
    "timers",
    (("person_key", "text"), ("due_ms", "integer")),
    key=("person_key",),
    indexes=(("due_ms",),),
)
WAITING = Table(
    "waiting",
    (("person_key", "text"), ("agency", "text")),
    key=("person_key", "agency"),
    indexes=(("agency",),),
)
FEED_EXTRACTS = Table(
    "feed_extracts",
    (("extract_key", "text"), ("rows_read", "integer"), ("received_ms", "integer")),
    key=("extract_key",),
)
FEED_RECEIPTS = Table(
    "feed_receipts",
    (("receipt_key", "text"), ("delays", "text")),
    key=("receipt_key",),
)
KINDS_OF_CHILD = Table(
    "kinds_of_child",
    (("person_key", "text"), ("kinds", "text")),
    key=("person_key",),
)
KINDS_DESCRIBED = Table(
    "kinds_described",
    (("kinds_key", "text"), ("happenings", "integer")),
    key=("kinds_key",),
)
FINDINGS = Table(
    "findings",
    (
        ("finding_id", "text"), ("child", "text"), ("state", "text"), ("code", "text"),
        ("since_ms", "integer"), ("value", "bytes"),
    ),
    key=("finding_id",),
    indexes=(("state",),),
)
FINDING_PEOPLE = Table(
    "finding_people",
    (("person_key", "text"), ("finding_id", "text")),
    key=("person_key", "finding_id"),
)
REDIRECTS = Table(
    "finding_redirects",
    (("finding_id", "text"), ("now_id", "text")),
    key=("finding_id",),
)
DECISIONS = Table(
    "finding_decisions",
    (("decision_id", "text"), ("finding_id", "text"), ("made_ms", "integer"), ("value", "bytes")),
    key=("decision_id",),
    indexes=(("finding_id",),),
)
# What people decided of allegations against homes; `state` says whether delivery has looked at it.
ALLEGATIONS_DECIDED = Table(
    "allegations_decided",
    (
        ("decision_id", "text"), ("person_key", "text"), ("made_ms", "integer"),
        ("state", "text"), ("value", "bytes"),
    ),
    key=("decision_id",),
    indexes=(("person_key",), ("state",)),
)

# -- delivery -------------------------------------------------------------------------------
DELIVERED = Table(
    "delivered",
    (("event_agency", "text"), ("delivered_ms", "integer"), ("person_key", "text")),
    key=("event_agency",),
    indexes=(("person_key",),),
)
NOTICES = Table(
    "notices",
    (
        ("notice_id", "text"), ("recipient", "text"), ("finding_id", "text"), ("state", "text"),
        ("issued_ms", "integer"), ("value", "bytes"),
    ),
    key=("notice_id",),
    indexes=(("recipient",), ("finding_id",)),
)
# What is to be done about a notice at a time, by kind (pipeline.escalate): `told` are the contacts
# it has been to.
NOTICE_TIMERS = Table(
    "notice_timers",
    (("notice_id", "text"), ("kind", "text"), ("due_ms", "integer"), ("told", "text")),
    key=("notice_id", "kind"),
    indexes=(("due_ms",),),
)
# Notices that nobody has acknowledged and that have no contact left to go to.
UNREACHED = Table(
    "unreached",
    (("notice_id", "text"), ("since_ms", "integer")),
    key=("notice_id",),
)
# Findings for named leads alone that reach nobody, as no lead is named (pipeline.leads).
UNTOLD = Table(
    "untold",
    (("finding_id", "text"), ("since_ms", "integer")),
    key=("finding_id",),
)
# What became of each notice (pipeline.notice_steps), a row a step.
NOTICE_STEPS = Table(
    "notice_steps",
    (
        ("notice_id", "text"), ("step_key", "text"), ("finding_id", "text"),
        ("recipient", "text"), ("at_ms", "integer"), ("step", "text"), ("who", "text"),
        ("next_step", "text"), ("answered_ms", "integer"),
    ),
    key=("notice_id", "step_key"),
    indexes=(("finding_id",),),
)
UNSETTLED = Table(
    "unsettled",
    (("topic", "text"), ("part", "integer"), ("since_ms", "integer")),
    key=("topic", "part"),
)
SETTINGS = Table(
    "settings_in_force",
    (("kind", "text"), ("digest", "text")),
    key=("kind",),
)

PIPELINE_TABLES: tuple[Table, ...] = (
    EXTRACTS, LAST_SAID, SNAPSHOT_ROWS, ADAPTER_MEMORY, COUNTERS, SECRETS, POSITIONS, ACCEPTED,
    SUPPRESSED, HELD, REJECTS, AUDIT, STATEMENTS, TRACES, RISK_PLACES, REACHES, UNREAD, UNTAKEN,
    DIRTY, TIMERS, WAITING, FINDINGS, FINDING_PEOPLE, REDIRECTS, DECISIONS, DELIVERED, NOTICES,
    UNSETTLED, SETTINGS, FEED_EXTRACTS, FEED_RECEIPTS, KINDS_OF_CHILD, KINDS_DESCRIBED,
    NOTICE_TIMERS, UNREACHED, NOTICE_STEPS, REJECTED_ROWS, SETTLED_REJECTS, ALLEGATIONS_DECIDED,
    UNTOLD,
)
