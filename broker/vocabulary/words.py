"""The neutral words every agency's own words are translated into; each list is closed.

Every list has UNMAPPED: the agency said something that the list does not hold. The agency's own
word always travels beside the neutral one. `None` in a field means that nothing was said at all.
"""
from enum import StrEnum


class System(StrEnum):
    """Which of an agency's systems a record was read from."""

    FILES = "files"
    SSD = "ssd"
    CIN = "cin"
    SSDA903 = "ssda903"
    API = "api"
    UNMAPPED = "UNMAPPED"


class Precision(StrEnum):
    """How finely a time is known; a DAY stands at local midnight."""

    INSTANT = "INSTANT"
    DAY = "DAY"
    UNMAPPED = "UNMAPPED"


class State(StrEnum):
    """Whether the agency stands by the record or has taken it back."""

    CURRENT = "CURRENT"
    WITHDRAWN = "WITHDRAWN"
    UNMAPPED = "UNMAPPED"


class Sharing(StrEnum):
    """Whether a statement may be shared at once or waits for a person (police handling codes)."""

    PERMITTED = "PERMITTED"
    CONDITIONAL = "CONDITIONAL"
    UNMAPPED = "UNMAPPED"


class Basis(StrEnum):
    """What kind of knowledge a statement is (Data Protection Act 2018, s38)."""

    FACT = "FACT"
    ASSESSMENT = "ASSESSMENT"
    INTELLIGENCE = "INTELLIGENCE"
    UNMAPPED = "UNMAPPED"


class Regime(StrEnum):
    """The data protection regime the agency recorded it under."""

    PART3 = "PART3"
    UK_GDPR = "UK_GDPR"
    UNMAPPED = "UNMAPPED"


class Purpose(StrEnum):
    """Why a statement is shared."""

    SAFEGUARDING = "SAFEGUARDING"
    CHILD_PROTECTION = "CHILD_PROTECTION"
    UNMAPPED = "UNMAPPED"


class Stream(StrEnum):
    """The shared topics; an agreement names streams, never single event types."""

    PERSON = "person"
    INCIDENT = "incident"
    MISSING = "missing"
    CONCERN = "concern"
    CARE = "care"
    RISK = "risk"


class Whereabouts(StrEnum):
    """What an account of an absence says about where the child is."""

    MISSING = "MISSING"
    AWAY_KNOWN = "AWAY_KNOWN"
    ABSCONDED = "ABSCONDED"
    CONCERN_FOR_SAFETY = "CONCERN_FOR_SAFETY"
    UNMAPPED = "UNMAPPED"


class Risk(StrEnum):
    """The risk an agency put on a child; NONE_APPARENT includes the police's "absent"."""

    NONE_APPARENT = "NONE_APPARENT"
    LOW = "LOW"
    MEDIUM = "MEDIUM"
    HIGH = "HIGH"
    UNMAPPED = "UNMAPPED"


class Grade(StrEnum):
    """How fast the police mean to attend."""

    IMMEDIATE = "IMMEDIATE"
    PRIORITY = "PRIORITY"
    SCHEDULED = "SCHEDULED"
    NO_ATTENDANCE = "NO_ATTENDANCE"
    UNMAPPED = "UNMAPPED"


class IncidentCategory(StrEnum):
    """The kind of incident police opened or closed (National Incident Category List names)."""

    MISSING_PERSON = "MISSING_PERSON"
    CONCERN_FOR_SAFETY = "CONCERN_FOR_SAFETY"
    ABSCONDER = "ABSCONDER"
    DOMESTIC_INCIDENT = "DOMESTIC_INCIDENT"
    SUSPICIOUS_CIRCUMSTANCES = "SUSPICIOUS_CIRCUMSTANCES"
    OTHER = "OTHER"
    UNMAPPED = "UNMAPPED"


class IncidentRole(StrEnum):
    """What the child was in a police incident."""

    SUBJECT = "SUBJECT"
    VICTIM = "VICTIM"
    SUSPECT = "SUSPECT"
    WITNESS = "WITNESS"
    PRESENT = "PRESENT"
    UNMAPPED = "UNMAPPED"


class CallerKind(StrEnum):
    """Who rang the police."""

    CARE_HOME = "CARE_HOME"
    PARENT = "PARENT"
    CARER = "CARER"
    PUBLIC = "PUBLIC"
    PROFESSIONAL = "PROFESSIONAL"
    CHILD = "CHILD"
    OTHER = "OTHER"
    UNMAPPED = "UNMAPPED"


