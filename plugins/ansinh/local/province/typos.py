"""How clerks mistype: one letter, dropped tones, a lost middle name, day and month exchanged, one wrong digit."""

from __future__ import annotations

import unicodedata
from random import Random

from ansinh.local.province.model import Birth
from ansinh.local.province.names import plain

_NEAR = {
    "n": "m",
    "m": "n",
    "i": "y",
    "y": "i",
    "h": "g",
    "g": "h",
    "t": "r",
    "a": "s",
    "u": "i",
    "o": "p",
    "l": "k",
    "c": "x",
    "b": "v",
    "e": "r",
}


def without_tones(name: str) -> str:
    """`Nguyễn Văn Hùng` → `Nguyen Van Hung`, letter case kept."""
    bare = unicodedata.normalize("NFD", name.replace("đ", "d").replace("Đ", "D"))
    return "".join(c for c in bare if not unicodedata.combining(c))


def letter_typo(rng: Random, name: str) -> str:
    """One letter of the middle or given name replaced, doubled, dropped or exchanged with its neighbour; never equal without tones."""
    words = name.split(" ")
    for _ in range(50):
        index = rng.randrange(min(1, len(words) - 1), len(words))
        mistyped = " ".join([*words[:index], _mistype(rng, words[index]), *words[index + 1 :]])
        if plain(mistyped) != plain(name):
            return mistyped
    return f"{name}h"


def _mistype(rng: Random, word: str) -> str:
    spot = rng.randrange(len(word))
    kind = rng.random()
    if kind < 0.4:
        near = _NEAR.get(plain(word[spot]) or "", "h")
        return word[:spot] + (near.upper() if word[spot].isupper() else near) + word[spot + 1 :]
    if kind < 0.6:
        return word[:spot] + word[spot] + word[spot].lower() + word[spot + 1 :]
    if kind < 0.8 and len(word) > 2:
        return word[: spot or 1] + word[(spot or 1) + 1 :]
    if spot + 1 < len(word) and spot > 0:
        return word[:spot] + word[spot + 1] + word[spot] + word[spot + 2 :]
    return word + "h"


def without_middle(name: str) -> str | None:
    """Surname and given name only; None where there is no middle name."""
    words = name.split(" ")
    return f"{words[0]} {words[-1]}" if len(words) >= 3 else None


def swapped(birth: Birth) -> Birth | None:
    """Day and month exchanged; None where that is no other date."""
    if birth.day is None or birth.month is None or birth.day > 12 or birth.day == birth.month or birth.day == birth.month == 1:
        return None
    return Birth(birth.year, birth.day, birth.month)


def wrong_day(rng: Random, birth: Birth) -> Birth | None:
    """Another day of the same month; None for a year-only birth."""
    if birth.day is None:
        return None
    others = [d for d in range(2, 28) if d != birth.day]
    return Birth(birth.year, birth.month, rng.choice(others))


def wrong_digit(rng: Random, number: str) -> str:
    """One of the last six digits wrong: no rule can see it."""
    spot = rng.randrange(6, len(number)) if len(number) == 12 else rng.randrange(3, len(number))
    digit = rng.choice([d for d in "0123456789" if d != number[spot]])
    return number[:spot] + digit + number[spot + 1 :]
