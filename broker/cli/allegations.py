"""Allegations against homes: what keeps a child's notices from a home, and who releases it."""
from collections.abc import Iterator, Sequence
from typing import Annotated, Any

import typer

from broker.bootstrap import Concord
from broker.cli.context import (
    EXIT_DONE,
    Answer,
    AnswerOption,
    counted,
    options_of,
    print_json,
    say,
    stated,
)
from broker.cli.looking_back import AsOf, By, Purpose, note_reading, opened_both
from broker.errors import ConfigError
from broker.event.agency import Agency
from broker.pipeline.allegations import DecisionAsked, allegations_in, decide_allegations
from broker.pipeline.notify import notices_for
from broker.policy.allegations import Allegation
from broker.report.findings import instant, local
from broker.report.reading import members_named
from broker.vocabulary.words import AgencyKind, AllegationDecision

allegations = typer.Typer(
    no_args_is_help=True,
    help="What is alleged against a home, and who lets its notices go to it nevertheless.")
Home = Annotated[str, typer.Argument(metavar="HOME", help="The home's code.")]
Child = Annotated[str, typer.Argument(
    metavar="CHILD", help="A child's id, a finding's, or a record such as police:N1.")]
Named = Annotated[list[str] | None, typer.Option(
    "--allegation", metavar="ID", help="Which, as `concord allegations list` names it; may be "
                                       "given several times.")]
DecidedBy = Annotated[str, typer.Option(help="Who decides.")]


def add_to(app: typer.Typer) -> None:
    """Register this module's commands."""
    app.add_typer(allegations, name="allegations")


@allegations.command("list")
def list_allegations(context: typer.Context, child: Child, as_of: AsOf = None, by: By = None,
                     purpose: Purpose = None, form: AnswerOption = Answer.TEXT) -> int:
    """What stands against homes that hold a child, and whether their notices are kept back."""
    today, concord = opened_both(context, as_of)
    with concord.store.view() as view:
        members = members_named(view, concord.codec, child)
        found = [(home, each) for home in _homes(concord)
                 for each in allegations_in(view, concord.codec, home, members)]
    note_reading(today, "allegations against homes", by, purpose, {members[0]})
    if form is Answer.JSON:
        print_json([_json(home, each) for home, each in found])
    else:
        for home, each in found:
            say(f"{home.code}  {each.said.event_id}  {each.said.agency} {each.said.record}, "
                f"written {local(each.said.recorded_at)}: {_words(each)}")
        say(f"{counted(len(found), 'allegation')} against a home that holds this child.")
    return EXIT_DONE


@allegations.command("release")
def release(
    context: typer.Context, home: Home, child: Child, by: DecidedBy,
    reason: Annotated[str, typer.Option(help="Why the home may have its notices.")],
    allegation: Named = None,
) -> int:
    """Let a home have its notices about a child although an allegation against it stands."""
    made, given, name = _decided(context, home, child, AllegationDecision.RELEASED, by, reason,
                                 allegation)
    say(f"Released {counted(made, 'allegation')}: {counted(given, 'notice')} went to {name}.")
    return EXIT_DONE


@allegations.command("hold")
def hold(
    context: typer.Context, home: Home, child: Child, by: DecidedBy,
    reason: Annotated[str, typer.Option(help="Why they are to be kept back again.")],
    allegation: Named = None,
) -> int:
    """Take a release back: what has not gone to the home by now does not."""
    made, _, name = _decided(context, home, child, AllegationDecision.HELD, by, reason,
                             allegation)
    say(f"Held again for {counted(made, 'allegation')}: what {name} was told before it keeps.")
    return EXIT_DONE


def _decided(context: typer.Context, home: str, child: str, decision: AllegationDecision,
             by: str, reason: str, named: Sequence[str] | None) -> tuple[int, int, str]:
    """Write the decision down and deliver what follows: (on how many allegations, how many
    notices about the child the home was sent, the home's name)."""
    by, reason = stated(by, "--by"), stated(reason, "--reason")
    concord = options_of(context).open()
    agency = concord.agency(home).agency
    if agency.kind is not AgencyKind.CARE_HOME:
        raise ConfigError(f"{home} is no home: an allegation keeps notices from homes alone.")
    with concord.store.view() as view:
        members = members_named(view, concord.codec, child)
    before = _notices(concord, home, members)
    made = decide_allegations(concord.store, concord.codec, DecisionAsked(
        home=agency, members=members, decision=decision, named=tuple(named or ()), by=by,
        reason=reason), concord.clock.now())
    concord.relay()
    concord.deliver()
    return len(made), len(_notices(concord, home, members) - before), agency.name


def _homes(concord: Concord) -> Iterator[Agency]:
    for _, agency in sorted(concord.settings.partnership.agencies.items()):
        if agency.kind is AgencyKind.CARE_HOME:
            yield agency


def _notices(concord: Concord, home: str, members: Sequence[str]) -> set[str]:
    """The versions of a home's notices about one child, by their event ids."""
    with concord.store.view() as view:
        return {str(each.event_id) for each in notices_for(view, concord.codec, home)
                if each.local_id is not None and f"{home}:{each.local_id}" in members}


def _words(allegation: Allegation) -> str:
    """Whether it keeps notices back, and who decided what."""
    decided = allegation.decision
    standing = "released" if allegation.is_released else "held"
    if decided is None:
        return f"{standing}; nobody has decided"
    what = "released" if decided.decision is AllegationDecision.RELEASED else "held again"
    changed = "" if allegation.is_released or decided.decision is AllegationDecision.HELD else (
        ", before it came to allege something else")
    before = "" if allegation.is_released else f"{standing}; "
    return f"{before}{what} by {decided.by}, {local(decided.made_at)}{changed}: " \
           f"{decided.reason}"


def _json(home: Agency, allegation: Allegation) -> dict[str, Any]:
    said, decided = allegation.said, allegation.decision
    return {
        "home": home.code, "allegation": str(said.event_id), "agency": said.agency,
        "record": said.record, "written_at": instant(said.recorded_at),
        "released": allegation.is_released,
        "decision": None if decided is None else {
            "decision": decided.decision.value, "by": decided.by, "reason": decided.reason,
            "made_at": instant(decided.made_at)},
    }
