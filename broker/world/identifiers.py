"""Numbers for made-up people: valid in form, and never issued to anyone."""

_UPN_LETTERS = "ABCDEFGHJKLMNPQRTUVWXYZ"
_INWARD_LETTERS = "ABDEFGHJLNPQRSTUWXYZ"
_STREETS_PER_DISTRICT = 10 * len(_INWARD_LETTERS) ** 2


def scrambled(serial: int, modulus: int, step: int) -> int:
    """A permutation of range(modulus) for prime moduli: ids that do not tell who is who."""
    assert 0 <= serial < modulus, "more serials than the modulus can tell apart"
    return (serial * step + step // 3) % modulus


def nhs_number(serial: int) -> str:
    """The serial-th NHS number of the range kept for tests: ten digits that start with 9."""
    body = 900_000_000 + scrambled(serial, 19_999_999, 7_368_787)
    while True:
        digits = str(body)
        check = 11 - sum(int(d) * w for d, w in zip(digits, range(10, 1, -1), strict=True)) % 11
        if check != 10 and len(set(digits)) > 1:
            return digits + str(check % 11)
        body += 20_000_000


def upn(serial: int) -> str:
    """A unique pupil number of authority 815 with the right check letter."""
    digits = f"815{scrambled(serial, 999_999_937, 387_654_361):09d}"
    total = sum(int(d) * place for place, d in enumerate(digits, start=2))
    return _UPN_LETTERS[total % 23] + digits


def postcode(serial: int) -> str:
    """A postcode of the invented area NV, districts 1 to 29 (the homes have 30 to 33)."""
    place = scrambled(serial % 115_981, 115_981, 48_271)
    district, rest = divmod(place, _STREETS_PER_DISTRICT)
    sector, pair = divmod(rest, len(_INWARD_LETTERS) ** 2)
    first, second = divmod(pair, len(_INWARD_LETTERS))
    return f"NV{district + 1} {sector}{_INWARD_LETTERS[first]}{_INWARD_LETTERS[second]}"


def log_serial(serial: int) -> str:
    """Six or more digits, the last two a check: no two differ in only one digit."""
    return f"{serial:05d}{serial % 97:02d}"
