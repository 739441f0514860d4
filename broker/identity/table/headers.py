"""What the columns of a file of people mean, where their names leave no doubt."""
import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

_MEANINGS = {
    "given": ("given", "given_name", "given_names", "first_name", "first_names", "firstname",
              "forename", "forenames", "fore_name", "fore_names"),
    "family": ("family", "family_name", "surname", "sur_name", "last_name", "lastname"),
    "name": ("name", "full_name", "fullname"),
    "birth_date": ("birth_date", "birthdate", "date_of_birth", "dob"),
    "sex": ("sex", "gender"),
    "postcode": ("postcode", "post_code", "postal_code", "postcode_fake"),
    "phone": ("phone", "phone_number", "telephone", "mobile"),
}
_COMPARED = (
    "birth_place", "birthplace", "place_of_birth", "occupation", "email", "e_mail", "address",
    "address_1", "address_2", "street", "street_number", "town", "city", "suburb", "county",
    "state", "nhs_number", "upn", "ni_number", "national_insurance_number", "soc_sec_id")
_LESS_PLAIN = {"birth_date": ("birthday", "born")}
"""Taken where no plainer name is there: a file with `dob` may say in `born` where that was."""
_IDS = ("unique_id", "record_id", "rec_id", "row_id", "id", "id_number")
_ID_LIKE = re.compile(
    r"(.+_)?(id|ids|identifier|key|ref|reference|uid|uuid|guid|urn)"
    r"|((id|ref|reference|record|row|case|person|pupil|client|patient|child|serial)_)?(no|number)")
_HUMP = re.compile("(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


class Meant(NamedTuple):
    """The column of each meaning (`people.NAMED`), the columns that are compared for equality,
    those that name a row, of which there should be one, those that may (or name a household, or
    hold the answer), and the meanings that several columns may have, which are left out."""

    means: dict[str, str]
    compared: tuple[str, ...]
    ids: tuple[str, ...]
    id_like: tuple[str, ...]
    doubtful: dict[str, tuple[str, ...]]


def meant_by(header: Sequence[str]) -> Meant:
    """What these columns mean by their names; one that is not known is not used, as it may hold
    the answer (`cluster`) or say the same again (`first_and_surname`)."""
    plain = {name: _plain(name) for name in header}
    found = {meaning: _named(plain, names) or _named(plain, _LESS_PLAIN.get(meaning, ()))
             for meaning, names in _MEANINGS.items()}
    compared, ids = _named(plain, _COMPARED), _named(plain, _IDS)
    return Meant(
        {meaning: names[0] for meaning, names in found.items() if len(names) == 1}, compared, ids,
        tuple(name for name in header
              if name not in compared and _ID_LIKE.fullmatch(plain[name])),
        {meaning: names for meaning, names in found.items() if len(names) > 1})


def _plain(name: str) -> str:
    """One name however it is written: `date_of_birth` for `Date of Birth` and `DateOfBirth`."""
    return "_".join(re.split(r"[\s_-]+", _HUMP.sub("_", name).lower().strip(" _-.")))


def _named(plain: Mapping[str, str], names: Sequence[str]) -> tuple[str, ...]:
    """The columns, in the order of the header, that have one of these plain names."""
    return tuple(column for column, name in plain.items() if name in names)
