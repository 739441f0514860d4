"""A command loads the module that has its verb, and what that needs: nobody waits for the rest."""
import subprocess
import sys

import pytest

from broker.cli.main import VERBS, commands
from tests.cli.conftest import COMMAND, ROOT, Cli

# Each is of no use to a command that lists what was found, and takes long to load.
HEAVY = ("numpy", "jinja2", "structlog", "holidays", "prometheus_client", "psycopg", "kafka")


@pytest.mark.parametrize("module", VERBS)
def test_a_module_has_the_verbs_that_are_said_of_it(module: str) -> None:
    """A verb that is not said of its module could not be run."""
    said = VERBS[module]

    assert {said} == {tuple(each for each in commands(verb).commands if each in said)
                      for verb in said}
    assert set(said) == set(commands(said[0]).commands)


def test_every_verb_is_shown_to_whoever_asks_for_help(cli: Cli) -> None:
    """And to whoever mistypes one, who is told what it may have been."""
    everything = {verb for verbs in VERBS.values() for verb in verbs}

    assert everything == set(commands().commands)
    assert "Did you mean 'findings'?" in cli("finding").err


@pytest.mark.slow
def test_a_package_that_cannot_be_loaded_is_named(cli: Cli) -> None:
    """It is met only when a verb that needs it is asked for; where that was helps nobody."""
    program = f"import sys; sys.modules['numpy'] = None; {COMMAND[-1]}"
    done = subprocess.run([sys.executable, "-c", program, *cli.arguments("identity", "--help")],
                          cwd=ROOT, capture_output=True, text=True)

    assert (70, "numpy cannot be loaded: install Concord again. Nothing of the store was "
                "damaged.\n") == (done.returncode, done.stderr)


@pytest.mark.slow
def test_a_command_waits_for_nothing_it_has_no_use_for(cli: Cli) -> None:
    """It was half the time of a short command."""
    program = (f"{COMMAND[-1].removesuffix('main()')}import atexit, sys; "
               f"atexit.register(lambda: print(sorted({{*{HEAVY}}} & {{*sys.modules}}))); main()")
    done = subprocess.run([sys.executable, "-c", program, *cli.arguments("findings")], cwd=ROOT,
                          capture_output=True, text=True, check=True)

    assert "[]" == done.stdout.splitlines()[-1]
