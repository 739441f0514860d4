"""The children of the second world, and how each agency first writes them down."""
from datetime import date, datetime

from bench.detection.second.book import Book, Child, Row
from bench.detection.second.calendar import Cell, at, day_of, days
from bench.detection.second.names import (
    address,
    full_name,
    local_surname,
    misspelt,
    nhs_number,
    pupil_number,
)
from broker.world import Agency, AgencyKind

OWN_AUTHORITY = "815"
OTHER_AUTHORITY = "816"


def _home(code: str, name: str, urn: str, postcode: str) -> Agency:
    return Agency(code, AgencyKind.HOME, name, f"homes/{code}", urn, code[:2].upper(),
                  postcode=postcode)


HOMES = (
    _home("riverside", "Riverside House", "SC012345", "YO61 3QQ"),
    _home("oakdene", "Oakdene", "SC023456", "HG4 2LB"),
    _home("millfield", "Millfield", "SC034567", "YO17 6TT"),
    _home("larkrise", "Larkrise", "SC045678", "DL7 8NP"),
    _home("beckside", "Beckside", "SC056789", "YO12 4RD"),
    _home("hilltop", "Hilltop", "SC067890", "BD23 1XY"),
    _home("fellside", "Fellside", "SC078901", "LA6 2QP"),
)


