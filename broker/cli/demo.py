"""The demo: a made-up partnership published day by day, and how well it was checked."""
import typer


def add_to(app: typer.Typer) -> None:
    """Register this module's commands."""
    app.command()(demo)


def demo(context: typer.Context) -> int:
    """Publish a made-up partnership day by day, and show what was found."""
    return 0
