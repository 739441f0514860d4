"""Every form of a contradiction and every decoy of the second world, and a world of them."""
from collections.abc import Callable, Sequence

from bench.detection.second import (
    calls,
    concerns,
    finer,
    missing_course,
    missing_kinds,
    missing_pattern,
    persons,
    placements,
    seen,
    timescales,
    visits,
    whole,
)
from bench.detection.second.world import World

Form = Callable[[World], None]

FORMS: tuple[Form, ...] = (
    missing_kinds.held_as_concern, missing_kinds.held_as_concern_by_the_hour,
    missing_kinds.told_alike, missing_kinds.unknown_to_police, missing_kinds.known_to_police,
    missing_kinds.unknown_to_council, missing_kinds.known_to_council,
    missing_course.whereabouts_differ, missing_course.whereabouts_agree,
    missing_course.risks_differ, missing_course.risks_agree, missing_course.still_open,
    missing_course.ended_alike, missing_course.no_return_interview,
    missing_pattern.repeated, missing_pattern.not_repeated, missing_pattern.reported_late,
    missing_pattern.downgraded, missing_pattern.not_downgraded,
    calls.lowered, calls.rightly_lowered, calls.not_met, calls.met, calls.unreviewed,
    calls.not_allocated,
    concerns.told_differently, concerns.told_compatibly, concerns.one_word_for_all,
    concerns.not_in_risk, concerns.in_risk, concerns.not_shared, concerns.shared,
    concerns.not_acknowledged, concerns.thin_notice,
    seen.not_seen, seen.not_seen_by_police, seen.seen, visits.overdue, visits.in_time,
    timescales.conference_late, timescales.conference_in_time, timescales.assessment_late,
    timescales.review_late, timescales.review_in_time,
    persons.birth_dates_differ, persons.birth_dates_agree, persons.sexes, persons.shared_numbers,
    persons.differing_numbers, persons.died, persons.died_and_no_more, persons.addresses,
    placements.placement_differs, placements.placement_agrees, placements.plan_unknown,
    placements.plan_known, placements.protection_expired, placements.risk_unknown,
    placements.risk_known, placements.risk_at_address, placements.risk_elsewhere,
    whole.feeds, whole.ordinary_months,
    missing_pattern.two_rows_of_one_night, missing_pattern.edge_of_ninety_days,
    finer.belonging, finer.placed_by_another_or_corrected, finer.finer_risk, calls.finer_grades,
    finer.finer_notices, seen.seen_by_whom, visits.at_home_after_the_review,
    timescales.finer_conferences, persons.put_right, placements.finer_placements,
    placements.finer_risks, finer.names_as_written,
)


def build(seed: int, forms: Sequence[Form] = FORMS) -> World:
    """The world of a seed, of all forms or of some."""
    world = World(seed)
    for form in forms:
        form(world)
    return world
