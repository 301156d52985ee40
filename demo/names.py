"""Names put together from parts whose reading is worked out once, not once per record.

A `Spoken` carries the companion texts of a name; they must equal what `engine/base/text.py`
makes of the whole (a test holds it for every pair of neighbouring parts).
"""

from dataclasses import dataclass
from functools import lru_cache

from demo.deck import Deck
from demo.vocabulary import (
    CITIES,
    DISTRICTS,
    FORMS,
    GIVEN,
    HEADS,
    MOBILE_PREFIXES,
    STREETS,
    SURNAMES,
    TAILS,
    TRADES,
)
from engine.base.pinyin import initials, pinyin, syllables
from engine.base.text import LONGEST_SORT_KEY

_SPREAD = 62_089_911  # coprime to 10^8: consecutive numbers give mobiles that look unrelated
_AREA = 100_000_000
NAMES = len(CITIES) * len(HEADS) * len(TAILS) * len(TRADES) * len(FORMS)
_STRIDE = 1_044_297_413  # a prime, so coprime to NAMES: neighbours share nothing


@dataclass(frozen=True, slots=True)
class Spoken:
    """A text with its syllables, spaced and run together, and their initials, all lower case."""

    text: str
    syllables: str
    pinyin: str
    initials: str

    @property
    def sort(self) -> str:
        """The value of the sort companion."""
        return self.syllables[:LONGEST_SORT_KEY]

    @property
    def search(self) -> str:
        """The value of the search companion."""
        return f"{self.text.lower()} {self.pinyin} {self.initials}"


@dataclass(frozen=True, slots=True)
class CompanyName:
    """A company: its full name, the short one people use, where it sits and what it does."""

    full: Spoken
    short: Spoken
    city: tuple[str, str, str]
    industry: str


@lru_cache(maxsize=4_096)
def spoken(text: str) -> Spoken:
    """A part of a name, read by the product's own rules."""
    folded = text.lower()
    return Spoken(text, " ".join(syllables(folded)), pinyin(folded), initials(folded))


def compose(*parts: Spoken) -> Spoken:
    """The parts as one text. Holds for parts that begin and end with Chinese."""
    return Spoken(
        "".join([part.text for part in parts]),
        " ".join([part.syllables for part in parts]),
        "".join([part.pinyin for part in parts]),
        "".join([part.initials for part in parts]),
    )


def customer_name(number: int) -> CompanyName:
    """The name of the `number`-th company: no two are equal below `NAMES`."""
    rest, city = divmod(number * _STRIDE % NAMES, len(CITIES))
    rest, head = divmod(rest, len(HEADS))
    rest, tail = divmod(rest, len(TAILS))
    form, trade = divmod(rest, len(TRADES))
    short = compose(spoken(HEADS[head]), spoken(TAILS[tail]))
    place, (business, industry) = CITIES[city], TRADES[trade]
    full = compose(spoken(place[0]), short, spoken(business), spoken(FORMS[form]))
    return CompanyName(full, short, place, industry)


def person_name(deck: Deck) -> Spoken:
    return compose(spoken(deck.pick(SURNAMES)), spoken(deck.pick(GIVEN)))


def mobile(number: int) -> str:
    """The mobile of the `number`-th person: no two are equal below 10^8."""
    prefix = MOBILE_PREFIXES[number % len(MOBILE_PREFIXES)]
    return f"{prefix}{number * _SPREAD % _AREA:08d}"


def landline(deck: Deck, area: str) -> str:
    return f"{area}-{deck.between(2, 8)}{deck.below(10_000_000):07d}"


def street_address(deck: Deck) -> tuple[str, str]:
    """District and street with number."""
    return deck.pick(DISTRICTS), f"{deck.pick(STREETS)} {deck.between(1, 399)} 号"
