"""What the council of the second world writes: need, protection, care and its visits."""
from collections.abc import Sequence
from datetime import date, datetime

from bench.detection.second.book import Child, Row
from bench.detection.second.calendar import at, days, working_days_on
from bench.detection.second.names import foster_postcode
from bench.detection.second.people import HOMES, People

EARLIER_REVIEWS = ((75, 85), *((150, 170),) * 5)


class SocialCare(People):
    """Referrals, assessments, enquiries, plans, care, and the visits and reviews of each."""

    def referral(self, child: Child, day: date, *, source: str = "6", need: str = "N1",
                 outcome: str | None = "SINGLE_ASSESSMENT", closed: date | None = None,
                 written: datetime | None = None) -> Row:
        """A referral, with its outcome from the first unless that is none."""
        self.to_council(child, min(at(day), at(self.first_day - days(30))))
        ref = f"RF{self.number()}"
        refused = {None: "", "NFA": "Y"}.get(outcome, "N")
        row = child.rows["referral"] = self.row(
            "council", "ssd_cin_episodes", ref, child, written or at(day, "15:00"),
            cine_referral_id=ref, cine_person_id=child.council_id, cine_referral_date=day,
            cine_cin_primary_need_code=need, cine_referral_source_code=source,
            cine_referral_outcome_json={f"OUTCOME_{outcome}_FLAG": "Y"} if outcome else "",
            cine_referral_nfa=refused)
        if closed:
            self.close_referral(child, closed)
        return row

    def close_referral(self, child: Child, day: date, clock: str = "17:00") -> None:
        """The child's last referral is closed."""
        child.rows["referral"].set(at(day, clock), cine_close_date=day, cine_close_reason="RC7")

    def contact(self, child: Child, day: date, outcome: str = "NEW_REFERRAL") -> Row:
        """A contact from the police and what came of it."""
        self.to_council(child, min(at(day), at(self.first_day - days(30))))
        ref = f"CT{self.number()}"
        return self.row(
            "council", "ssd_contacts", ref, child, at(day, "15:00"), cont_contact_id=ref,
            cont_person_id=child.council_id, cont_contact_date=day, cont_contact_source_code="6",
            cont_contact_outcome_json={f"OUTCOME_{outcome}_FLAG": "Y"})

    def assessment(self, child: Child, start: date, authorised: date | None = None,
                   factors: Sequence[str] = ("16A",), *, seen: str = "Y") -> None:
        """An assessment for the last referral, with its factors once it is authorised."""
        ref = f"AS{self.number()}"
        row = self.row(
            "council", "ssd_cin_assessments", ref, child, at(start, "16:00"),
            cina_assessment_id=ref, cina_person_id=child.council_id,
            cina_referral_id=child.rows["referral"].ref, cina_assessment_start_date=start)
        if authorised:
            row.set(at(authorised, "16:30"), cina_assessment_auth_date=authorised,
                    cina_assessment_child_seen=seen,
                    cina_assessment_outcome_json={"OUTCOME_PROV_OF_SERVICES_FLAG": "Y"})
            factor = f"FA{self.number()}"
            self.row("council", "ssd_assessment_factors", factor, child, at(authorised, "16:30"),
                     cinf_table_id=factor, cinf_assessment_id=ref,
                     cinf_assessment_factors_json=list(factors))

    def visit(self, child: Child, kind: str, day: date, *, seen: str = "Y",
              moment: datetime | None = None) -> Row:
        """A visit of a kind: "cin", "cp" (for the plan the child has) or "cla"."""
        ref = f"V{self.number()}"
        stem, table = {"cin": ("cinv_cin", "ssd_cin_visits"), "cp": ("cppv_cp", "ssd_cp_visits"),
                       "cla": ("clav_cla", "ssd_cla_visits")}[kind]
        prefix = stem.split("_")[0]
        cells = {f"{stem}_visit_id": ref, f"{prefix}_person_id": child.council_id,
                 f"{stem}_visit_seen": seen, f"{stem}_visit_seen_alone": seen}
        if kind == "cp":
            cells["cppv_cp_plan_id"] = child.rows["plan"].ref
        if kind == "cla":
            cells["clav_cla_id"] = child.care_id
        return self.row("council", table, ref, child, moment or at(day, "17:30"), **cells,
                        **{f"{stem}_visit_date": day})

    def visits(self, child: Child, kind: str, first: date, last: date, gap: tuple[int, int],
               *, seen: str = "Y") -> None:
        """Visits from a day to another, so many days apart (least and most)."""
        day = first
        while day <= last:
            self.visit(child, kind, day, seen=seen)
            day += days(self.rng.randint(*gap))

    def visits_by_working_days(self, child: Child, kind: str, first: date, gap: int) -> None:
        """Visits to the world's end, each so many working days after the one before."""
        day = first
        while day < self.last_day:
            self.visit(child, kind, day)
            day = working_days_on(day, gap)

    def need(self, child: Child, start: date, *, end: date | None = None,
             visits: bool = True) -> Child:
        """An open child in need: referral, assessment, plan, visits."""
        self.referral(child, working_days_on(start, -25), source="2A", need="N5", closed=end)
        self.assessment(child, working_days_on(start, -24), working_days_on(start, -2), ("3A",))
        ref = f"CP{self.number()}"
        plan = self.row(
            "council", "ssd_cin_plans", ref, child, at(start, "15:00"), cinp_cin_plan_id=ref,
            cinp_referral_id=child.rows["referral"].ref, cinp_person_id=child.council_id,
            cinp_cin_plan_start_date=start)
        if end:
            plan.set(at(end, "17:00"), cinp_cin_plan_end_date=end)
        if visits:
            self.visits(child, "cin", start + days(self.rng.randint(3, 9)),
                        min(end or self.last_day, self.last_day), (15, 24))
        return child

    def enquiry(self, child: Child, day: date, end: date | None = None, outcome: str = "NFA",
                *, seen: bool = True) -> Row:
        """A section 47 enquiry, the child seen on its first day."""
        ref = f"S{self.number()}"
        row = self.row(
            "council", "ssd_s47_enquiry", ref, child, at(day, "10:00"), s47e_s47_enquiry_id=ref,
            s47e_referral_id=child.rows["referral"].ref, s47e_person_id=child.council_id,
            s47e_s47_start_date=day)
        if seen:
            self.visit(child, "cin", day, moment=at(day, "18:00"))
        if end:
            row.set(at(end, "16:00"), s47e_s47_end_date=end,
                    s47e_s47_nfa="Y" if outcome == "NFA" else "N",
                    s47e_s47_outcome_json={f"OUTCOME_{outcome}_FLAG": "Y"})
        return row

    def conference(self, child: Child, enquiry: Row, day: date | None, *, plan: str = "",
                   transfer: str = "N", written: date | None = None, to_plan: str = "",
                   outcome: str = "", target: date | None = None) -> str:
        """An initial conference (or one that is only planned); its reference."""
        ref = f"I{self.number()}"
        self.row(
            "council", "ssd_initial_cp_conference", ref, child,
            at(written or day or self.first_day, "16:00"), icpc_icpc_id=ref,
            icpc_s47_enquiry_id=enquiry.ref, icpc_person_id=child.council_id,
            icpc_cp_plan_id=plan, icpc_referral_id=child.rows["referral"].ref,
            icpc_icpc_transfer_in=transfer, icpc_icpc_target_date=target, icpc_icpc_date=day,
            icpc_icpc_outcome_cp_flag=to_plan,
            icpc_icpc_outcome_json={f"OUTCOME_{outcome}_FLAG": "Y"} if outcome else "")
        return ref

    def protection_plan(self, child: Child, ref: str, conference: str, start: date,
                        category: str) -> Row:
        """A child protection plan from a conference on."""
        row = child.rows["plan"] = self.row(
            "council", "ssd_cp_plans", ref, child, at(start, "16:00"), cppl_cp_plan_id=ref,
            cppl_referral_id=child.rows["referral"].ref, cppl_icpc_id=conference,
            cppl_person_id=child.council_id, cppl_cp_plan_start_date=start,
            cppl_cp_plan_initial_category=category, cppl_cp_plan_latest_category=category)
        return row

    def protection(self, child: Child, start: date, *, end: date | None = None,
                   visits: bool = True, reviews: bool = True, marker: bool = True) -> Child:
        """A child on a plan: referral, assessment, enquiry, conference, visits, reviews."""
        self.referral(child, working_days_on(start, -20), source="3B",
                      outcome="STRATEGY_DISCUSSION")
        self.assessment(child, working_days_on(start, -19), working_days_on(start, -3))
        self._planned(child, start)
        if end:
            child.rows["plan"].set(at(end, "17:00"), cppl_cp_plan_end_date=end)
        last = min(end or self.last_day, self.last_day)
        if visits:
            self.visits(child, "cp", start + days(self.rng.randint(4, 8)), last, (7, 11))
        if reviews:
            day = start + days(self.rng.randint(70, 85))
            while day < last:
                self.plan_review(child, day)
                day += days(self.rng.randint(140, 170))
        if marker:
            row = self.marker(child, "child_protection_plan", start + days(1))
            if end:
                row.set(at(end + days(1), "12:00"), cleared_at=end + days(1))
        return child

    def _planned(self, child: Child, start: date) -> None:
        begun, ended = working_days_on(start, -12), working_days_on(start, -5)
        ref = f"S{self.number()}"
        enquiry = self.row(
            "council", "ssd_s47_enquiry", ref, child, at(begun, "16:00"), s47e_s47_enquiry_id=ref,
            s47e_referral_id=child.rows["referral"].ref, s47e_person_id=child.council_id,
            s47e_s47_start_date=begun, s47e_s47_nfa="N")
        enquiry.set(at(ended, "16:00"), s47e_s47_end_date=ended,
                    s47e_s47_outcome_json={"OUTCOME_CP_CONFERENCE_FLAG": "Y"})
        self.visit(child, "cin", begun)
        self.visit(child, "cin", ended)
        plan = f"P{self.number()}"
        conference = self.conference(child, enquiry, start, plan=plan, to_plan="Y", outcome="CP",
                                     target=working_days_on(begun, 15))
        self.protection_plan(child, plan, conference, start, "NEG")

    def plan_review(self, child: Child, day: date) -> None:
        """A review of the plan in which the child took part."""
        ref = f"PR{self.number()}"
        self.row("council", "ssd_cp_reviews", ref, child, at(day, "16:00"), cppr_cp_review_id=ref,
                 cppr_person_id=child.council_id, cppr_cp_plan_id=child.rows["plan"].ref,
                 cppr_cp_review_due=day + days(3), cppr_cp_review_date=day,
                 cppr_cp_review_participation="PN1")

    def care(self, child: Child, start: date, *, status: str = "C2", home: int | None = None,
             place: str = "", end: date | None = None, visits: bool = True, reviews: bool = True,
             marker: bool = True, gap: tuple[int, int] = (16, 25), referral: bool = True,
             postcode: str = "") -> Child:
        """A looked-after child, in a home (by its number) or with a foster family."""
        if referral:
            begun = start - days(60)
            self.referral(child, begun, source="2A")
            self.assessment(child, working_days_on(begun, 1), start - days(25))
            self.visit(child, "cin", working_days_on(start, -8))
        else:
            self.to_council(child, min(at(start), at(self.first_day - days(30))))
        child.care_id, child.care_start = f"K{self.number()}", start
        child.rows["address"].set(at(start, "18:00"), addr_address_end_date=start)
        self._episode(child, start, referral=referral)
        self.order(child, status, start)
        placement = self.placement(child, start, home=home, place=place, postcode=postcode)
        child.rows["episode"].set_all(clae_cla_placement_id=placement.ref)
        last = min(end or self.last_day, self.last_day)
        if visits:
            self.visits(child, "cla", start + days(self.rng.randint(2, 6)), last, gap)
        if reviews:
            self._care_reviews(child, start, last)
        if home is not None:
            self.to_home(child, home, start, status=status)
        if marker:
            self.marker(child, "looked_after", start + days(2))
        return child

    def _episode(self, child: Child, start: date, *, referral: bool) -> None:
        ref = f"EP{self.number()}"
        child.rows["episode"] = self.row(
            "council", "ssd_cla_episodes", ref, child, at(start, "17:00"),
            clae_cla_episode_id=ref, clae_person_id=child.council_id,
            clae_cla_episode_start_date=start, clae_cla_episode_start_reason="S",
            clae_cla_primary_need_code="N1", clae_cla_id=child.care_id,
            clae_referral_id=child.rows["referral"].ref if referral else "",
            clae_entered_care_date=start)

    def _care_reviews(self, child: Child, start: date, last: date) -> None:
        day = working_days_on(start, self.rng.randint(12, 18))
        for gap in EARLIER_REVIEWS:
            if day > last:
                return
            self.care_review(child, day)
            day += days(self.rng.randint(*gap))

    def order(self, child: Child, status: str, start: date) -> Row:
        """A legal status from a day on."""
        ref = f"LS{self.number()}"
        row = child.rows["legal"] = self.row(
            "council", "ssd_legal_status", ref, child, at(start, "17:00"),
            lega_legal_status_id=ref, lega_person_id=child.council_id, lega_legal_status=status,
            lega_legal_status_start_date=start)
        return row

    def change_order(self, child: Child, status: str, day: date) -> None:
        """One legal status ends on a day and another begins."""
        child.rows["legal"].set(at(day, "17:00"), lega_legal_status_end_date=day)
        self.order(child, status, day)

    def placement(self, child: Child, start: date, *, home: int | None = None, place: str = "",
                  postcode: str = "") -> Row:
        """A placement in a home or with a foster family."""
        ref = f"PL{self.number()}"
        if home is None:
            urn, place = "", place or "U6"
            postcode = postcode or foster_postcode(self.rng)
        else:
            urn, postcode, place = HOMES[home].urn, HOMES[home].postcode, place or "K2"
        child.placed_at = postcode
        row = self.row(
            "council", "ssd_cla_placement", ref, child, at(start, "17:00"),
            clap_cla_placement_id=ref, clap_cla_placement_start_date=start,
            clap_cla_placement_type=place, clap_cla_placement_urn=urn, clap_cla_id=child.care_id,
            clap_cla_placement_provider="PR1" if home is None else "PR4",
            clap_cla_placement_postcode=postcode, clap_person_id=child.council_id)
        child.rows.setdefault("placement", row)
        return row

    def end_placement(self, child: Child, day: date) -> None:
        """The placement the child came to ends."""
        child.rows["placement"].set(at(day, "17:00"), clap_cla_placement_end_date=day)

    def end_care(self, child: Child, day: date) -> None:
        """Order, episode and placement end on one day."""
        child.rows["legal"].set(at(day, "17:00"), lega_legal_status_end_date=day)
        child.rows["episode"].set(at(day, "17:00"), clae_cla_episode_ceased_date=day,
                                  clae_cla_episode_ceased_reason="E4A")
        self.end_placement(child, day)

    def care_review(self, child: Child, day: date) -> None:
        """A review of the care in which the child took part."""
        ref = f"CR{self.number()}"
        self.row("council", "ssd_cla_reviews", ref, child, at(day, "16:00"),
                 clar_cla_review_id=ref, clar_cla_id=child.care_id,
                 clar_cla_review_due_date=day + days(2), clar_cla_review_date=day,
                 clar_cla_review_cancelled="N",
                 clar_cla_review_participation="PN1")

    def moves(self, child: Child, day: date, *, home: int | None = None, leaves: bool = True,
              place: str = "") -> None:
        """The child changes placement and is visited in its first week; the home it leaves
        writes that down or does not."""
        self.end_placement(child, day)
        if leaves:
            child.rows["resident"].set(at(day, "18:00"), left_on=day)
        self.placement(child, day, home=home, place=place)
        self.visit(child, "cla", day + days(3))
        self.visit(child, "cla", day + days(6))
        if home is not None:
            self.to_home(child, home, day)
