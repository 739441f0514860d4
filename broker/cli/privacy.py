"""Privacy: erase what is held on a person, and answer what is held and who was told."""
from collections import Counter
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

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
    warn,
)
from broker.errors import ConfigError
from broker.pipeline.access import access as access_of
from broker.pipeline.erase import Authority, Eraser, ErasureAsked, ErasurePlan
from broker.pipeline.erase_behind import erase_behind
from broker.pipeline.subject import (
    Subject,
    names_well,
    subject_named,
    subject_of,
    waits_to_be_read,
    way_out_of_none,
)
from broker.pipeline.tables import FINDINGS
from broker.vocabulary.words import FindingState

PersonArgument = Annotated[str, typer.Argument(
    metavar="AGENCY:LOCAL_ID", help="The person, as in police:N1; council:7@cin of one return.")]


class NumberOf(StrEnum):
    """Whose number a local id is."""

    OWN = "own"
    CIN = "cin"
    SSDA903 = "ssda903"
    EVERY = "every"


def add_to(app: typer.Typer) -> None:
    """Register this module's commands."""
    for command in (erase, access):
        app.command()(command)


def erase(
    context: typer.Context,
    person: PersonArgument,
    by: Annotated[str, typer.Option(help="Who erases.")],
    authorised_by: Annotated[str, typer.Option(help="Who authorised it: somebody else.")],
    reason: Annotated[str, typer.Option(help="Why; name nobody here, it is kept for ever.")],
    system: Annotated[NumberOf | None, typer.Option(
        help="Whose number it is: of the agency's own system, of one return, or in every system "
             "(one number may be two children).")] = None,
    event: Annotated[list[str] | None, typer.Option(
        help="Only this event; may be given again (else everything on the person).")] = None,
    reject: Annotated[list[str] | None, typer.Option(
        help="Also this reject; may be given again.")] = None,
    yes: Annotated[bool, typer.Option(
        "--yes", help="Erase; without it, only say what would go.")] = False,
    form: AnswerOption = Answer.TEXT,
) -> int:
    """Erase what is held on a person; it cannot be undone, and it does not come back."""
    authority = _authority(by, authorised_by, reason)
    concord = options_of(context).open()
    subject = _in_system(subject_named(person), system)
    concord.agency(subject.agency)
    asked = ErasureAsked(subject=subject, events=_ids(event or [], "--event"),
                         rejects=_ids(reject or [], "--reject"))
    eraser = _eraser(concord)
    # Of somebody unknown, as a slip of the pen names, nothing is looked at and nothing moved on.
    known = waits_to_be_read(concord.store, concord.log, concord.codec, subject) or (
        not eraser.plan(asked).is_empty)
    if known:
        concord.check()
    which = _which(eraser.plan(asked)) if system is None else ""
    if which and yes:
        raise ConfigError(f"Nothing was erased: {which}")
    raised: list[str] = []
    if yes:
        before = _open_ids(concord)
        plan = eraser.erase(asked, authority, concord.clock.now())
        if known:
            plan, goes_on = erase_behind(eraser, plan, authority, concord.clock, concord.check)
            if goes_on:
                warn(f"{concord.agency(subject.agency).agency.name} goes on sending records of "
                     f"{subject.key}: have it erase its own first, then erase once more.")
        raised = sorted(_open_ids(concord) - before)
    else:
        plan = eraser.plan(asked)
    _refuse_a_slip(plan, done=yes)
    if form is Answer.JSON:
        print_json({"erased": yes and not plan.is_empty, **_plan_json(plan), "raised": raised})
    else:
        _print_plan(plan, raised, which, done=yes)
    return EXIT_DONE


def _refuse_a_slip(plan: ErasurePlan, *, done: bool) -> None:
    """`ConfigError` where nobody is held by a name that may name a system that there is not."""
    subject = plan.asked.subject
    if plan.is_empty and not names_well(subject):
        raise ConfigError(f"Nothing is held on {subject.key}: nothing "
                          f"{'was' if done else 'would be'} erased. {way_out_of_none(subject)}")


def _authority(by: str, authorised_by: str, reason: str) -> Authority:
    by, reason = stated(by, "--by"), stated(reason, "--reason")
    authorised_by = stated(authorised_by, "--authorised-by")
    if by == authorised_by:
        raise ConfigError("--authorised-by must be somebody else than --by: nobody erases on "
                          "their own authority.")
    return Authority(by=by, authorised_by=authorised_by, reason=reason)


def _in_system(named: Subject, system: NumberOf | None) -> Subject:
    """The subject in this system; `ConfigError` where it was named as another's."""
    if system in (None, NumberOf.EVERY):
        chosen = named if system is None else named.in_every_system
    else:
        number = named.in_every_system.key
        chosen = subject_of(number if system is NumberOf.OWN else f"{number}@{system.value}")
    if named.only not in (None, chosen.only):
        raise ConfigError(f"{named.key} names one system and --system {system} another: leave one "
                          "of them out.")
    return chosen


def _which(plan: ErasurePlan) -> str:
    """What is asked where records of several systems would go; nothing where it is plain."""
    if not plan.asked.whole or plan.asked.subject.only is not None or len(plan.held_as) <= 1:
        return ""
    held = ", ".join(f"{key} ({counted(count, 'record')})"
                     for key, count in sorted(plan.held_as.items()))
    return (f"{plan.asked.subject.key} is a number in several systems, and may be several "
            f"children: {held}. Say which with --system own, cin or ssda903, or take all of them "
            "with --system every.")