class People(Book):
    """Children, and their first rows at the council, the police and the homes."""

    def child(self, ages: tuple[int, int] = (3, 16), born: date | None = None) -> Child:
        """A child no other is named like; a birth date chosen here is no likely estimate."""
        sex = self.rng.choice("MF")
        name = full_name(self.rng, sex)
        while name in self.names:
            name = full_name(self.rng, sex)
        self.names.add(name)
        birth = born or self._birth_date(ages)
        key = f"C{len(self.children) + 1:04d}"
        numbers = nhs_number(self.rng), pupil_number(self.rng)
        home = address(self.rng)
        child = Child(
            key, *name, sex, birth, *numbers, *home,
            council_id=str(20000 + len(self.children) * 7 + self.rng.randrange(6)),
            police_id=f"N{30000 + len(self.children) * 5 + self.rng.randrange(4)}")
        self.children.append(child)
        self.owners["council", child.council_id] = child.key
        return child

    def _birth_date(self, ages: tuple[int, int]) -> date:
        youngest, oldest = ages
        while True:
            birth = self.first_day - days(
                self.rng.randrange(youngest * 365 + 100, oldest * 365 + 260))
            if birth.day != 15 and (birth.month, birth.day) != (1, 1):
                return birth

    def to_council(self, child: Child, moment: datetime | None = None, *, nhs: bool = True,
                   **cells: Cell) -> None:
        """The council's person, most pupils' number and the address, unless they are there."""
        if child.at_council:
            return
        child.at_council = True
        moment = moment or at(self.first_day - days(400))
        own: dict[str, Cell] = {
            "pers_person_id": child.council_id, "pers_forename": child.given,
            "pers_surname": child.surname, "pers_sex": child.sex, "pers_gender": "",
            "pers_ethnicity": "WBRI", "pers_dob": child.born,
            "pers_common_child_id": child.nhs_number if nhs else ""}
        child.rows["person"] = self.row("council", "ssd_person", child.council_id, child, moment,
                                        **{**own, **cells})
        if (self.first_day - child.born).days > 5 * 365 and self.rng.random() < 0.8:
            child.rows["upn"] = self.identifier(child, "Unique Pupil Number", child.upn, moment)
        child.rows["address"] = self.address(child, child.line, child.postcode,
                                             day_of(moment) - days(500), moment)

    def identifier(self, child: Child, kind: str, value: str, moment: datetime,
                   start: date | None = None, end: date | None = None) -> Row:
        """A number the council has linked to the child."""
        ref = f"L{self.number()}"
        return self.row(
            "council", "ssd_linked_identifiers", ref, child, moment, link_table_id=ref,
            link_person_id=child.council_id, link_identifier_type=kind,
            link_identifier_value=value, link_valid_from_date=start or day_of(moment),
            link_valid_to_date=end)

    def address(self, child: Child, line: str, postcode: str, start: date,
                moment: datetime | None = None) -> Row:
        """An address of the child's at the council, current until its end is written."""
        ref = f"AD{self.number()}"
        house, street = line.split(" ", 1)
        return self.row(
            "council", "ssd_address", ref, child, moment or at(start), addr_table_id=ref,
            addr_address_json={"HOUSE": house, "STREET": street, "TOWN": "Eskbeck"},
            addr_person_id=child.council_id, addr_address_type="Home",
            addr_address_start_date=start, addr_address_postcode=postcode)

    def moves_house(self, child: Child, line: str, postcode: str, day: date) -> None:
        """The council's address of the child ends and another begins."""
        child.rows["address"].set(at(day), addr_address_end_date=day)
        self.address(child, line, postcode, day)

    def to_police(self, child: Child, moment: datetime | None = None, *,
                  address: bool | None = None, **cells: Cell) -> None:
        """The police's nominal, unless it is there: some misspelt, some without an address."""
        if child.at_police:
            return
        child.at_police = True
        moment = moment or at(self.first_day - days(self.rng.randrange(30, 300)))
        given, surname, former = self._name_heard_by_police(child)
        address = self.rng.random() < 0.6 if address is None else address
        gender = {"M": "Male", "F": "Female"}[child.sex]
        own: dict[str, Cell] = {
            "nominal_id": child.police_id, "given_name": given, "surname": surname,
            "former_surname": former, "date_of_birth": child.born,
            "gender": gender if self.rng.random() < 0.95 else "Not Known",
            "ethnicity": self.rng.choice(["W1", "W1", "W9", "A2", "NS"]),
            "home_address": child.line if address else "",
            "home_postcode": child.postcode if address else "", "address_protected": "N"}
        child.rows["nominal"] = self.row("police", "nominals", child.police_id, child, moment,
                                         **{**own, **cells})

    def _name_heard_by_police(self, child: Child) -> tuple[str, str, str]:
        chance = self.rng.random()
        if chance < 0.08:
            return child.given, misspelt(self.rng, child.surname), ""
        if chance < 0.13:
            return misspelt(self.rng, child.given), child.surname, ""
        if chance < 0.17:
            return child.given, local_surname(self.rng), child.surname
        return child.given, child.surname, ""

    def known_to_police(self, child: Child, moment: datetime) -> None:
        """The nominal is there by then, and before the world begins."""
        self.to_police(child, min(moment, at(self.first_day - days(20))))

    def to_home(self, child: Child, home: int, admitted: date, *, status: str = "C2",
                authority: str = OWN_AUTHORITY) -> None:
        """A home's resident, from the day of admission."""
        house, rng = HOMES[home], self.rng
        ref = f"{house.prefix}-R{self.number()}"
        child.home, child.home_urn = house.code, house.urn
        child.home_ids[house.code] = ref
        child.rows["resident"] = self.row(
            house.code, "residents", ref, child, at(admitted, "18:00"), resident_ref=ref,
            given_name=child.given,
            surname=child.surname if rng.random() > 0.05 else misspelt(rng, child.surname),
            preferred_name=child.given[:4] if rng.random() < 0.15 else "",
            date_of_birth=child.born, sex=child.sex,
            nhs_number=child.nhs_number if rng.random() < 0.6 else "",
            placing_authority=authority,
            la_child_id=child.council_id
            if authority == OWN_AUTHORITY and rng.random() < 0.75 else "",
            home_urn=house.urn, home_postcode=house.postcode, admitted_on=admitted,
            legal_status=status)

    def marker(self, child: Child, marker: str, set_at: date, **cells: Cell) -> Row:
        """A marker of the police's on the child."""
        self.known_to_police(child, at(set_at))
        ref = f"MK{self.number()}"
        return self.row("police", "markers", ref, child, at(set_at, "16:00"), marker_ref=ref,
                        nominal_id=child.police_id, marker=marker, set_at=set_at,
                        handling_code="P", **cells)
