"""Which limits each rule judges by: declared here once, and held against what the rules read.

`tests/rules/test_rules_limits_used.py` runs every worked case and refuses a limit that is read and
not declared, or declared and never read.
"""
from collections.abc import Mapping

OCCASION = ("occasion_incident_hours", "occasion_call_before_minutes",
            "occasion_call_after_minutes")
"""What makes several accounts one occasion."""
_OLD = "historical_after_days"
_OPEN_RETURN = "open_return_days"
_CHILD = "child_age_years"

LIMITS_USED: Mapping[str, tuple[str, ...]] = {
    "A01": ("silent_history_weeks", "silent_window_weeks", "silent_chance_share"),
    "A02": (_OLD, "late_hours", "late_percentile", "late_records_min", "late_window_days"),
    "D01": (),
    "D02": (),
    "D03": (_CHILD,),
    "D04": (),
    "D05": (_OLD, "missing_open_found_days"),
    "D06": ("address_taken_over_days",),
    "G01": (_OLD, "exploitation_sign_months", "missing_recently_days"),
    "G02": (_OLD, "attend_immediate_minutes", "attend_priority_minutes",
            "attend_scheduled_hours"),
    "G03": (_OLD, *OCCASION, "supervisor_review_hours"),
    "G04": (_OLD, "allocation_hours"),
    "K01": (_OLD, "referral_follows_working_days", "assessment_working_days",
            "conference_working_days"),
    "K02": ("collapsed_happenings_min", "collapsed_here_share", "collapsed_there_share",
            "collapsed_window_months"),
    "K03": (_OLD, *OCCASION, "exploitation_sign_months"),
    "L01": (_OLD, "placement_settled_days"),
    "L02": (),
    "L03": (_OLD, "police_protection_hours", "police_protection_days"),
    "M01": (_OLD, _OPEN_RETURN, *OCCASION),
    "M02": (_OLD, _OPEN_RETURN, *OCCASION, "police_record_expected_minutes"),
    "M03": (_OLD, *OCCASION, "missing_with_social_care_hours", "missing_open_reverse_days"),
    "M04": (_OLD, *OCCASION),
    "M05": (_OLD, *OCCASION, "risk_levels_apart"),
    "M06": (_OLD, *OCCASION, "missing_open_hours", "missing_open_reverse_days"),
    "M07": (_OLD, *OCCASION, "return_interview_expected_hours"),
    "M08": (_OLD, *OCCASION, "repeated_missing_count", "repeated_missing_days"),
    "M09": (_OLD, *OCCASION, "police_told_minutes"),
    "M10": (_OLD, *OCCASION),
    "P01": (),
    "P02": (),
    "R01": (_OLD, "concern_shared_hours", "referral_expected_working_days"),
    "R02": (_OLD, "referral_answered_working_days"),
    "R03": (_OLD,),
    "S01": (_CHILD, "referral_follows_working_days", "notice_open_days", "unseen_urgent_hours",
            "unseen_urgent_critical_working_days", "unseen_days", "unseen_critical_days"),
    "S02": (_CHILD, _OLD, "cin_visit_working_days", "cp_visit_working_days",
            "placement_first_visit_weeks", "care_visit_first_year_weeks",
            "care_visit_later_months", "interim_visit_weeks", "interim_visit_reviewed_weeks"),
    "T01": (_CHILD, _OLD, "conference_working_days"),
    "T02": (_CHILD, _OLD, "assessment_working_days"),
    "T03": (_CHILD, _OLD, "cp_review_first_months", "cp_review_later_months",
            "care_review_first_working_days", "care_review_second_months",
            "care_review_later_months"),
}
"""By a rule's code, in the order in which a reader would want them."""

USED_BESIDE: Mapping[str, str] = {
    "child_age_years": "every rule: who is a child",
    "collapsed_together_hours": "counting the happenings that K02 looks at",
    "death_undisputed_days": "L01, L02, S01, S02, T01, T02, T03: how long what stood is held "
                             "after a death that nobody says anything against could first be "
                             "known",
    "notice_acknowledged_minutes": "critical notices: when the next contact is told",
    "notice_settled_minutes": "notices: how long one that comes and goes is left alone",
}
"""What a limit does beside the rules that read it."""
