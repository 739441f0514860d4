"""How blocking keys read that somebody writes into a model's file as useless.

Apart from `blocking`, for whose text the version of the model stands: nothing here says who is
compared.
"""
import re

_S = r"[^\s+]*"  # a sound
# How the keys of each kind read, and one for whoever writes one by hand.
_FORMS = {
    **{kind: (r"\S.*", f"{kind} NUMBER")
       for kind in ("nhs", "upn", "la", "pnc", "phone", "own")},
    **{kind: (rf"\d+-\d+-\d+\+\S \d+ {_S}", f"{kind} 2011-5-14+K 14 KL")
       for kind in ("born", "middle")},
    "family": (rf"\d+-\d+-\d+\+{_S} {_S}", "family 2011-5-14+DRNDN K"),
    "birthday": (rf"{_S}\+{_S} \d+-\d+", "birthday DRNDN+KL 5-14"),
    "day": (rf"{_S}\+{_S} \d+-\d+", "day DRNDN+KL 2011-14"),
    "month": (rf"{_S}\+{_S} \d+", "month DRNDN+KL 24136"),
    "year": (rf"{_S}\+{_S}\+{_S} \d+", "year KL+RS+DRNDN 2011"),
    **{kind: (rf"{_S}\+{_S} {_S}", f"{kind} DRNDN+KL KL")
       for kind in ("called", "bare", "undated", "homeless")},
    "home": (rf"\S+ (\d+-\d+|{_S}|\d+ {_S})", "home YO17HH 2011-5"),
    **{kind: (r"\S+ \S", f"{kind} YO17HH K") for kind in ("at", "unclear")},
}


def form_wanted(key: str) -> str | None:
    """How a key of this one's kind reads, where no record can be filed under this one: it was
    written for another version, or mistyped; None where one can."""
    kind, _, rest = key.partition(" ")
    if kind not in _FORMS:
        return f"it begins with {', '.join(sorted(_FORMS))}"
    form, example = _FORMS[kind]
    return None if re.fullmatch(form, rest) else f"one of its kind reads as in {example!r}"
