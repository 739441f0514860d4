"""Concord's linkage of a file of rows, by the way that `concord identity link` goes."""
from collections.abc import Mapping, Sequence

from bench.linkage.measures import Found, Labels
from broker.identity.table.link import link_columns

FEBRL = ({"given": "given_name", "family": "surname", "birth_date": "date_of_birth",
          "postcode": "postcode"},
         ("soc_sec_id", "street_number", "address_1", "address_2", "suburb", "state"))
"""What `--map` and `--compare` are given for FEBRL."""
HISTORICAL = ({"name": "full_name", "given": "first_name", "family": "surname",
               "birth_date": "dob", "postcode": "postcode_fake", "sex": "gender"},
              ("birth_place", "occupation"))
"""What `--map` and `--compare` are given for the historical people."""

CHILDREN = ({"given": "given_name", "family": "family_name", "birth_date": "birth_date",
             "postcode": "postcode", "sex": "sex", "phone": "phone"}, ("nhs_number", "upn"))
"""What `--map` and `--compare` are given for the children."""


def linked(
    rows: Sequence[dict[str, str]], row_id: str,
    told: tuple[Mapping[str, str], Sequence[str]], threshold: float = 0.95,
) -> Found:
    """Link rows by their columns: `told` says which column means what, and which are compared."""
    means, compared = told

    def run() -> Labels:
        found = link_columns(
            {meaning: [row[column] for row in rows] for meaning, column in means.items()},
            {column: [row[column] for row in rows] for column in compared},
            [row[row_id] for row in rows], threshold).people.tolist()
        return {row[row_id]: label for row, label in zip(rows, found, strict=True)}

    return Found.timed(run)
