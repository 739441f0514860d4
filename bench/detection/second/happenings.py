"""What happens to children of the second world: calls, notices, links and nights away."""
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bench.detection.second.book import Child, Row
from bench.detection.second.calendar import LONDON, Cell, at, day_of, days, hours, minutes
from bench.detection.second.council import SocialCare

HOUR = hours(1)
QUARTER = minutes(15)


@dataclass(frozen=True, slots=True)
class Call:
    """An incident: how it was graded and closed, and when it was attended (in minutes)."""

    category: str = "Suspicious circumstances"
    grade: str = "Priority"
    attended: float | None = 25
    seen: bool = True
    closed: timedelta | None = 6 * HOUR
    closing: str = ""
    caller: str = "professional"
    caller_urn: str = ""
    role: str = "subject"
    allocated: bool = True
    review: timedelta | None = None
    written: datetime | None = None
    cells: Mapping[str, Cell] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Told:
    """How a night away is told: by default alike by everybody, as missing, and ended by all.

    `told` is how long after it was noticed the police were told (none: the home never told
    them); `log` the number the home holds (true: the right one, none: by chance); `police`
    the incident's category, none where there is no incident; `report` a missing report beside
    it; `council` the kind of its episode, none where it has none. Times of the police's own are
    given in `call_cells` and `report_cells`.
    """

    lasts: timedelta = 3 * HOUR
    category: str = "missing"
    risk: str = "Medium"
    told: timedelta | None = QUARTER
    log: bool | str | None = None
    police: str | None = "Missing person"
    closing: str = ""
    closed: datetime | None = None
    grade: str = "Priority"
    attended: float | None = 40
    review: timedelta | None = None
    written: datetime | None = None
    call_cells: Mapping[str, Cell] = field(default_factory=dict)
    report: bool = True
    report_risk: str = "Medium"
    report_cells: Mapping[str, Cell] = field(default_factory=dict)
    council: str | None = "M"
    interview: timedelta | None = 30 * HOUR
    by: str = "independent"
    offered: str = "Y"
    prevention: bool = True
    home: bool = True
    returns: bool = True
    call_ends: bool = True
    report_ends: bool = True
    home_ends: bool = True
    council_ends: bool = True


@dataclass(slots=True)
class Night:
    """A night away and the rows that tell of it."""

    began: datetime
    back: datetime
    rows: dict[str, Row] = field(default_factory=dict)

    @property
    def call(self) -> Row:
        """The police's incident."""
        return self.rows["call"]

    @property
    def log_number(self) -> str:
        """The number of the police's incident."""
        return self.call.ref.rsplit("/", 1)[0]

    @property
    def report(self) -> Row:
        """The police's missing report."""
        return self.rows["report"]

    @property
    def absence(self) -> Row:
        """The home's absence."""
        return self.rows["absence"]

    @property
    def episode(self) -> Row:
        """The council's episode."""
        return self.rows["episode"]

    def report_again(self, moment: datetime, **changes: Cell) -> None:
        """Have the police write the report a second time while the child is away, and end it
        with the return."""
        self.report.back_to_first()
        self.report.set(moment, **changes)
        self.report.set(self.back + minutes(30), found_at=self.back - minutes(5),
                        returned_at=self.back)


