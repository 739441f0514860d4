"""What Kafka's errors mean to the caller: one table, used at the edge of every call."""
from collections.abc import Iterator
from contextlib import contextmanager

from kafka import errors

from broker.errors import ConcordError, ConfigError, TemporarilyUnavailable

AWAY = ("Kafka does not answer: try again when it is back, and if it is there, check the servers"
        " and certificates named under [kafka]")
_STEPS = "an administrator runs `concord init --kafka`"
NO_TOPIC = ("Kafka does not have the topic, or hides it from us:"
            f" {_STEPS}, which makes what is missing")
_PERMISSION = ("Kafka does not permit that to our principal:"
               f" {_STEPS}, which writes the permissions")
_LOGIN = ("Kafka does not accept our user name and password: check them under [kafka], or have the"
          " password set anew")
_VERSION = "the Kafka cluster is too old for Concord: it must be version 3.7 or later"

# By kind, the nearest of an error's ancestors counts. The driver's own text is never passed on: it
# can quote what was being sent.
ANSWERS: dict[type[errors.KafkaError], tuple[type[ConcordError], str]] = {
    errors.RetriableError: (TemporarilyUnavailable, AWAY),
    errors.KafkaTimeoutError: (TemporarilyUnavailable, AWAY),
    errors.KafkaConnectionError: (TemporarilyUnavailable, AWAY),
    errors.NodeNotReadyError: (TemporarilyUnavailable, AWAY),
    errors.UnknownBrokerIdError: (TemporarilyUnavailable, AWAY),
    errors.BrokerNotAvailableError: (TemporarilyUnavailable, AWAY),
    errors.KafkaProtocolError: (
        TemporarilyUnavailable, "what Kafka answered could not be understood: try again, and check"
                                " that the servers named under [kafka] are Kafka's"),
    errors.UnknownError: (
        TemporarilyUnavailable, "Kafka met an error of its own: try again, and look into its log"),
    errors.KafkaStorageError: (
        TemporarilyUnavailable, "a disk of the Kafka cluster cannot be read or written: repair it"
                                " and try again"),
    errors.NotEnoughReplicasError: (
        TemporarilyUnavailable, "too few Kafka servers are up to keep a record safely: start the"
                                " others and try again"),
    errors.NotEnoughReplicasAfterAppendError: (
        TemporarilyUnavailable, "too few Kafka servers are up to keep a record safely: start the"
                                " others and try again"),
    errors.ThrottlingQuotaExceededError: (
        TemporarilyUnavailable, "Kafka holds us to a quota: try again later, or raise the quota"),
    errors.UnknownTopicOrPartitionError: (ConfigError, NO_TOPIC),
    errors.InvalidTopicError: (
        ConfigError, "Kafka does not take a topic's name: use only letters, digits, dots, hyphens"
                     " and underscores in the namespace and the agencies' codes"),
    errors.AuthorizationError: (ConfigError, _PERMISSION),
    errors.TopicAuthorizationFailedError: (ConfigError, _PERMISSION),
    errors.GroupAuthorizationFailedError: (ConfigError, _PERMISSION),
    errors.ClusterAuthorizationFailedError: (ConfigError, _PERMISSION),
    errors.SaslAuthenticationFailedError: (ConfigError, _LOGIN),
    errors.UnsupportedSaslMechanismError: (
        ConfigError, "the Kafka cluster does not offer SCRAM-SHA-512: switch it on there, or use"
                     " certificates"),
    errors.IllegalSaslStateError: (
        ConfigError, "this Kafka listener expects no password: name the port of the SASL listener,"
                     " or use another security under [kafka]"),
    errors.SecurityDisabledError: (
        ConfigError, "the Kafka cluster has no authorizer, so that everybody may do everything:"
                     " set authorizer.class.name on every server"),
    errors.InvalidReplicationFactorError: (
        ConfigError, "the Kafka cluster has fewer servers than copies were asked for: start more"
                     " servers, or lower the replication"),
    errors.InvalidPartitionsError: (
        ConfigError, "Kafka does not take the number of partitions: it must be at least 1"),
    errors.InvalidConfigurationError: (
        ConfigError, "Kafka does not take a topic's settings: use a version of Kafka that knows"
                     " them, 3.7 or later"),
    errors.PolicyViolationError: (
        ConfigError, "a policy of the Kafka cluster forbids a topic's settings: ask whoever runs"
                     " it"),
    errors.UnsupportedVersionError: (ConfigError, _VERSION),
    errors.IncompatibleBrokerVersion: (ConfigError, _VERSION),
    errors.UnrecognizedBrokerVersion: (ConfigError, _VERSION),
    errors.InvalidGroupIdError: (
        ConfigError, "Kafka does not take the consumer group's name: give it another"),
    errors.GroupMaxSizeReachedError: (
        ConfigError, "the consumer group has as many workers as Kafka allows: start fewer, or"
                     " raise group.max.size"),
    errors.KafkaConfigurationError: (
        ConfigError, "the settings under [kafka] do not fit together: compare them with the"
                     " example"),
}

# Why a record is refused for good, by error code: fit for a histogram.
REFUSALS: dict[int, str] = {
    errors.MessageSizeTooLargeError.errno: "larger than the topic takes",
    errors.RecordListTooLargeError.errno: "larger than the topic takes",
    errors.InvalidTimestampError.errno: "a time outside what the topic takes",
    errors.InvalidRecordError.errno: "not of a form that the topic takes",
}

# The cluster does not remember what we wrote before: whatever it is, a new identity can write it.
FORGOTTEN = frozenset(each.errno for each in (
    errors.OutOfOrderSequenceNumberError, errors.DuplicateSequenceNumberError,
    errors.InvalidProducerEpochError, errors.UnknownProducerIdError,
    errors.InvalidProducerIdMappingError, errors.ProducerFencedError))


def translated(error: errors.KafkaError) -> ConcordError | None:
    """What the caller must do about it; None if it is a mistake of our own."""
    for kind in type(error).__mro__:
        if answer := ANSWERS.get(kind):
            return answer[0](answer[1])
    return None


def passes(error: errors.KafkaError) -> bool:
    """Whether asking again may help."""
    return isinstance(translated(error), TemporarilyUnavailable) or isinstance(
        # A leader that moved, or a topic so new that not every server has heard of it.
        error, errors.InvalidMetadataError | errors.CorruptRecordError)


@contextmanager
def translating() -> Iterator[None]:
    """Turn the driver's errors into ours."""
    try:
        yield
    except errors.KafkaError as error:
        answer = translated(error)
        if answer is None:
            raise
        raise answer from None
