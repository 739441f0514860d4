"""Who may do what on the wire, as a plan: nothing here asks anybody."""
from broker.log import topics
from broker.log.settings import topics_of
from broker.policy.permissions import (
    CLUSTER,
    CONCORD,
    Kind,
    Operation,
    allowed,
    permissions_of,
)

AGENCIES = ("council", "police", "riverside")
PERMISSIONS = permissions_of(AGENCIES)
WRITE = frozenset((Operation.WRITE, Operation.DESCRIBE))
READ = frozenset((Operation.READ, Operation.DESCRIBE))
NOTHING: frozenset[Operation] = frozenset()


def test_an_agency_may_write_its_inbox_and_read_its_feed_and_notices() -> None:
    """Of every topic there is, and nothing of any other."""
    every = [each.name for each in topics_of(AGENCIES)]

    for agency in AGENCIES:
        assert {topics.inbox(agency): WRITE, topics.feed(agency): READ,
                topics.notices(agency): READ} == {
            name: may for name in every
            if (may := allowed(PERMISSIONS, agency, Kind.TOPIC, name))}


def test_concord_reads_and_writes_every_topic() -> None:
    """And makes, changes and deletes none."""
    every = {each.name for each in topics_of(AGENCIES)}

    assert {frozenset((Operation.READ, Operation.WRITE, Operation.DESCRIBE,
                       Operation.DESCRIBE_CONFIGS))} == {
        allowed(PERMISSIONS, CONCORD, Kind.TOPIC, name) for name in every}


def test_a_principal_has_the_groups_of_its_own_name() -> None:
    """The name itself, and what follows it after a dot; never a name that begins alike."""
    names = ("police", "police.nightly", "police-rail", "policeman", "council", "concord.intake",
             "")

    assert ["police", "police.nightly"] == [
        name for name in names if allowed(PERMISSIONS, "police", Kind.GROUP, name)]
    assert ["concord.intake"] == [
        name for name in names if allowed(PERMISSIONS, CONCORD, Kind.GROUP, name)]


def test_nobody_administers_the_cluster() -> None:
    """What Concord may do there, it may by its right to write."""
    assert {CONCORD: frozenset((Operation.IDEMPOTENT_WRITE,)), "council": NOTHING,
            "police": NOTHING, "riverside": NOTHING} == {
        who: allowed(PERMISSIONS, who, Kind.CLUSTER, CLUSTER) for who in (CONCORD, *AGENCIES)}


def test_whoever_is_not_named_may_do_nothing() -> None:
    """There is no permission for everybody, and none for every topic."""
    assert {CONCORD, *AGENCIES} == {each.principal for each in PERMISSIONS}
    assert NOTHING == allowed(PERMISSIONS, "lifeguards", Kind.TOPIC, topics.inbox("police"))
    assert NOTHING == allowed(PERMISSIONS, "police", Kind.TOPIC, "weather")
    assert NOTHING == allowed(PERMISSIONS, CONCORD, Kind.TOPIC, "weather")


def test_an_agency_more_changes_nobody_elses() -> None:
    """Agencies come and go without the others noticing."""
    assert permissions_of(("council", "police")) < PERMISSIONS
    assert {"riverside"} == {each.principal for each in PERMISSIONS - permissions_of(
        ("council", "police"))}
