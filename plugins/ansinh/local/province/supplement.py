"""`bổ sung` lists: a few new people, and the rows every intake must refuse or ask about."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from ansinh.local.province.model import Entry, Typed
from ansinh.local.province.numbers import Numbers

_Spoil = Callable[[Entry, Entry, Random, Numbers], None]


def _short_id(entry: Entry, *_: object) -> None:
    entry.typed = Typed(id_text=entry.person.cccd[:5], problem="id too short")


def _no_name(entry: Entry, *_: object) -> None:
    entry.typed = Typed(full_name="", problem="no name")


def _same_id(entry: Entry, before: Entry, *_: object) -> None:
    entry.typed = Typed(id_number=before.person.cccd, problem="same id twice in one list")


def _no_amount(entry: Entry, _: Entry, rng: Random, __: Numbers) -> None:
    entry.typed = Typed(amount_vnd=rng.choice((0, -810000)), problem="amount not positive")


def _lost_digits(entry: Entry, _: Entry, rng: Random, numbers: Numbers) -> None:
    entry.line.channel, entry.line.payee = "bank", None
    entry.line.account = entry.line.account or numbers.account(rng, entry.person.full_name)
    entry.typed = Typed(account_text=f"{int(entry.line.account.number):.5E}", problem="account number lost its digits")


def _card(entry: Entry, _: Entry, rng: Random, numbers: Numbers) -> None:
    entry.line.channel, entry.line.payee = "bank", None
    entry.line.account = numbers.account(rng, entry.person.full_name, "970405")
    entry.typed = Typed(account_text=numbers.card(rng), problem="card number instead of an account")


SPOILS: tuple[_Spoil, ...] = (_short_id, _no_name, _same_id, _no_amount, _lost_digits, _card)


def spoil(rng: Random, entries: list[Entry], numbers: Numbers) -> None:
    """Spoil every second row in one of the six ways. A number used twice stands on somebody it cannot belong to (other sex)."""
    waiting = list(SPOILS)
    for index in range(1, len(entries), 2):
        if not waiting:
            return
        entry, before = entries[index], entries[index - 1]
        other_sex = entry.person.sex != before.person.sex and before.person.shows == "cccd"
        chosen = next((s for s in waiting if s is not _same_id or other_sex), None)
        if chosen is None:
            continue
        waiting.remove(chosen)
        chosen(entry, before, rng, numbers)
