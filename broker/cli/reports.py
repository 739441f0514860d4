"""Reports: who is missing, the briefing on a child, consistency and agreement."""
import typer

report = typer.Typer(no_args_is_help=True, help="What the log shows of how agencies agree.")


def add_to(app: typer.Typer) -> None:
    """Register this module's commands."""
    app.add_typer(report, name="report")


@report.callback()
def reports() -> None:
    """Reports over everything received."""
