"""Properties that are worked out when first asked for, and kept with what they are of."""
from collections.abc import Callable
from typing import Generic, Self, TypeVar, overload

It = TypeVar("It")
Fact = TypeVar("Fact")


class MadeOnce(Generic[It, Fact]):
    """As `functools.cached_property`, without the lock that costs more than most facts do: what
    is asked of by several threads at once may be worked out by each, to the same end."""

    def __init__(self, make: Callable[[It], Fact]) -> None:
        self.func = make
        self.__doc__ = make.__doc__

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    @overload
    def __get__(self, it: None, owner: type | None = None) -> Self: ...

    @overload
    def __get__(self, it: It, owner: type | None = None) -> Fact: ...

    def __get__(self, it: It | None, owner: type | None = None) -> Self | Fact:
        """What it makes of `it`, which is found in its place from then on."""
        if it is None:
            return self
        made = it.__dict__[self._name] = self.func(it)
        return made


made_once = MadeOnce