class Happenings(SocialCare):
    """Calls, notices, risk links and nights away."""

    def incident(self, child: Child, moment: datetime, call: Call | None = None) -> Row:
        """A call to the police and what they wrote as it went on."""
        call = call or Call()
        self.known_to_police(child, moment)
        log = f"{self.log_prefix}{moment.astimezone(LONDON):%y-%m%d}-{self.number():04d}"
        cells: dict[str, Cell] = {
            "incident_ref": log, "nominal_id": child.police_id, "role": call.role,
            "reported_at": moment, "caller_type": call.caller, "caller_urn": call.caller_urn,
            "opening_category": call.category, "grade_initial": call.grade,
            "grade_final": call.grade,
            "allocated_at": moment + minutes(3) if call.allocated else None,
            "location_postcode": child.postcode}
        row = self.row("police", "incidents", f"{log}/{child.police_id}", child,
                       call.written or moment + minutes(4), **{**cells, **call.cells})
        if call.attended is not None:
            there = moment + minutes(call.attended)
            row.set(max(there + minutes(2), row.last_at + minutes(1)),
                    deployed_at=moment + minutes(4), attended_at=there,
                    child_seen_at=there + minutes(1) if call.seen else None)
        if call.review is not None:
            row.set(moment + call.review, supervisor_reviewed_at=moment + call.review)
        if call.closed is not None:
            self.close_call(row, moment + call.closed, call.closing or call.category)
        return row

    def close_call(self, row: Row, moment: datetime, category: str) -> None:
        """An incident is closed under a category."""
        row.set(max(moment, row.last_at + minutes(1)), closed_at=moment,
                closing_category=category)

    def notice(self, child: Child, moment: datetime, types: str = "neglect",
               risk: str = "Medium", *, shared: timedelta | None = 3 * HOUR, triage: str = "",
               reason: str = "", voice: str = "Y", demeanour: str = "Y",
               incident: Row | None = None, source: str = "parent", accused: str = "") -> Row:
        """A protection notice of the police's, shared with the council unless that is none."""
        self.known_to_police(child, moment)
        ref = f"PPN{self.number()}"
        row = self.row(
            "police", "ppn", ref, child, moment + minutes(10), ppn_ref=ref,
            incident_ref=incident.ref.rsplit("/", 1)[0] if incident else "",
            nominal_id=child.police_id, created_at=moment, triage_outcome=triage,
            not_shared_reason=reason, concern_types=types, risk_grade=risk, child_spoken_to=voice,
            demeanour_recorded=demeanour, alleged_source=source, alleged_urn=accused,
            handling_code="P")
        if shared is not None:
            row.set(moment + shared + minutes(5), shared_with_csc_at=moment + shared)
        return row

    def risk_link(self, child: Child | None, moment: datetime, line: str = "77 Wharf Lane",
                  postcode: str = "S65 2AB", **cells: Cell) -> Row:
        """A person posing risk, linked to a child or to an address alone."""
        ref = f"RL{self.number()}"
        if child:
            self.to_police(child, address=True)
        own: dict[str, Cell] = {
            "link_ref": ref, "child_nominal_id": child.police_id if child else "",
            "subject_nominal_id": f"N9{self.number()}",
            "subject_category": "registered_sex_offender",
            "relationship": "associate of family", "address_line": line,
            "address_postcode": postcode, "from_date": day_of(moment) - days(10),
            "handling_code": "P"}
        return self.row("police", "risk_links", ref, child, moment, **{**own, **cells})

    def away(self, child: Child, began: datetime, told: Told | None = None) -> Night:
        """A night away, told by police, home and council as `told` has it."""
        told = told or Told()
        by_chance = self.rng.random() < 0.5 if told.log is None else bool(told.log)
        night = Night(began, began + told.lasts)
        heard = began + (minutes(15) if told.told is None else told.told) + minutes(3)
        if told.police:
            self._call_of(child, night, heard, told)
        if told.report:
            self._report_of(child, night, heard, told)
        if told.police and told.returns and told.call_ends:
            self.close_call(night.call, told.closed or night.back + hours(1),
                            told.closing or told.police)
        if told.report and told.returns and told.report_ends:
            night.report.set(
                night.back + minutes(30), found_at=night.back - minutes(5),
                returned_at=night.back,
                prevention_interview_at=night.back + minutes(25) if told.prevention else None)
        if told.home and child.home:
            number = told.log if isinstance(told.log, str) else (
                night.log_number if by_chance and told.police else "")
            self._absence_of(child, night, number, told)
        if told.council and child.at_council:
            self._episode_of(child, night, told)
        return night

    def _call_of(self, child: Child, night: Night, heard: datetime, told: Told) -> None:
        from_home = told.home and bool(child.home)
        night.rows["call"] = self.incident(child, heard, Call(
            told.police or "", told.grade, told.attended, seen=False, closed=None,
            caller="care_home" if from_home else "carer",
            caller_urn=child.home_urn if from_home else "", review=told.review,
            written=told.written, cells=told.call_cells))

    def _report_of(self, child: Child, night: Night, heard: datetime, told: Told) -> None:
        self.known_to_police(child, night.began)
        ref = f"MP{self.number()}"
        in_care = bool(child.care_id)
        cells: dict[str, Cell] = {
            "missing_ref": ref, "incident_ref": night.log_number if told.police else "",
            "nominal_id": child.police_id, "reported_at": heard,
            "last_seen_at": night.began - minutes(40),
            "missing_from": "care_home" if child.home
            else "foster_care" if child.at_council and in_care else "home",
            "placement_urn": child.home_urn, "classification": "Missing",
            "risk_initial": told.report_risk, "risk_final": told.report_risk,
            "looked_after": "Y" if in_care or child.home else "N"}
        night.rows["report"] = self.row("police", "missing", ref, child, heard + minutes(20),
                                        **{**cells, **told.report_cells})

    def _absence_of(self, child: Child, night: Night, log: str, told: Told) -> None:
        row = night.rows["absence"] = self.absence(child, night.began, log, told)
        if told.returns and told.home_ends:
            row.set(max(night.back + minutes(20), row.last_at + minutes(1)),
                    returned_at=night.back, child_spoken_to_at=night.back + minutes(15))
            held = night.back + told.interview if told.interview is not None else None
            if held and held < at(self.last_day):
                row.set(held + hours(1), return_interview_at=held, return_interview_by=told.by)

    def absence(self, child: Child, noticed: datetime, log: str, told: Told) -> Row:
        """The home's absence, as it is first written."""
        ref = f"{child.home[:2].upper()}-A{self.number()}"
        rung = noticed + told.told if told.told is not None else None
        return self.row(
            child.home, "absences", ref, child,
            noticed + (told.told or minutes(15)) + minutes(10), absence_ref=ref,
            resident_ref=child.home_ids[child.home], category=told.category, noticed_at=noticed,
            last_seen_at=noticed - minutes(40), risk=told.risk, reported_to_police_at=rung,
            police_log_number=log, reported_to_authority_at=noticed + minutes(45))

    def _episode_of(self, child: Child, night: Night, told: Told) -> None:
        row = night.rows["episode"] = self.episode(
            child, night.began, night.began + minutes(50), told.council or "M")
        if told.returns and told.council_ends:
            row.set(night.back + hours(1), miss_missing_episode_end_date=day_of(night.back),
                    miss_missing_rhi_offered=told.offered, miss_missing_rhi_accepted=told.offered)

    def episode(self, child: Child, began: datetime, written: datetime, kind: str,
                **cells: Cell) -> Row:
        """The council's episode of a night away, as it is first written."""
        ref = f"MS{self.number()}"
        return self.row(
            "council", "ssd_missing", ref, child, written, miss_table_id=ref,
            miss_person_id=child.council_id,
            miss_missing_episode_start_date=day_of(began - minutes(40)),
            miss_missing_episode_type=kind, **cells)
