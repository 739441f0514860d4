"""What is compared, and how: held to the version of the model that a store is linked under.

A store linked half under one way of comparing and half under another would be neither's. What is
code and no figure (names, frequencies, nicknames, blocking, clustering) is not in a model's file,
so the version of the program's own model stands for it in the digest that a store keeps.
"""
from hashlib import sha256
from pathlib import Path

import broker.identity
from broker.identity.model import DEFAULT_MODEL

HERE = Path(broker.identity.__file__).parent
MODULES = ("blocking", "edges", "frequencies", "groups", "names", "nicknames", "sameness",
           "traditions", "transliteration", "twins", "scoring", "cluster")

RECORDED = (
    "2026-9",
    "52a25ced2fd143ed2417e6be75aa7ee62034b5133677523532875e8f24af735d",
)


def compared() -> str:
    """A digest of the text of every module that says who is alike."""
    whole = sha256()
    for path in sorted([*(HERE / f"{each}.py" for each in MODULES),
                        *(HERE / "comparison").glob("*.py")]):
        whole.update(f"{path.relative_to(HERE).as_posix()}\0".encode())
        whole.update(path.read_bytes() + b"\0")
    return whole.hexdigest()


def test_what_is_compared_is_what_the_version_says() -> None:
    """A release that compares in another way must not go on with a store as it is."""
    now = (DEFAULT_MODEL.version, compared())

    assert RECORDED == now, (
        "what is compared has changed: give the model a new version, then record both here: "
        f"{now}")
