"""What Kafka's errors turn into."""
import pytest
from kafka import errors

from broker.backends.kafka_errors import (
    ANSWERS,
    FORGOTTEN,
    REFUSALS,
    passes,
    translated,
    translating,
)
from broker.errors import ConcordError, ConfigError, TemporarilyUnavailable

SECRET = "given=Synthetica"  # noqa: S105  # stands for what a driver may quote


@pytest.mark.parametrize("kind", ANSWERS, ids=lambda kind: kind.__name__)
def test_every_known_error_is_translated(kind: type[errors.KafkaError]) -> None:
    """To one of ours, with a sentence of ours and nothing of the driver's."""
    with pytest.raises(ANSWERS[kind][0]) as caught, translating():
        raise kind(SECRET)

    assert ANSWERS[kind][1] == str(caught.value)
    assert None is caught.value.__cause__
    assert caught.value.__suppress_context__


def test_every_sentence_says_a_way_out() -> None:
    """What is wrong, then what to do."""
    assert [] == [kind for kind, (_, sentence) in ANSWERS.items() if ":" not in sentence]


@pytest.mark.parametrize(("kind", "expected"), [
    (errors.LeaderNotAvailableError, TemporarilyUnavailable),
    (errors.CoordinatorNotAvailableError, TemporarilyUnavailable),
    (errors.RequestTimedOutError, TemporarilyUnavailable),
    (errors.Cancelled, TemporarilyUnavailable),
    (errors.InvalidReceiveError, TemporarilyUnavailable),
    (errors.TransactionalIdAuthorizationFailedError, ConfigError),
    (errors.for_code(29999), TemporarilyUnavailable),
])
def test_a_kind_of_error_is_read_as_its_nearest_ancestor(
    kind: type[errors.KafkaError], expected: type[ConcordError],
) -> None:
    """There are a hundred and thirty of them, and newer clusters have more."""
    assert expected is type(translated(kind()))


@pytest.mark.parametrize("kind", [
    errors.IllegalStateError, errors.IllegalArgumentError, errors.InvalidRequestError])
def test_mistakes_of_our_own_are_left_as_they_are(kind: type[errors.KafkaError]) -> None:
    """Nobody outside can do anything about them."""
    with pytest.raises(kind), translating():
        raise kind


def test_what_may_come_back_is_asked_again() -> None:
    """And a topic that is not known yet, which may be on its way; nothing else."""
    asked = [errors.KafkaConnectionError, errors.NotLeaderForPartitionError,
             errors.NotEnoughReplicasError, errors.UnknownTopicOrPartitionError]
    given_up = [errors.TopicAuthorizationFailedError, errors.SaslAuthenticationFailedError,
                errors.InvalidTopicError, errors.InvalidRequestError]

    assert [True] * 4 == [passes(kind()) for kind in asked]
    assert [False] * 4 == [passes(kind()) for kind in given_up]


def test_a_refused_record_is_no_reason_to_ask_again() -> None:
    """Neither is it one to write it under another name."""
    assert [] == [code for code in REFUSALS if code in FORGOTTEN]
    assert {10, 18, 32, 87} == set(REFUSALS)
