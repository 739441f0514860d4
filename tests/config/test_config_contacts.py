"""The contacts of an agency: offices in order, with hours and dates."""
import tomllib
from datetime import date

import pytest

from broker.cli.example import CONFIGURATION
from broker.config import Settings, parse
from broker.errors import ConfigError
from broker.pipeline.contacts import Contact

FRONT_DOOR = """
[[agencies.council.contacts]]
name = "Front door"
"""


def settings_with(section: str) -> Settings:
    """The example with these sections more."""
    return parse(tomllib.loads(CONFIGURATION + section))


def test_without_sections_nobody_is_named() -> None:
    """As before there were any."""
    assert {"police": (), "council": (), "riverside": ()} == settings_with("").contacts


def test_contacts_stand_in_their_order() -> None:
    """Hours are always and dates open where they are not said."""
    settings = settings_with(FRONT_DOOR + """hours = "working_days"
[[agencies.council.contacts]]
name = "Emergency duty team"
starts = 2026-04-01
ends = 2027-03-31
""")

    assert (Contact("Front door", "working_days"),
            Contact("Emergency duty team", "always", date(2026, 4, 1), date(2027, 3, 31))) == (
        settings.contacts["council"])


def test_the_example_of_the_configuration_can_be_used() -> None:
    """What `concord init` writes as a comment is right when the marks are taken away."""
    begin = CONFIGURATION.index("# [[agencies.council.contacts]]")
    written = CONFIGURATION[begin:CONFIGURATION.index("[agencies.riverside]")]
    section = "\n".join(line.removeprefix("# ") for line in written.splitlines())

    assert (Contact("Front door", "working_days"),
            Contact("Emergency duty team", "always", date(2026, 4, 1), date(2027, 3, 31))) == (
        settings_with("\n" + section).contacts["council"])


@pytest.mark.parametrize(("section", "sentence"), [
    ("[agencies.council.contacts]\nname = \"Front door\"",
     "[agencies.council] contacts must be sections: write [[agencies.council.contacts]], each "
     "with a name."),
    (f"{FRONT_DOOR}{FRONT_DOOR}",
     "[[agencies.council.contacts]] names 'Front door' twice: give each contact a name of its "
     "own."),
    (f"{FRONT_DOOR}phone = \"1\"",
     "[[agencies.council.contacts]] number 1 has an unknown key 'phone': the known ones are "
     "ends, hours, name, starts."),
    ("[[agencies.council.contacts]]\nhours = \"always\"",
     "[[agencies.council.contacts]] number 1 name must say which office it is, in at most 100 "
     "characters."),
    (f"[[agencies.council.contacts]]\nname = \"{'a' * 101}\"",
     "[[agencies.council.contacts]] number 1 name must say which office it is, in at most 100 "
     "characters."),
    (f"{FRONT_DOOR}hours = \"nights\"",
     '[[agencies.council.contacts]] number 1 hours must be "always", or "working_days" for '
     "09:00 to 17:00."),
    (f"{FRONT_DOOR}starts = \"2026-01-01\"",
     "[[agencies.council.contacts]] number 1 starts must be a day, as in 2026-01-31, without "
     "quotes."),
    (f"{FRONT_DOOR}ends = 2026-01-01T10:00:00",
     "[[agencies.council.contacts]] number 1 ends must be a day, as in 2026-01-31, without "
     "quotes."),
    (f"{FRONT_DOOR}starts = 2026-02-01\nends = 2026-01-31",
     "[[agencies.council.contacts]] number 1 ends before it starts."),
])
def test_what_cannot_be_used_is_refused_with_a_way_out(section: str, sentence: str) -> None:
    """One sentence with its place."""
    with pytest.raises(ConfigError) as refused:
        settings_with("\n" + section)

    assert sentence == str(refused.value)
