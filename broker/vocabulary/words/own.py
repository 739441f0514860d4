"""Words of Concord's own records."""
from enum import StrEnum


class Verdict(StrEnum):
    """A person's judgement on whether two records are one child; UNDONE takes it back."""

    SAME = "SAME"
    DIFFERENT = "DIFFERENT"
    UNSURE = "UNSURE"
    UNDONE = "UNDONE"
    UNMAPPED = "UNMAPPED"


class Severity(StrEnum):
    """How soon somebody must look."""

    CRITICAL = "CRITICAL"
    HIGH = "HIGH"
    MEDIUM = "MEDIUM"
    LOW = "LOW"
    UNMAPPED = "UNMAPPED"


class FindingState(StrEnum):
    """Where a finding stands."""

    OPEN = "OPEN"
    CONFIRMED = "CONFIRMED"
    DISMISSED = "DISMISSED"
    RESOLVED = "RESOLVED"
    WITHDRAWN = "WITHDRAWN"
    UNMAPPED = "UNMAPPED"


class FindingDecision(StrEnum):
    """What a person decided about a finding; it holds until the evidence changes."""

    CONFIRMED = "CONFIRMED"
    DISMISSED = "DISMISSED"
    UNMAPPED = "UNMAPPED"


class AllegationDecision(StrEnum):
    """Whether an allegation still keeps a child's notices from the home it is against."""

    RELEASED = "RELEASED"
    HELD = "HELD"
    UNMAPPED = "UNMAPPED"


class NoticeState(StrEnum):
    """Where a notice stands; ENDED tells its reader that the finding is over."""

    SENT = "SENT"
    SEEN = "SEEN"
    ACKNOWLEDGED = "ACKNOWLEDGED"
    DONE = "DONE"
    ENDED = "ENDED"
    UNMAPPED = "UNMAPPED"


class AuditAction(StrEnum):
    """What was done with data (Data Protection Act 2018, s62, and decisions by people)."""

    COLLECTION = "COLLECTION"
    ALTERATION = "ALTERATION"
    CONSULTATION = "CONSULTATION"
    DISCLOSURE = "DISCLOSURE"
    COMBINATION = "COMBINATION"
    ERASURE = "ERASURE"
    DECISION = "DECISION"
    UNMAPPED = "UNMAPPED"


class SettingKind(StrEnum):
    """Which part of the configuration changed."""

    AGREEMENTS = "AGREEMENTS"
    LIMITS = "LIMITS"
    RULES = "RULES"
    MODEL = "MODEL"
    UNMAPPED = "UNMAPPED"
