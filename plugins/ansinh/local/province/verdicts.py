"""What the register must say about a listed row: the truth the identity part is judged by."""

from __future__ import annotations

from typing import Any

from ansinh.local.province.model import Person
from ansinh.local.province.names import plain


class RegisterView:
    """The register as the feed shows it, by CCCD and by old CMND."""

    def __init__(self, people: list[Person]) -> None:
        known = [p for p in people if p.in_feed]
        self._by_number = {p.cmnd: p for p in known if p.cmnd} | {p.cccd: p for p in known}

    def verdict(self, truth: dict[str, Any]) -> str:
        """Status of a row as read: deceased > missing > not_found > birth > sex > name; equal without tones is a match.

        A row without a number answers `no_id`: whether the register has a single candidate depends on the method.
        """
        number = truth["id_number"]
        if number is None:
            return "no_id"
        person = self._by_number.get(number)
        if person is None:
            return "not_found"
        if person.status == "chet":
            return "deceased"
        if person.status in ("mat_tich", "huy"):
            return "missing"
        if not _same_birth(truth, person):
            return "mismatch_birth"
        if truth["sex"] is not None and truth["sex"] != person.sex:
            return "mismatch_sex"
        return "match" if plain(truth["full_name"]) == plain(person.full_name) else "mismatch_name"


def _same_birth(truth: dict[str, Any], person: Person) -> bool:
    birth = person.feed_birth or person.birth
    if truth["birth_date"] and birth.is_full:
        return bool(truth["birth_date"] == birth.as_date().isoformat())
    return bool(truth["birth_year"] == birth.year)