class PlaceKind(StrEnum):
    """The kind of place a child went missing from."""

    HOME = "HOME"
    CARE_HOME = "CARE_HOME"
    FOSTER_CARE = "FOSTER_CARE"
    SCHOOL = "SCHOOL"
    HOSPITAL = "HOSPITAL"
    OTHER = "OTHER"
    UNMAPPED = "UNMAPPED"


class Sex(StrEnum):
    """Sex as recorded; gender is mapped to it for Male and Female only."""

    MALE = "MALE"
    FEMALE = "FEMALE"
    OTHER = "OTHER"
    UNMAPPED = "UNMAPPED"


class ConcernCategory(StrEnum):
    """What kind of harm is feared or found."""

    NEGLECT = "NEGLECT"
    PHYSICAL_ABUSE = "PHYSICAL_ABUSE"
    EMOTIONAL_ABUSE = "EMOTIONAL_ABUSE"
    SEXUAL_ABUSE = "SEXUAL_ABUSE"
    SEXUAL_EXPLOITATION = "SEXUAL_EXPLOITATION"
    CRIMINAL_EXPLOITATION = "CRIMINAL_EXPLOITATION"
    TRAFFICKING = "TRAFFICKING"
    DOMESTIC_ABUSE = "DOMESTIC_ABUSE"
    SELF_HARM = "SELF_HARM"
    FGM = "FGM"
    FAITH_BASED_ABUSE = "FAITH_BASED_ABUSE"
    RADICALISATION = "RADICALISATION"
    MISSING = "MISSING"
    OTHER = "OTHER"
    UNMAPPED = "UNMAPPED"


class AllegedSource(StrEnum):
    """Who is alleged to have caused the harm."""

    HOME_STAFF = "HOME_STAFF"
    CARER = "CARER"
    PARENT = "PARENT"
    OTHER_ADULT = "OTHER_ADULT"
    CHILD = "CHILD"
    UNKNOWN = "UNKNOWN"
    UNMAPPED = "UNMAPPED"


class ConcernSource(StrEnum):
    """What kind of paper a concern was written on."""

    POLICE_NOTICE = "POLICE_NOTICE"
    HOME_NOTIFICATION = "HOME_NOTIFICATION"
    UNMAPPED = "UNMAPPED"


class ReferralKind(StrEnum):
    """A contact (somebody told us) or a referral (we opened an episode)."""

    CONTACT = "CONTACT"
    REFERRAL = "REFERRAL"
    UNMAPPED = "UNMAPPED"


class ReferralDecision(StrEnum):
    """What social care decided to do with a contact or referral."""

    NO_FURTHER_ACTION = "NO_FURTHER_ACTION"
    ADVICE = "ADVICE"
    EARLY_HELP = "EARLY_HELP"
    ASSESSMENT = "ASSESSMENT"
    STRATEGY_DISCUSSION = "STRATEGY_DISCUSSION"
    OTHER = "OTHER"
    UNMAPPED = "UNMAPPED"


class EnquiryOutcome(StrEnum):
    """How a section 47 enquiry ended."""

    CONFERENCE = "CONFERENCE"
    NO_FURTHER_ACTION = "NO_FURTHER_ACTION"
    OTHER_AGENCY = "OTHER_AGENCY"
    CONTINUE_ASSESSMENT = "CONTINUE_ASSESSMENT"
    LEGAL_ACTION = "LEGAL_ACTION"
    SERVICES = "SERVICES"
    OTHER = "OTHER"
    UNMAPPED = "UNMAPPED"


class ConferenceKind(StrEnum):
    """Which child protection conference."""

    INITIAL = "INITIAL"
    UNMAPPED = "UNMAPPED"


class ConferenceOutcome(StrEnum):
    """How a child protection conference ended."""

    CP_PLAN = "CP_PLAN"
    NO_CP_PLAN = "NO_CP_PLAN"
    OTHER = "OTHER"
    UNMAPPED = "UNMAPPED"


class PlanKind(StrEnum):
    """Child in need plan or child protection plan."""

    CIN = "CIN"
    CP = "CP"
    UNMAPPED = "UNMAPPED"


class VisitKind(StrEnum):
    """What kind of visit or interview somebody made."""

    CIN_VISIT = "CIN_VISIT"
    CP_VISIT = "CP_VISIT"
    LOOKED_AFTER_VISIT = "LOOKED_AFTER_VISIT"
    OTHER = "OTHER"
    UNMAPPED = "UNMAPPED"


