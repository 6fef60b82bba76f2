"""The catalogue of checks: `expectations/catalogue.yml`, one entry a code."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import yaml

from ansinh.core.errors import UsageError
from ansinh.core.settings import project_root
from ansinh.text import say


@dataclass(frozen=True, slots=True)
class CatalogueEntry:
    """One check: what it says, how to fix it, who fixes it (`commune`, `province` or `system`)."""

    code: str
    title_vi: str
    says_vi: str
    fix_vi: str
    says_en: str
    fix_en: str
    owner: str
    severity: Literal["block", "look", "note"]
    gate: str

    def says(self, params: dict[str, Any] | None = None, language: str = "vi") -> str:
        """The sentence, filled with the problem's params; a missing param shows as `…`."""
        return _filled(self.says_vi if language == "vi" else self.says_en, params)

    def fix(self, params: dict[str, Any] | None = None, language: str = "vi") -> str:
        """The instruction, filled like the sentence."""
        return _filled(self.fix_vi if language == "vi" else self.fix_en, params)


class _Gentle(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "…"


def _filled(sentence: str, params: dict[str, Any] | None) -> str:
    return sentence.format_map(_Gentle(params or {}))


@lru_cache(maxsize=4)
def _catalogue(path: Path, _mtime: int) -> dict[str, CatalogueEntry]:
    tree: dict[str, dict[str, Any]] = yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER)  # noqa: S506 (safe loader, C or Python)
    wanted = [name for name in CatalogueEntry.__dataclass_fields__ if name != "code"]
    return {code: CatalogueEntry(code=code, **{name: str(body.get(name, "")) for name in wanted}) for code, body in tree.items()}  # type: ignore[arg-type]


_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def catalogue() -> dict[str, CatalogueEntry]:
    """Every entry by code, in the order of the file."""
    path = project_root() / "expectations" / "catalogue.yml"
    return _catalogue(path, path.stat().st_mtime_ns)


def entry(code: str) -> CatalogueEntry:
    """One entry. Raises UsageError for a code the catalogue does not know."""
    found = catalogue().get(code)
    if found is None:
        raise UsageError(say("errors.catalogue.unknown", code=code), say("errors.catalogue.unknown_fix"))
    return found
