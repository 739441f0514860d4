"""A home and a police force with pairs of records that only a person can decide."""
from broker.cli.judging import foresight_of
from broker.identity.cluster import Pair
from broker.pipeline.consequences import Consequences, consequences_of
from broker.pipeline.review_queue import Queue, review_queue
from broker.vocabulary.words import Verdict
from tests.pipeline.conftest import (
    ABSENCES,
    CONCERN_AT_POLICE,
    INCIDENTS,
    MISSING_FROM_HOME,
    NOMINALS,
    RESIDENTS,
    Bench,
)

# Two valid NHS numbers keep the two apart, whatever the weights are.
HOME_NUMBER, POLICE_NUMBER = "9449305552", "9434765919"
GIRL: Pair = ("police:N1", "riverside:R1")


def resident(ref: str, given: str, family: str, born: str, number: str = "") -> str:
    """A row of the home's residents."""
    return (f"{ref},{given},{family},,{born},F,{number},815,,SC012345,YO61 3QQ,2025-09-01,,C2,"
            "2026-01-10T09:00:00Z")


def nominal(ref: str, given: str, family: str, born: str, number: str = "") -> str:
    """A row of the police's nominals."""
    return f"{ref},{given},{family},,{born},Female,W1,,YO61 3QQ,,{number},,2026-01-12T09:00:00Z"


def apart(bench: Bench, *more: str) -> Bench:
    """A girl missing from her home, whom police hold under another NHS number as a concern for
    safety; `more` are other nominals. Checked."""
    bench.publish("riverside", residents=[
        RESIDENTS, resident("R1", "Kayleigh", "Thornton", "2011-05-14", HOME_NUMBER)],
        absences=[ABSENCES, MISSING_FROM_HOME])
    bench.publish("police", nominals=[
        NOMINALS, nominal("N1", "Kayleigh", "Thornton", "2011-05-14", POLICE_NUMBER), *more],
        incidents=[INCIDENTS, CONCERN_AT_POLICE])
    bench.check()
    return bench


def looked_ahead(bench: Bench, pair: Pair, verdict: Verdict) -> Consequences:
    """What a judgement would bring about."""
    with bench.concord.store.view() as view:
        return consequences_of(view, foresight_of(bench.concord), pair, verdict)


def queue_of(bench: Bench, examined_max: int = 300) -> Queue:
    """The review queue."""
    with bench.concord.store.view() as view:
        return review_queue(view, foresight_of(bench.concord), examined_max=examined_max)
