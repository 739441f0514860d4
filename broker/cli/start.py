"""What the `concord` command starts: loads the rest, so that Ctrl-C is answered from the first."""
import gc
import sys


def main() -> None:
    """Load the commands and run one; interrupted while loading, nothing has begun."""
    gc.disable()  # nothing of what is loaded is garbage, so none is looked for meanwhile
    try:
        # Loading takes most of a short command's time; at the top it could not be caught.
        from broker.bootstrap import collect_seldom
        from broker.cli.main import main as run
        gc.enable()
        collect_seldom()  # of the process, so here: who calls `run` from their own keeps theirs
    except KeyboardInterrupt:
        print("Interrupted: nothing had begun.", file=sys.stderr)  # noqa: T201 # its own voice
        sys.exit(130)
    run()
