"""Whose list it is: the commune its title names, and whether it is our own answer coming back corrected."""

from __future__ import annotations

import re
from functools import lru_cache

from ansinh.identity.names import fold, name_key
from ansinh.intake.marker import ANSWER_MARK, ANSWER_SHEET, original_name
from ansinh.intake.model import Problem
from ansinh.intake.open import Grid, Opened
from ansinh.intake.table import problem
from ansinh.intake.title import Title
from ansinh.rules.reference import load


def is_our_answer(opened: Opened, file_name: str) -> bool:
    """Whether it carries our answer sheet or our hidden name, or is still called as we called it."""
    marked = ANSWER_MARK in opened.defined_names or any(grid.name == ANSWER_SHEET for grid in opened.grids)
    return marked or original_name(file_name) is not None


def without_our_sheets(grids: list[Grid]) -> list[Grid]:
    """The sender's own sheets inside an answer."""
    return [grid for grid in grids if grid.name != ANSWER_SHEET]


@lru_cache(maxsize=1)
def _communes() -> tuple[dict[str, tuple[str, str]], dict[str, set[str]], dict[str, set[str]]]:
    """code → (name, province), name key → codes (2025), new code → name keys of the communes merged into it."""
    current: dict[str, tuple[str, str]] = {}
    by_name: dict[str, set[str]] = {}
    old_names: dict[str, str] = {}
    for row in load("communes"):
        if row["code_system"] == "gso_2025":
            current[row["commune_code"]] = (f"{row['type_vi']} {row['name_vi']}", row["province_code"])
            by_name.setdefault(row["name_key"], set()).add(row["commune_code"])
        else:
            old_names[row["commune_code"]] = row["name_key"]
    merged: dict[str, set[str]] = {}
    for row in load("commune_crosswalk_2025"):
        name = old_names.get(row["old_commune_code"])
        if name:
            merged.setdefault(row["new_commune_code"], set()).add(name)
    return current, by_name, merged


def wrong_commune(titles: list[Title], commune_code: str | None) -> list[Problem]:
    """A question when the title names another commune of the same province and none of its own or former names."""
    if commune_code is None:
        return []
    named = [name for title in titles for name in title.communes]
    if not named:
        return []
    current, by_name, merged = _communes()
    if commune_code not in current:
        return []
    own_name, province = current[commune_code]
    own = {_plain(own_name), *merged.get(commune_code, set())}
    keys = [(name, _plain(name)) for name in named]
    if any(key in own for _, key in keys):
        return []
    for name, key in keys:
        if any(current[code][1] == province for code in by_name.get(key, ())):
            return [problem("WRONG_COMMUNE", found=name, expected=own_name)]
    return []


def _plain(name: str) -> str:
    return name_key(re.sub(r"^(xa|phuong|thi tran|dac khu)\s+", "", fold(name)))