class ReviewKind(StrEnum):
    """What a review reviewed."""

    CP_REVIEW = "CP_REVIEW"
    LOOKED_AFTER_REVIEW = "LOOKED_AFTER_REVIEW"
    UNMAPPED = "UNMAPPED"


class MarkerKind(StrEnum):
    """A police warning marker on a child."""

    CHILD_SEXUAL_EXPLOITATION = "CHILD_SEXUAL_EXPLOITATION"
    CHILD_CRIMINAL_EXPLOITATION = "CHILD_CRIMINAL_EXPLOITATION"
    CHILD_PROTECTION_PLAN = "CHILD_PROTECTION_PLAN"
    LOOKED_AFTER = "LOOKED_AFTER"
    DOMESTIC_ABUSE = "DOMESTIC_ABUSE"
    FREQUENT_MISSING = "FREQUENT_MISSING"
    OTHER = "OTHER"
    UNMAPPED = "UNMAPPED"


class RiskLinkCategory(StrEnum):
    """Why a person is held to pose a risk to children."""

    REGISTERED_SEX_OFFENDER = "REGISTERED_SEX_OFFENDER"
    SUSPECTED_EXPLOITER = "SUSPECTED_EXPLOITER"
    OTHER = "OTHER"
    UNMAPPED = "UNMAPPED"


class InterviewBy(StrEnum):
    """Who held a return interview; only an independent one meets the 2014 guidance."""

    INDEPENDENT = "INDEPENDENT"
    HOME = "HOME"
    UNMAPPED = "UNMAPPED"


class BirthDatePrecision(StrEnum):
    """How far a birth date can be trusted; EXPECTED is an unborn child's."""

    EXACT = "EXACT"
    ESTIMATED = "ESTIMATED"
    EXPECTED = "EXPECTED"
    UNMAPPED = "UNMAPPED"


class NameUse(StrEnum):
    """How a name is used."""

    LEGAL = "LEGAL"
    FORMER = "FORMER"
    PREFERRED = "PREFERRED"
    UNMAPPED = "UNMAPPED"


class AddressKind(StrEnum):
    """What an address is to the child."""

    HOME = "HOME"
    PLACEMENT = "PLACEMENT"
    OTHER = "OTHER"
    UNMAPPED = "UNMAPPED"


class AbuseCategory(StrEnum):
    """Child protection plan categories (CIN census, categoryofabusetype)."""

    NEG = "NEG"
    PHY = "PHY"
    SAB = "SAB"
    EMO = "EMO"
    MUL = "MUL"
    UNMAPPED = "UNMAPPED"


class LegalStatus(StrEnum):
    """Legal statuses of looked-after children (SSDA903, LS)."""

    C1 = "C1"
    C2 = "C2"
    D1 = "D1"
    E1 = "E1"
    V2 = "V2"
    V3 = "V3"
    V4 = "V4"
    L1 = "L1"
    L2 = "L2"
    L3 = "L3"
    J1 = "J1"
    J2 = "J2"
    J3 = "J3"
    UNMAPPED = "UNMAPPED"


class PlacementType(StrEnum):
    """Placement types (SSDA903, PLACE; every layout's codes)."""

    A3 = "A3"
    A4 = "A4"
    A5 = "A5"
    A6 = "A6"
    H5 = "H5"
    K1 = "K1"
    K2 = "K2"
    K3 = "K3"
    P1 = "P1"
    P2 = "P2"
    P3 = "P3"
    R1 = "R1"
    R2 = "R2"
    R3 = "R3"
    R5 = "R5"
    S1 = "S1"
    T0 = "T0"
    T1 = "T1"
    T2 = "T2"
    T3 = "T3"
    T4 = "T4"
    U1 = "U1"
    U2 = "U2"
    U3 = "U3"
    U4 = "U4"
    U5 = "U5"
    U6 = "U6"
    Z1 = "Z1"
    Z11 = "Z11"
    Z12 = "Z12"
    Z13 = "Z13"
    Z14 = "Z14"
    UNMAPPED = "UNMAPPED"


class AgencyKind(StrEnum):
    """What an agency of the partnership is; the word is the name of its adapter."""

    POLICE = "police"
    SOCIAL_CARE = "social_care"
    CARE_HOME = "care_home"


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