def _open_ids(concord: Concord) -> set[str]:
    with concord.store.view() as view:
        return {str(row[0]) for row in
                view.find(FINDINGS, "state", [FindingState.OPEN, FindingState.CONFIRMED])}


def _eraser(concord: Concord) -> Eraser:
    return Eraser(concord.store, concord.log, concord.codec, concord.model,
                  concord.settings.agencies)


def _ids(texts: list[str], option: str) -> frozenset[UUID]:
    try:
        return frozenset(UUID(each) for each in texts)
    except ValueError:
        raise ConfigError(f"{option} must be an id such as "
                          "6ba7b811-9dad-11d1-80b4-00c04fd430c8.") from None


def _plan_json(plan: ErasurePlan) -> dict[str, Any]:
    return {
        "subject": plan.asked.subject.key,
        "held_as": dict(sorted(plan.held_as.items())),
        "events": [{"event_id": str(each.said.event_id), "type": each.said.type_name,
                    "record": each.said.record} for each in plan.filed],
        "held": [str(each.event_id) for each in plan.waiting],
        "rejects": [str(each.reject_id) for each in plan.rejects],
        "rejects_to_look_at": [str(each.reject_id) for each in plan.mentions],
        "findings": [each.finding_id for each in plan.findings],
        "notices": [{"notice": each.notice_id, "recipient": each.recipient}
                    for each in plan.notices],
    }


def _print_plan(plan: ErasurePlan, raised: list[str], which: str, *, done: bool) -> None:
    would = "" if done else "would be "
    key = plan.asked.subject.key
    if plan.is_empty:
        say(f"Nothing is held on {key}: " + (
            "nothing was erased." if done else "nothing would be erased.")
            + f" {way_out_of_none(plan.asked.subject)}")
    for name, count in sorted(Counter(each.said.type_name for each in plan.filed).items()):
        say(f"{count:6}  {name} {would}erased")
    for count, what in ((len(plan.waiting), "held statements"), (len(plan.rejects), "rejects")):
        if count:
            say(f"{count:6}  {what} {would}erased")
    for finding in plan.findings:
        say(f"        finding {finding.finding_id} {would}withdrawn, its words erased")
    for notice in plan.notices:
        say(f"        notice {notice.notice_id} {would}ended, its words erased, and "
            f"{notice.recipient} told so")
    for each in plan.mentions:
        place = f"{each.file}:{each.line}" if each.file else f"{each.topic}"
        say(f"  look: reject {each.reject_id} ({place}) holds the text of the local id; if it is "
            f"about this person, name it with --reject {each.reject_id}")
    for other in plan.others:
        say(f"  stay: {counted(plan.held_as[other], 'record')} of {other}, the same number in "
            f"another system, and all that {plan.asked.subject.agency} was told under it")
    for finding_id in raised:
        say(f"  look: finding {finding_id} is raised by what is left; if it only misses what was "
            "erased, dismiss it before the next delivery")
    if done and not plan.is_empty:
        say(f"Erased {key}. The agency must erase its own records, and each recipient its copies; "
            "backups keep the person until they age out.")
    elif not done and not plan.is_empty:
        say("Nothing was changed. " + (which or "Give --yes to erase."))


def access(
    context: typer.Context,
    person: PersonArgument,
    actor: Annotated[str, typer.Option(help="Who asks, as AGENCY:NAME.")],
    purpose: Annotated[str, typer.Option(help="Why; it is recorded.")],
    form: AnswerOption = Answer.TEXT,
) -> int:
    """What is held on a person and who was told; for a reviewer, not to be handed over as is."""
    concord = options_of(context).open()
    subject = subject_named(person)
    concord.agency(subject.agency)
    concord.agency(actor.partition(":")[0] or actor)
    answer = access_of(concord.store, concord.log, concord.codec, subject, actor, purpose,
                       sorted(concord.settings.agencies), concord.clock.now())
    concord.relay()
    if form is Answer.JSON:
        print_json(answer)
    else:
        _print_access(answer)
    return EXIT_DONE


def _print_access(answer: dict[str, Any]) -> None:
    say(f"Held as {', '.join(answer['held_as'])}")
    for title in ("statements", "waiting_for_release"):
        say(f"{title.replace('_', ' ').capitalize()}: {len(answer[title])}")
        for each in answer[title]:
            say(f"  {each['agency']} {each['type']} {each['record']}, written "
                f"{each['recorded_at']}, {each['state'].lower()} [{each['event_id']}]")
            for reason in each["review"]:
                say(f"    to weigh: {reason}")
    say(f"Rejects that hold the local id: {len(answer['rejects'])}")
    for each in answer["rejects"]:
        say(f"  {each['agency']} {each['file'] or 'message'}: {each['reason']} "
            f"[{each['reject']}]")
    say(f"Findings: {len(answer['findings'])}")
    for each in answer["findings"]:
        say(f"  {each['id']} {each['state'].lower()}: {each['sentence']}")
    say(f"Told: {len(answer['told'])}")
    for each in answer["told"]:
        say(f"  {each['at']} {each['recipient']}: {each['what']} [{each['id']}]")
    say(f"Audit entries: {len(answer['audit'])}")
    for each in answer["audit"]:
        say(f"  {each['number']} {each['at']} {each['action'].lower()} by {each['actor']}: "
            f"{each['why']}")
    say("`--format json` holds the whole of it. Have it reviewed before anything is given out.")
