"""Forms of S02: visits to children on plans, in need and in care, overdue and in time."""
from bench.detection.second.book import Child
from bench.detection.second.calendar import at, days, working_days_on
from bench.detection.second.world import World
from broker.vocabulary.words import Severity


def overdue(w: World) -> None:
    """S02: a gap in the visits that the child's plan or placement does not allow."""
    for variant, gap in (("on a plan, 12 working days", 12), ("on a plan, 15 working days", 15)):
        child = w.child((8, 14))
        w.protection(child, w.ago(50), visits=False)
        w.visits(child, "cp", w.ago(44), w.hence(16), (6, 8))
        w.visit(child, "cp", w.hence(20))
        w.visits(child, "cp", working_days_on(w.hence(20), gap), w.last_day, (7, 9))
        w.plant("S02", child, Severity.MEDIUM, variant=variant)
    child = w.child((8, 14))
    w.need(child, w.ago(50), visits=False)
    w.visits(child, "cin", w.ago(44), w.hence(12), (14, 18))
    w.visit(child, "cin", w.hence(20))
    w.visits(child, "cin", working_days_on(w.hence(20), 22), w.last_day, (14, 18))
    w.plant("S02", child, Severity.MEDIUM, variant="in need, 22 working days")
    w.allow("S01", child)
    child = w.child((8, 14))
    w.care(child, w.hence(15), visits=False, referral=False)
    w.visits(child, "cla", w.hence(25), w.last_day, (15, 20))
    w.plant("S02", child, Severity.HIGH, variant="nobody in the first week")
    child = w.child((8, 14))
    w.care(child, w.ago(100), visits=False, referral=False)
    w.visits(child, "cla", w.ago(95), w.hence(3), (20, 30))
    w.visit(child, "cla", w.hence(6))
    w.visits(child, "cla", w.hence(55), w.last_day, (15, 20))
    w.plant("S02", child, Severity.HIGH, variant="seven weeks")
    _overdue_by_placement(w)


def _with_parent(w: World, child: Child, back: int) -> None:
    w.care(child, w.hence(back), status="C1", place="P1", visits=False, referral=False,
           reviews=False, postcode=child.postcode)


def _overdue_by_placement(w: World) -> None:
    child = w.child((8, 14))
    _with_parent(w, child, 20)
    w.visits(child, "cla", w.hence(23), w.hence(23), (5, 6))
    w.visits(child, "cla", w.hence(35), w.last_day, (5, 6))
    w.care_review(child, working_days_on(w.hence(20), 17))
    w.plant("S02", child, Severity.HIGH, variant="interim order at home, before the first review")
    child = w.child((8, 14))
    w.care(child, w.ago(500), visits=False, referral=False)
    w.visits(child, "cla", w.ago(495), w.ago(50), (25, 38))
    w.visit(child, "cla", w.ago(40))
    w.visits(child, "cla", w.hence(62), w.last_day, (15, 20))
    w.plant("S02", child, Severity.HIGH, variant="fourteen weeks in the second year")
    child = w.child((8, 14))
    w.care(child, w.ago(100), visits=False, referral=False)
    move = w.hence(25)
    w.end_placement(child, move)
    w.placement(child, move)
    w.visits(child, "cla", w.ago(95), move - days(3), (15, 25))
    w.visits(child, "cla", move + days(11), w.last_day, (15, 25))
    w.plant("S02", child, Severity.HIGH, variant="first week of a new placement")


def in_time(w: World) -> None:
    """Decoys of S02: to the last day allowed, short breaks, a plan that ended, a new order."""
    child = w.child((8, 14))
    w.protection(child, w.ago(50), visits=False)
    w.visits_by_working_days(child, "cp", w.ago(44), 10)
    w.decoy("S02", child, variant="on a plan, 10 working days")
    child = w.child((8, 14))
    w.care(child, w.ago(60), status="V4", referral=False, visits=False, reviews=False)
    w.allow("T03", child)
    w.decoy("S02", child, variant="short breaks")
    child = w.child((8, 14))
    w.care(child, w.ago(100), referral=False, gap=(38, 41))
    w.decoy("S02", child, variant="41 days in the first year")
    child = w.child((8, 14))
    end = w.hence(10)
    w.protection(child, w.ago(90), end=end)
    w.close_referral(child, end, "18:00")
    w.decoy("S02", child, variant="the plan has ended")
    child = w.child((8, 14))
    w.care(child, w.ago(100), status="C1", referral=False, visits=False)
    change = w.hence(20)
    w.change_order(child, "C2", change)
    w.visits(child, "cla", w.ago(95), w.hence(18), (20, 25))
    w.visits(child, "cla", w.hence(50), w.last_day, (20, 25))
    w.visit(child, "cla", w.hence(33))
    w.decoy("S02", child, variant="a new order, the same placement")
    child = w.child((8, 14))
    w.care(child, w.ago(500), referral=False, gap=(78, 86))
    w.allow("S02", child)  # its first year was over six weeks, and is history
    child = w.child((8, 14))
    w.care(child, w.ago(500), referral=False, visits=False)
    w.visits(child, "cla", w.ago(495), w.ago(135), (25, 38))
    w.visits(child, "cla", w.ago(100), w.last_day, (65, 84))
    w.decoy("S02", child, variant="twelve weeks in the second year")
    child = w.child((8, 14))
    w.need(child, w.ago(50), visits=False)
    w.visits_by_working_days(child, "cin", w.ago(44), 20)
    w.allow("S01", child)  # 20 working days and a bank holiday are more than 28 days
    w.decoy("S02", child, variant="in need, 20 working days")


def at_home_after_the_review(w: World) -> None:
    """S02: an interim order with a parent is four-weekly after the first review; a stay in
    hospital is no new placement."""
    for gap in (33, 26):
        child = w.child((6, 12))
        _with_parent(w, child, -30)
        review = working_days_on(w.ago(30), 12)
        w.visits(child, "cla", w.ago(27), review, (5, 6))
        w.care_review(child, review)
        w.visit(child, "cla", review + days(2))
        w.visits(child, "cla", review + days(2 + gap), w.last_day, (15, 20))
        if review + days(70) < w.last_day:
            w.care_review(child, review + days(70))
        variant = f"{gap} days after the first review"
        if gap == 33:
            w.plant("S02", child, Severity.HIGH, variant=variant)
        else:
            w.decoy("S02", child, variant=variant)
    child = w.fostered(visits=False, referral=False)
    stay = w.hence(20)
    w.placement(child, stay, place="T1").set(at(stay + days(5), "17:00"),
                                             clap_cla_placement_end_date=stay + days(5))
    w.visits(child, "cla", child.care_start + days(3), stay - days(2), (20, 30))
    w.visit(child, "cla", stay - days(1))
    w.visits(child, "cla", stay + days(25), w.last_day, (20, 30))
    w.decoys("S02 L01", child, "five days in hospital")
