"""Children and all their records, those nobody has described as a person among them."""
from collections import defaultdict
from collections.abc import Iterable

from broker.pipeline.linking import children_of, members_of
from broker.ports import Reading


def children_with(reading: Reading, subject_keys: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """The children that hold these subjects, each with the keys of all its records.

    An event may arrive before its person: a subject without a person record is a child of one.
    """
    children = children_of(reading, subject_keys)
    families = dict(members_of(reading, sorted(set(children.values()))))
    alone: dict[str, list[str]] = defaultdict(list)
    for key, child in children.items():
        if child not in families:
            alone[child].append(key)
    families.update({child: tuple(sorted(keys)) for child, keys in alone.items()})
    return dict(sorted(families.items()))
