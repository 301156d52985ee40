"""A cheap, repeatable source of choices: the same seed gives the same company everywhere."""

from collections.abc import Sequence
from random import Random
from typing import TypeVar

T = TypeVar("T")


class Deck:
    """`random.Random` behind the few draws that the demo makes, at a third of their cost."""

    def __init__(self, seed: str) -> None:
        self._random = Random(seed).random  # noqa: S311 - for looks, not for secrets

    def pick(self, values: Sequence[T]) -> T:
        return values[int(self._random() * len(values))]

    def below(self, limit: int) -> int:
        """A whole number from 0 up to, not including, `limit`."""
        return int(self._random() * limit)

    def between(self, least: int, most: int) -> int:
        """A whole number from `least` to `most`, both included."""
        return least + int(self._random() * (most - least + 1))

    def chance(self, share: float) -> bool:
        """True with a probability of `share`."""
        return self._random() < share
