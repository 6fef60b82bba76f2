"""Banks by the names clerks write, and the ways of payment. Unknown stays unknown: a wrong bank is worse than none."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from ansinh.identity.names import fold
from ansinh.rules.reference import load

_NOT_WORDS = re.compile(r"[^a-z0-9]+")
_NOISE = re.compile(
    r"\b(ngan hang|nh|tmcp|tm cp|tm|cp|tnhh|mtv|thuong mai co phan|co phan|viet nam|vn|chi nhanh|cn|pgd|phong giao dich|huyen|tinh)\b"
)
_HEADING_NOISE = re.compile(
    r"\b(so|hieu|tai khoan|thong tin|hinh thuc|tknh|tk|stk|ngan hang|nh|nguoi|huong|thu huong|doi tuong|chinh sach|an sinh|xa hoi|nhan|tien|tro cap|ca nhan|neu co|atm|the|mo|tai|chuyen)\b"
)
_WALLET = re.compile(r"\bvi\b|vi dien tu|momo|zalo ?pay|viettel (money|pay)|vnpt (money|pay)|mobile money|moca|shopee ?pay")
_HOME = re.compile(r"tai nha|tan nha|tai gia|tan noi|den nha|o nha")
_BANK = re.compile(r"chuyen khoan|^nh$|\bck\b|\batm\b|tai khoan|ngan hang|qua the|\btk\b|\bthe\b|chuyen tien")
_CASH = re.compile(
    r"tien mat|\btm\b|truc tiep|tai (ubnd|xa|phuong|diem|uy ban|buu dien|buu cuc|noi)|diem chi|buu dien|nhan tay|bang tien|^mat$"
)


@dataclass(frozen=True, slots=True)
class Bank:
    """One bank (or wallet) by BIN; `lengths` are the usual account lengths, empty when unknown."""

    bin: str
    name: str
    is_wallet: bool
    lengths: tuple[int, ...]


@lru_cache(maxsize=1)
def _banks() -> dict[str, Bank]:
    found = {}
    for row in load("banks"):
        lengths = tuple(int(part) for part in row["account_lengths"].split("|") if part)
        found[row["bin"]] = Bank(row["bin"], row["short_name"], row["kind"] == "wallet", lengths)
    return found


@lru_cache(maxsize=1)
def _aliases() -> tuple[dict[str, str], re.Pattern[str]]:
    aliases = {row["alias_key"]: row["bin"] for row in load("bank_aliases")}
    for row in load("banks"):
        for name in (row["code"], row["short_name"]):
            aliases.setdefault(_words(name), row["bin"])
        aliases.setdefault(row["bin"], row["bin"])
    longest_first = sorted(aliases, key=len, reverse=True)
    return aliases, re.compile(r"\b(" + "|".join(map(re.escape, longest_first)) + r")\b")


def _words(text: str) -> str:
    return _NOT_WORDS.sub(" ", fold(text)).strip()


@lru_cache(maxsize=8192)
def find_bank(text: str) -> Bank | None:
    """`NH TMCP Ngoại thương VN`, `Agribank CN Phú Giáo`, `NHNo&PTNT` → the bank; None when no alias fits."""
    words = _words(text)
    aliases, pattern = _aliases()
    if words in aliases:
        return _banks()[aliases[words]]
    core = " ".join(_NOISE.sub(" ", words).split())
    if core in aliases:
        return _banks()[aliases[core]]
    for candidate in (words, core):
        found = pattern.search(candidate)
        if found:
            return _banks()[aliases[found[1]]]
    glued = words.replace(" ", "")
    if glued in aliases:
        return _banks()[aliases[glued]]
    return _banks().get(aliases.get(_one_letter_off(glued, aliases) or "", ""))


def bank_of_heading(label: str) -> Bank | None:
    """`Số tài khoản Agribank` names the bank of the whole column; words of accounts and of policy name none."""
    words = _HEADING_NOISE.sub(" ", _words(label)).strip()
    return find_bank(words) if len(words) > 2 else None


def _one_letter_off(word: str, aliases: dict[str, str]) -> str | None:
    """`Agibank` → `agribank`: one letter missing, doubled or wrong in a long alias, and only one bank fits."""
    if len(word) < 7:
        return None
    near = [alias for alias in aliases if len(alias) >= 7 and abs(len(alias) - len(word)) <= 1 and _distance_one(alias, word)]
    return near[0] if len({aliases[alias] for alias in near}) == 1 else None


def _distance_one(left: str, right: str) -> bool:
    start = 0
    while start < min(len(left), len(right)) and left[start] == right[start]:
        start += 1
    return left[start + 1 :] == right[start:] or left[start:] == right[start + 1 :] or left[start + 1 :] == right[start + 1 :]


@lru_cache(maxsize=2048)
def find_channel(text: str) -> Literal["bank", "cash", "home", "wallet"] | None:
    """The way of payment named by words, None when they name none. A bank's own name means a transfer."""
    words = _words(text)
    if _WALLET.search(words):
        return "wallet"
    if _HOME.search(words):
        return "home"
    if _BANK.search(words):
        return "bank"
    if find_bank(text):
        return "bank"
    return "cash" if _CASH.search(words) else None
