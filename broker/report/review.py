"""A pair in review as a person sees it: what each record says, what a decision would bring
about, and what was judged before."""
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from broker.case.case import Partnership
from broker.event.finding import Finding
from broker.event.own import ChildMembers
from broker.event.person import Address, Identifier, Name, PersonRecorded
from broker.event.subject import parts_of
from broker.identity.cluster import Pair, Review
from broker.identity.explain import Explanation
from broker.pipeline.caused import Caused
from broker.pipeline.consequences import Consequences
from broker.pipeline.judgements import Judgement
from broker.pipeline.linking import PeopleChange
from broker.pipeline.review_queue import Queue
from broker.pipeline.tables import STATEMENTS
from broker.ports import Reading
from broker.report.findings import instant, local
from broker.vocabulary.identifiers import nhs_number, postcode, upn
from broker.vocabulary.words import BirthDatePrecision, NameUse, Sex, State, Verdict
from broker.wire.codec import Codec

NOT_SAID = "-"
_PRECISIONS = {BirthDatePrecision.ESTIMATED: "estimated", BirthDatePrecision.EXPECTED: "expected"}
# What is taken off because two agreements lean on each other speaks against nobody.
_CORRECTIONS = ("community", "household")
_REASONS_MAX = 3
_IF = {Verdict.SAME: "If {} and {} are the same child:",
       Verdict.DIFFERENT: "If {} and {} are different children:",
       Verdict.UNSURE: "If nobody can say whether {} and {} are one child:",
       Verdict.UNDONE: "If no judgement stands on {} and {}:"}


@dataclass(frozen=True, slots=True)
class Side:
    """One record of a pair in its agency's own words, each line as it is shown.

    `others` are the records that are already one child with it.
    """

    key: str
    agency: str
    names: tuple[str, ...]
    born: tuple[str, ...]
    sex: tuple[str, ...]
    postcodes: tuple[str, ...]
    numbers: tuple[str, ...]
    phones: tuple[str, ...]
    first_recorded: str
    others: tuple[str, ...] = ()

    def lines(self) -> tuple[tuple[str, str], ...]:
        """(what, what is said of it), as they stand under each other."""
        return (
            ("agency", self.agency), ("names", _joined(self.names)),
            ("born", _joined(self.born)), ("sex", _joined(self.sex)),
            ("postcodes", _joined(self.postcodes)), ("numbers", _joined(self.numbers)),
            ("telephones", _joined(self.phones)), ("first recorded", self.first_recorded),
            ("one child with", _joined(self.others)),
        )


def printable(text: str) -> str:
    """Words of others as a terminal may show them: what would steer it is a question mark."""
    return "".join(each if each.isprintable() else "?" for each in text)


def _joined(said: Sequence[str]) -> str:
    return "\n".join(said) or NOT_SAID


def side_of(reading: Reading, codec: Codec, partnership: Partnership, key: str,
            others: Iterable[str] = ()) -> Side:
    """What is said under a subject key, and who is one child with it."""
    said = _persons(reading, codec, key)
    agency, _ = parts_of(key)
    known = partnership.agencies.get(agency)
    current = [versions[-1] for versions in said if versions[-1].state is not State.WITHDRAWN]
    first = min((each.recorded_at for versions in said for each in versions), default=None)
    return Side(
        key, printable(known.name if known else agency),
        _each(name_words(each) for one in current for each in one.names),
        _each(born_words(one) for one in current if one.birth_date),
        _each(_sex(one) for one in current if one.sex or one.sex_word),
        _each(_address(each) for one in current for each in one.addresses if each.postcode),
        _each(number for one in current for number in _numbers(one)),
        _each(each for one in current for each in one.phones),
        NOT_SAID if first is None else day_words(first.date()),
        tuple(_brief(reading, codec, each) for each in others))


def _persons(reading: Reading, codec: Codec, key: str) -> list[list[PersonRecorded]]:
    """The versions of each person record filed under a key, oldest first."""
    records: dict[tuple[str, str], list[PersonRecorded]] = {}
    for row in reading.find(STATEMENTS, "person_key", [key]):
        assert isinstance(row[3], bytes)
        said = codec.decode(row[3])
        if isinstance(said, PersonRecorded):
            records.setdefault((said.system.value, said.record), []).append(said)
    return [sorted(records[each], key=lambda said: said.version) for each in sorted(records)]


def _each(said: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(printable(each) for each in said))


def _brief(reading: Reading, codec: Codec, key: str) -> str:
    """One record in a line: its key, a name and a birth date."""
    current = [versions[-1] for versions in _persons(reading, codec, key)
               if versions[-1].state is not State.WITHDRAWN]
    words = [*(name_words(each) for one in current for each in one.names[:1]),
             *(born_words(one) for one in current if one.birth_date)]
    return printable(" ".join((key, ", ".join(dict.fromkeys(words)))).strip())


