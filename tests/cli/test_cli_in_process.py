"""A command run within somebody else's process leaves that process as it was."""
import gc

from tests.cli.conftest import Cli


def test_garbage_is_looked_for_as_before(cli: Cli) -> None:
    """How seldom it is looked for is a matter of the process, which `concord` alone decides."""
    before, mine = gc.get_threshold(), [cli]
    assert 0 == cli("check").code

    assert before == gc.get_threshold()
    assert any(each is mine for each in gc.get_objects()), "it is never looked at again"


def test_what_a_command_opened_is_closed_when_it_ends(cli: Cli) -> None:
    """Also when it ends in a mistake: the last to close the store folds its log into it."""
    for words, code in ((("check",), 0), (("publish", "police", "nowhere"), 2)):
        assert code == cli(*words).code
        assert ["concord.db", "concord.toml"] == sorted(
            each.name for each in cli.home.iterdir())
