"""A cluster's users that log in with a password (SCRAM-SHA-512): who there is, made, removed."""
from collections.abc import Collection
from typing import Any

from kafka.admin import (
    ScramMechanism,
    UserScramCredentialDeletion,
    UserScramCredentialUpsertion,
)

from broker.backends.kafka_errors import translating
from broker.errors import ConfigError

# A password that a machine has drawn cannot be guessed: more rounds would only slow each login.
_ROUNDS = 4096
_REFUSED = ("Kafka does not take a change of its users: look into the log of its controller, and"
            " try again")


def users(admin: Any, names: Collection[str]) -> frozenset[str]:
    """Which of these can log in."""
    if not names:
        return frozenset()  # to Kafka, to name none is to ask for all
    with translating():
        found = admin.describe_user_scram_credentials(sorted(names))
    return frozenset(name for name, each in found.items() if any(
        info["mechanism"] is ScramMechanism.SCRAM_SHA_512 for info in each["credential_infos"]))


def let_in(admin: Any, name: str, password: str) -> None:
    """This user logs in with this password from now on, and with no other."""
    _alter(admin, [UserScramCredentialUpsertion(
        name, ScramMechanism.SCRAM_SHA_512, password, iterations=_ROUNDS)])


def shut_out(admin: Any, names: Collection[str]) -> None:
    """These users log in no more; what they have open stays open, and permits what it did."""
    _alter(admin, [UserScramCredentialDeletion(name, ScramMechanism.SCRAM_SHA_512)
                   for name in names])


def _alter(admin: Any, changes: list[Any]) -> None:
    with translating():
        answers = admin.alter_user_scram_credentials(changes)
    if any(answers.values()):  # in the driver's words, which are not passed on
        raise ConfigError(_REFUSED)