def name_words(name: Name) -> str:
    """A name with how it is used, where that is not as the legal one."""
    words = " ".join(each for each in (name.given, name.family) if each)
    return words if name.use in (NameUse.LEGAL, NameUse.UNMAPPED) else (
        f"{words} ({name.use.value.lower()})")


def born_words(said: PersonRecorded) -> str:
    """A birth date, and how far it can be trusted where that is not all the way."""
    assert said.birth_date is not None
    how = _PRECISIONS.get(said.birth_date_precision)
    return day_words(said.birth_date) + (f" ({how})" if how else "")


def day_words(day: date) -> str:
    """A day for a person: "4 May 2011"."""
    return f"{day.day} {day:%B %Y}"


def _sex(said: PersonRecorded) -> str:
    if said.sex in (Sex.MALE, Sex.FEMALE):
        return said.sex.value.lower()
    return said.sex_word or NOT_SAID


def _address(address: Address) -> str:
    """A postcode; a protected one is not shown to anybody."""
    if address.protected:
        return "protected"
    written = address.postcode or NOT_SAID
    return (postcode(written) or written) + (f" (until {day_words(address.valid_to)})"
                                    if address.valid_to else "")


def _numbers(said: PersonRecorded) -> Iterator[str]:
    if said.nhs_number:
        yield _checked("NHS", said.nhs_number, nhs_number(said.nhs_number))
    if said.upn:
        yield _checked("UPN", said.upn, upn(said.upn))
    yield from (_identifier(each) for each in said.identifiers)


def _checked(name: str, as_written: str, valid: str | None) -> str:
    return f"{name} {as_written}" + ("" if valid else " (fails its check)")


def _identifier(each: Identifier) -> str:
    ended = f" (ended {day_words(each.valid_to)})" if each.valid_to else ""
    scheme = each.scheme.lower()
    name = (f"council {scheme[3:]}" if scheme.startswith("la:")
            else scheme.upper().replace("_", " "))
    return f"{name} {each.value}{ended}"


def reason_offered(explanation: Explanation, verdict: Verdict) -> str:
    """A reason that the evidence itself offers for a decision; empty where it offers none."""
    wanted = 1.0 if verdict is Verdict.SAME else -1.0
    telling = [each for each in explanation.rows[1:]
               if each.weight * wanted > 0.0 and each.feature not in _CORRECTIONS]
    if verdict is Verdict.UNSURE:
        return "the records alone do not tell"
    return "; ".join(each.reason for each in telling[:_REASONS_MAX])


def finding_line(finding: Finding) -> str:
    """A finding in a line: how severe, which rule, what does not agree, and its id."""
    return printable(f"{finding.severity.value.lower()} {finding.code}: {finding.sentence} "
                     f"[{finding.finding_id}]")


def judgement_line(each: Judgement) -> str:
    """A judgement in a line: who said what of whom, when and why."""
    return printable(f"{local(each.made_at)}  {each.by} judged {each.left} and {each.right} "
                     f"{each.verdict.value.lower()}: {each.reason}")


def consequence_lines(told: Consequences) -> Iterator[str]:
    """What a decision would bring about, in a person's words."""
    yield _IF[told.verdict].format(*told.pair)
    if not told.has_effect:
        yield "  Nothing yet: one of the two has no person record; it counts from the day it has."
    lines = [*(f"One child: {_grouped(each.after)}." for each in told.joined),
             *(_parted(each) for each in told.parted), *leaving_lines(told),
             *(f"No longer to review: {_pair_words(each)}." for each in told.settled),
             *(f"New to review: {_pair_words(each)}." for each in told.opened),
             *(f"{_standing(told, each)}: {judgement_line(each)}" for each in told.contradicted),
             *(f"Would newly stand: {finding_line(each)}" for each in told.raised),
             *(f"Would end: {finding_line(each)}" for each in told.ended)]
    yield from (f"  {line}" for line in lines)
    if not lines and told.has_effect:
        yield "  Nothing else changes."


def _standing(told: Consequences, each: Judgement) -> str:
    """What becomes of a judgement that a decision goes against."""
    return "Takes the place of" if each.pair == told.pair else "Would no longer hold"


def _parted(change: PeopleChange) -> str:
    if len(change.before) == 1:
        return f"Split: {_grouped(change.after)}."
    return f"Regrouped: {_grouped(change.after)}; was {_grouped(change.before)}."


def leaving_lines(told: Consequences) -> list[str]:
    """Of a join: each record that would leave a child of the two for it, which nobody has judged,
    and what to judge first if it should not. None where nobody would leave."""
    if told.verdict is not Verdict.SAME:
        return []
    return [_leaving(key, told.pair) for change in told.parted for child in change.before
            if not set(told.pair).isdisjoint(child.members)
            for key in _left_behind(child, change.after, told.pair)]


def _left_behind(child: ChildMembers, after: Iterable[ChildMembers], pair: Pair) -> list[str]:
    """The members of a child that are no longer one child with either of the pair."""
    kept = {key for each in after if not set(pair).isdisjoint(each.members)
            for key in each.members}
    return [key for key in child.members if key not in kept]


