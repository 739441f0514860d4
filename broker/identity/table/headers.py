"""What the columns of a file of people mean, where their names leave no doubt."""
from collections.abc import Sequence
from typing import NamedTuple

_MEANINGS = {
    "given": ("given", "given_name", "given_names", "first_name", "first_names", "firstname",
              "forename", "forenames"),
    "family": ("family", "family_name", "surname", "last_name", "lastname"),
    "name": ("name", "full_name", "fullname"),
    "birth_date": ("birth_date", "birthdate", "date_of_birth", "dob"),
    "sex": ("sex", "gender"),
    "postcode": ("postcode", "post_code", "postal_code", "postcode_fake"),
    "phone": ("phone", "phone_number", "telephone", "mobile"),
}
_COMPARED = (
    "birth_place", "birthplace", "place_of_birth", "occupation", "email", "address", "address_1",
    "address_2", "street", "street_number", "town", "city", "suburb", "county", "state",
    "nhs_number", "upn", "ni_number", "national_insurance_number", "soc_sec_id")
_IDS = ("unique_id", "record_id", "rec_id", "row_id", "id")


class Meant(NamedTuple):
    """The column of each meaning (`people.NAMED`), the columns that are compared for equality,
    those that name a row, of which there should be one, and the meanings that several columns
    may have, which are left out."""

    means: dict[str, str]
    compared: tuple[str, ...]
    ids: tuple[str, ...]
    doubtful: dict[str, tuple[str, ...]]


def meant_by(header: Sequence[str]) -> Meant:
    """What these columns mean by their names; one that is not known is not used, as it may hold
    the answer (`cluster`) or say the same again (`first_and_surname`)."""
    plain = {name: "_".join(name.replace("-", " ").replace("_", " ").lower().split())
             for name in header}
    found = {meaning: tuple(name for name in header if plain[name] in names)
             for meaning, names in _MEANINGS.items()}
    return Meant(
        {meaning: names[0] for meaning, names in found.items() if len(names) == 1},
        tuple(name for name in header if plain[name] in _COMPARED),
        tuple(name for name in header if plain[name] in _IDS),
        {meaning: names for meaning, names in found.items() if len(names) > 1})
