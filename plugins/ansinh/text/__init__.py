"""Every sentence a person reads, by key and language: `say("run.nothing_to_pay", period="2026-11")`."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from typing import Any

import yaml


@lru_cache(maxsize=4)
def _sentences(language: str) -> dict[str, str]:
    tree = yaml.safe_load(files(__package__).joinpath(f"{language}.yml").read_text(encoding="utf-8"))
    flat: dict[str, str] = {}

    def walk(node: dict[str, Any], prefix: str) -> None:
        for key, value in node.items():
            if isinstance(value, dict):
                walk(value, f"{prefix}{key}.")
            else:
                flat[f"{prefix}{key}"] = str(value).strip()

    walk(tree or {}, "")
    return flat


def say(key: str, /, language: str = "vi", **values: object) -> str:
    """The sentence under `key`, filled in. Raises KeyError for an unknown key or a missing value."""
    return _sentences(language)[key].format(**values)


def field_label(name: str) -> str:
    """What a column of a list is called; the field's own name when it has no word."""
    return _sentences("vi").get(f"label.field.{name}", name)


def keys(language: str = "vi") -> set[str]:
    """All keys of a language (a test holds the languages together)."""
    return set(_sentences(language))
