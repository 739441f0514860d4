"""The second world's cast and dates, which every form of a contradiction is made from."""
from datetime import date, datetime, timedelta

from bench.detection.second.book import Child, Row
from bench.detection.second.calendar import at, days, hours, minutes
from bench.detection.second.happenings import Call, Happenings, Told
from bench.detection.second.people import OTHER_AUTHORITY

CONCERN = Told(police="Concern for safety", report=False)
REVIEWED_CONCERN = Told(police="Concern for safety", report=False, review=hours(2))
NOT_WITH_POLICE = Told(police=None, report=False, log=False)
KNOWN_WHEREABOUTS = Told(category="unauthorised_absence", council="A")
KNOWN_AND_CONCERN = Told(category="unauthorised_absence", council="A",
                         police="Concern for safety", report=False)
AT_HOME = Told(home=False)
VICTIM = Call("Domestic incident", role="victim")
HANDLED = "linked to open case"


class World(Happenings):
    """One seed's partnership: an odd one in spring, over the clock change and Easter, an even one
    in autumn."""

    def some_day(self, first: int = 8, last: int = 55) -> date:
        """A day of the world, counted from its first."""
        return self.first_day + days(self.rng.randint(first, last))

    def evening(self, first: int = 8, last: int = 66, clock: str = "") -> datetime:
        """An evening away from the change of the clocks."""
        day = self.some_day(first, last)
        while self.clock_eve - days(1) <= day <= self.clock_eve + days(1):
            day = self.some_day(first, last)
        if clock:
            return at(day, clock)
        hour = self.rng.randint(18, 22)
        return at(day, f"{hour}:{self.rng.choice(['05', '20', '35', '50'])}")

    def daytime(self) -> datetime:
        """A quarter past some hour from nine in the morning to ten in the evening."""
        hour = self.rng.randint(9, 22)
        return self.evening(clock=f"{hour}:15")

    def ago(self, count: int) -> date:
        """So many days before the world begins."""
        return self.first_day - days(count)

    def hence(self, count: int) -> date:
        """So many days after the world begins."""
        return self.first_day + days(count)

    def in_home(self, home: int | None = None, *, status: str = "C2",
                since: tuple[int, int] = (120, 300), visits: bool = True,
                reviews: bool = True, marker: bool = True) -> Child:
        """A looked-after child in one of the homes, for so many days (least and most)."""
        child = self.child((11, 15))
        start = self.ago(self.rng.randint(*since))
        return self.care(child, start, status=status, visits=visits, reviews=reviews,
                         marker=marker, home=self.rng.randrange(4) if home is None else home)

    def fostered(self, *, visits: bool = True, referral: bool = True,
                 marker: bool = True) -> Child:
        """A looked-after child with a foster family."""
        child = self.child((5, 15))
        return self.care(child, self.ago(self.rng.randint(120, 300)), visits=visits,
                         referral=referral, marker=marker)

    def placed_by_another(self) -> Child:
        """A child in a home whom another authority has placed there."""
        child = self.child((11, 15))
        self.to_home(child, self.rng.randrange(4), self.ago(self.rng.randint(60, 200)),
                     authority=OTHER_AUTHORITY)
        self.marker(child, "looked_after", self.ago(50))
        return child

    def in_need(self, *, end: date | None = None) -> Child:
        """An open child in need."""
        child = self.child((3, 15))
        return self.need(child, self.ago(self.rng.randint(20, 90)), end=end)

    def on_plan(self, *, end: date | None = None, marker: bool = True) -> Child:
        """A child on a child protection plan."""
        child = self.child((2, 15))
        return self.protection(child, self.ago(self.rng.randint(15, 120)), end=end,
                               marker=marker)

    def stranger(self) -> Child:
        """A child whom the police alone know."""
        child = self.child()
        self.to_police(child)
        return child

    def lowered(self, child: Child, moment: datetime, reason: str = "", *,
                review: timedelta | None = None, first: str = "Immediate",
                later: str = "Priority", after: int = 10, attended: int = 40,
                role: str = "subject") -> Row:
        """An incident whose grade is lowered (so many minutes after the call) before or after it
        is attended."""
        row = self.incident(child, moment, Call(grade=first, attended=None, closed=None,
                                                role=role))

        def lower() -> None:
            row.set(moment + minutes(after + 2), grade_final=later, grade_change_reason=reason,
                    grade_changed_at=moment + minutes(after))

        if after < attended:
            lower()
        row.set(moment + minutes(attended + 2), deployed_at=moment + minutes(5),
                attended_at=moment + minutes(attended),
                child_seen_at=moment + minutes(attended + 2))
        if after >= attended:
            lower()
        if review:
            row.set(moment + review, supervisor_reviewed_at=moment + review)
        row.set(moment + hours(9), closed_at=moment + hours(9), closing_category=Call().category)
        return row

    def raised_later(self, child: Child, moment: datetime, after: float, reason: str,
                     attended: datetime, written: datetime, closed: float) -> Row:
        """An incident first scheduled, made priority after so many hours, closed after so many."""
        row = self.incident(child, moment, Call(grade="Scheduled", attended=None, closed=None))
        changed = moment + hours(after)
        row.set(changed, grade_final="Priority", grade_changed_at=changed,
                grade_change_reason=reason)
        row.set(written, attended_at=attended, child_seen_at=attended, deployed_at=changed)
        self.close_call(row, moment + hours(closed), Call().category)
        return row
