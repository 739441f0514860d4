"""Changes that make no difference, each with the reason: no case could notice them."""
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import yaml

from bench.mutation.judged import Judged

LIST = Path(__file__).parent / "equivalent.yaml"
Key = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Equivalents:
    """The reasons, by file, definition and change."""

    why: dict[Key, str]

    def reason(self, change: Judged) -> str | None:
        """Why no case can notice this change; None where one should."""
        return self.why.get(change.key)

    def noticed_after_all(self, changes: Iterable[Judged]) -> list[Key]:
        """Those of the list that a case notices: they are not equivalent."""
        survive = {each.key for each in changes if not each.noticed}
        return sorted(key for key in {each.key for each in changes if each.noticed} - survive
                      if key in self.why)

    def unknown(self, changes: Iterable[Judged]) -> list[Key]:
        """Those of the list that no longer stand in the code."""
        return sorted(self.why.keys() - {each.key for each in changes})


def read() -> Equivalents:
    """The list as it stands beside this module."""
    listed = yaml.safe_load(LIST.read_text(encoding="utf-8")) or []
    return Equivalents({(each["file"], each["in"], " ".join(change.split())): each["why"]
                        for each in listed for change in each["changes"]})