def _leaving(key: str, pair: Pair) -> str:
    agency = parts_of(key)[0]
    beside = next((each for each in pair if parts_of(each)[0] == agency), None)
    if beside is None:
        return f"{key} would leave the child."
    return (f"{key} would leave the child: {agency} holds it and {beside} as two people. If they "
            f"are one, judge {key} and {beside} the same first.")


def _grouped(children: Iterable[ChildMembers]) -> str:
    return " | ".join(", ".join(child.members) for child in children)


def _pair_words(each: Review) -> str:
    return f"{each.left} and {each.right} ({each.reason})"


def consequences_json(told: Consequences) -> dict[str, Any]:
    """The machine form of what a decision would bring about."""
    return {
        "left": told.pair[0], "right": told.pair[1], "verdict": told.verdict.value.lower(),
        "together": told.together, "has_effect": told.has_effect,
        "joined": [_change_json(each) for each in told.joined],
        "parted": [_change_json(each) for each in told.parted],
        "settled": [_review_json(each) for each in told.settled],
        "opened": [_review_json(each) for each in told.opened],
        "contradicted": [judgement_json(each) for each in told.contradicted],
        "raised": [exposed_json(each) for each in told.raised],
        "ended": [exposed_json(each) for each in told.ended],
    }


def _change_json(change: PeopleChange) -> dict[str, Any]:
    return {"before": [list(each.members) for each in change.before],
            "after": [list(each.members) for each in change.after]}


def _review_json(each: Review) -> dict[str, Any]:
    return {"left": each.left, "right": each.right, "probability": each.probability,
            "why": each.reason}


def exposed_json(finding: Finding) -> dict[str, str]:
    """A finding that a decision would raise or end, in the machine form."""
    return {"id": finding.finding_id, "code": finding.code,
            "severity": finding.severity.value.lower(), "sentence": finding.sentence}


def judgement_json(each: Judgement) -> dict[str, Any]:
    """A judgement in the machine form."""
    return {"id": each.judgement_id, "left": each.left, "right": each.right,
            "verdict": each.verdict.value.lower(), "by": each.by,
            "at": instant(each.made_at), "reason": each.reason, "stands": each.stands}


def queue_json(queue: Queue) -> list[dict[str, Any]]:
    """Pairs a person should decide on; what they expose and hold back is null where that was not
    worked out."""
    return [{**_review_json(each.review), "exposes": _exposed_json(each.exposes),
             "holds_back": _exposed_json(each.holds_back)} for each in queue.pairs]


def _exposed_json(findings: Sequence[Finding] | None) -> list[dict[str, Any]] | None:
    return None if findings is None else [exposed_json(each) for each in findings]


def exposure_words(findings: Sequence[Finding] | None) -> str:
    """What a decision would expose, in a few words; empty where that is nothing."""
    return ", ".join(f"{each.severity.value.lower()} {each.code}" for each in findings or ())


def cut_words(queue: Queue) -> str:
    """How far the order was worked out, where not to the end; empty where it was."""
    if not queue.is_cut:
        return ""
    return (f"What a join would expose was worked out for the {queue.examined} likeliest; the "
            "others stand behind them by their probability.")


def caused_lines(caused: Caused) -> Iterator[str]:
    """Everything that a link has caused, when it is undone."""
    if not caused.findings and not caused.reached_somebody:
        yield "The link had caused no finding, and nobody was told or given anything for it."
        return
    yield "What the link had caused:"
    for finding in caused.findings:
        yield f"  finding, {finding.state.value.lower()}: {finding_line(finding)}"
    for notice in caused.notices:
        yield (f"  notice to {notice.recipient}, {notice.state.value.lower()}, "
               f"{local(notice.issued_at)}: {notice.code} [{notice.notice_id}]")
    for given in caused.given:
        yield (f"  given to {given.to_agency} ({given.local_id}): {given.count} of "
               f"{given.from_agency}'s records, {local(given.first)} to {local(given.last)}")
    for entry in caused.readings:
        yield printable(f"  read by {entry.actor}, {local(entry.at)}: {entry.why}")


def caused_json(caused: Caused) -> dict[str, Any]:
    """The machine form of what a link has caused."""
    return {
        "findings": [{**exposed_json(each), "state": each.state.value.lower()}
                     for each in caused.findings],
        "notices": [{"notice": each.notice_id, "finding": each.finding_id,
                     "recipient": each.recipient, "state": each.state.value.lower(),
                     "issued_at": instant(each.issued_at)} for each in caused.notices],
        "given": [{"from": each.from_agency, "to": each.to_agency, "local_id": each.local_id,
                   "records": each.count, "first": instant(each.first),
                   "last": instant(each.last)} for each in caused.given],
        "readings": [{"by": each.actor, "at": instant(each.at), "why": each.why,
                      "entry": each.number} for each in caused.readings],
    }
