"""SSD tables of people: who a child is, where they live, which numbers they have."""
from adapters.social_care.entry import Entry
from adapters.social_care.objects import address_line
from adapters.social_care.people import birth_date_of
from adapters.social_care.ssd_tables.table import SsdTable
from adapters.social_care.words import (
    ADDRESS,
    ADDRESS_PROTECTED,
    NUMBER,
    SEX_UNKNOWN,
    SSD_SEX,
    NumberKind,
)
from broker.event.envelope import Reference
from broker.event.person import Address, Identifier, Name, PersonRecorded
from broker.vocabulary import identifiers
from broker.vocabulary.references import POLICE_LOG
from broker.vocabulary.words import AddressKind

INVALID_NUMBER = "(number fails its check)"


def _person(entry: Entry, record: str) -> PersonRecorded:
    given, family = entry.text("pers_forename"), entry.text("pers_surname")
    sex, sex_word = None, entry.text("pers_sex")
    if sex_word is not None and sex_word.upper() not in SEX_UNKNOWN:
        sex, sex_word = entry.fields.word("pers_sex", SSD_SEX)
    born, precision = birth_date_of(entry, "pers_dob", "pers_expected_dob")
    return entry.says(
        PersonRecorded, record,
        nhs_number=entry.nhs_number("pers_common_child_id"),
        identifiers=entry.own_number(),
        names=(Name(given=given, family=family),) if given or family else None,
        birth_date=born, birth_date_precision=precision, sex=sex, sex_word=sex_word,
        ethnicity=entry.text("pers_ethnicity"),
        death_date=entry.past_day("pers_death_date"))


def _address(entry: Entry, record: str) -> PersonRecorded:
    kind, word = entry.fields.word("addr_address_type", ADDRESS)
    line, postcode_inside = address_line(entry, "addr_address_json")
    address = Address(
        postcode=entry.postcode("addr_address_postcode") or postcode_inside,
        line=line,
        kind=AddressKind.UNMAPPED if kind is None else kind,
        valid_from=entry.fields.day("addr_address_start_date"),
        valid_to=entry.fields.day("addr_address_end_date"),
        protected=word is not None and word.casefold() in ADDRESS_PROTECTED)
    said = address.postcode or address.line
    return entry.says(PersonRecorded, record, addresses=(address,) if said else None)


def _number(entry: Entry, record: str) -> PersonRecorded:
    """One number of a child. A police log number is no number of a person: it is a reference.

    A number travels with the time it was valid, so that a superseded one is not a second one;
    the plain fields are left to tables that say what holds now.
    """
    kind, word = entry.fields.word("link_identifier_type", NUMBER)
    value = entry.key("link_identifier_value")
    if kind is NumberKind.POLICE_LOG:
        return entry.says(PersonRecorded, record,
                          references=(Reference(scheme=POLICE_LOG, value=value),))
    check = {NumberKind.UPN: identifiers.upn, NumberKind.NHS_NUMBER: identifiers.nhs_number}
    if kind in check and check[kind](value) is None:
        entry.fields.count("link_identifier_value", INVALID_NUMBER)
    scheme = word if kind is None or kind is NumberKind.UNMAPPED else kind.value
    return entry.says(PersonRecorded, record, identifiers=(Identifier(
        scheme=scheme or NumberKind.UNMAPPED.value, value=value,
        valid_from=entry.fields.day("link_valid_from_date"),
        valid_to=entry.fields.day("link_valid_to_date")),))


TABLES = (
    SsdTable("ssd_person", "pers_person_id", _person, person="pers_person_id"),
    SsdTable("ssd_address", "addr_table_id", _address, person="addr_person_id"),
    SsdTable("ssd_linked_identifiers", "link_table_id", _number, person="link_person_id"),
)
