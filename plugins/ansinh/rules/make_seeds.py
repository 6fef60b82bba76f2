"""Make the commune seeds from the installable package `vietnamadminunits` (MIT): `python -m ansinh.rules.make_seeds`.

Two files in dbt_project/seeds:
- `communes.csv`: the list before the merge of 1 July 2025 (`gso_2024`) and the one after (`gso_2025`), each row with the days it
  holds. Codes were re-used with other meanings, so a code says nothing without its system.
- `commune_crosswalk_2025.csv`: which old commune went into which new one; `is_divided` where it was split between several.

The changes of 2026 (communes that became wards, Đồng Nai that became a city) are newer than the package; they stand below with
their resolutions.
"""

from __future__ import annotations

import csv
import json
import sqlite3
import unicodedata
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

from ansinh.core.settings import project_root

LAST_DAY_OLD, FIRST_DAY_NEW = "2025-06-30", "2025-07-01"
_TYPES = ("Thị trấn", "Đặc khu", "Phường", "Xã")


class TypeChange(NamedTuple):
    """Communes (codes) that became wards on `day`, by `resolution`."""

    day: str
    last_day_before: str
    resolution: str
    codes: tuple[str, ...]


# NQ 237/NQ-UBTVQH16 of 14/4/2026 took effect with the city of Đồng Nai (NQ 30/2026/QH16). For NQ 388/NQ-UBTVQH16 only the day
# of the resolution is known here; codes do not change with the type, so nothing is keyed on that day.
TYPE_CHANGES = (
    TypeChange(
        "2026-04-30",
        "2026-04-29",
        "NQ 237/NQ-UBTVQH16, 14/4/2026",
        ("25270", "25357", "25363", "26116", "26170", "26248", "26326", "26368", "26425", "26485"),
    ),
    TypeChange(
        "2026-08-04",
        "2026-08-03",
        "NQ 388/NQ-UBTVQH16, 4/8/2026",
        ("07294", "07375", "07399", "07444", "07840", "09193", "09292", "09313", "09319", "09454", "09475", "09496"),
    ),
)
PROVINCE_RENAMED = ("75", "2026-04-30", "2026-04-29", "Thành phố Đồng Nai")  # NQ 30/2026/QH16


class CommuneRow(NamedTuple):
    """One line of communes.csv; dates are ISO days, empty where open."""

    commune_code: str
    code_system: str
    name_vi: str
    name_key: str
    type_vi: str
    province_code: str
    province_vi: str
    district_vi: str
    valid_from: str
    valid_to: str


class CrosswalkRow(NamedTuple):
    """One line of commune_crosswalk_2025.csv."""

    old_commune_code: str
    new_commune_code: str
    is_divided: str


def name_key(name: str) -> str:
    """`Phú Giáo` → `phu giao`: lower case, no tones, single spaces."""
    bare = "".join(c for c in unicodedata.normalize("NFD", name.lower().replace("đ", "d")) if not unicodedata.combining(c))
    return " ".join(bare.split())


def split_type(full_name: str) -> tuple[str, str]:
    """`Xã Phú Giáo` → (`Xã`, `Phú Giáo`)."""
    full = " ".join(unicodedata.normalize("NFC", full_name).split())
    for kind in _TYPES:
        if full.startswith(kind + " "):
            return kind, full[len(kind) + 1 :]
    return "", full


def _row(code: str, system: str, full_name: str, province: tuple[str, str], district: str, days: tuple[str, str]) -> CommuneRow:
    kind, name = split_type(full_name)
    return CommuneRow(code, system, name, name_key(name), kind, *province, district, *days)


def old_communes(database: sqlite3.Connection) -> Iterator[CommuneRow]:
    """The list before the merge. An island district without communes stands under its district code."""
    asked = "select provinceCode, province, districtCode, district, wardCode, ward from admin_units_legacy order by coalesce(wardCode, districtCode)"
    for province_code, province, district_code, district, code, name in database.execute(asked):
        code_or_district, name_or_district = code or district_code, name or district.removeprefix("Huyện ")
        yield _row(code_or_district, "gso_2024", name_or_district, (province_code, province), district, ("", LAST_DAY_OLD))


def new_communes(database: sqlite3.Connection) -> Iterator[CommuneRow]:
    """The list since the merge, split into dated rows where the type or the province's name changed in 2026."""
    changes = {code: change for change in TYPE_CHANGES for code in change.codes}
    asked = "select provinceCode, province, wardCode, ward from admin_units order by wardCode"
    for province_code, province, code, name in database.execute(asked):
        change = changes.get(code)
        renamed = province_code == PROVINCE_RENAMED[0]
        if not change and not renamed:
            yield _row(code, "gso_2025", name, (province_code, province), "", (FIRST_DAY_NEW, ""))
            continue
        day, last_day = (change.day, change.last_day_before) if change else PROVINCE_RENAMED[1:3]
        later_name = f"Phường {split_type(name)[1]}" if change else name
        later_province = PROVINCE_RENAMED[3] if renamed else province
        yield _row(code, "gso_2025", name, (province_code, province), "", (FIRST_DAY_NEW, last_day))
        yield _row(code, "gso_2025", later_name, (province_code, later_province), "", (day, ""))


def crosswalk(database: sqlite3.Connection, converter: dict[str, dict[str, dict[str, list[object]]]]) -> list[CrosswalkRow]:
    """Old code → new code, sorted. Raises KeyError when the package names a commune its own lists do not have."""
    asked = "select provinceKey, districtKey, wardKey, coalesce(wardCode, districtCode) from admin_units_legacy"
    old = {"_".join(part or "" for part in key): code for *key, code in database.execute(asked)}
    new = {(province, ward): code for province, ward, code in database.execute("select provinceKey, wardKey, wardCode from admin_units")}
    rows = set()
    for province, wards in converter["DICT_PROVINCE_WARD_NO_DIVIDED"].items():
        for ward, sources in wards.items():
            rows |= {CrosswalkRow(old.get(str(s)) or old[f"{s}_"], new[province, ward], "false") for s in sources}
    for province, sources_divided in converter["DICT_PROVINCE_WARD_DIVIDED"].items():
        for source, parts in sources_divided.items():
            rows |= {CrosswalkRow(old[source], new[province, str(part["newWardKey"])], "true") for part in parts if isinstance(part, dict)}
    return sorted(rows)


def _write(path: Path, columns: tuple[str, ...], rows: list[CommuneRow] | list[CrosswalkRow]) -> None:
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)


def make_commune_seeds(folder: Path | None = None) -> dict[str, int]:
    """Write both seeds into `folder` (default dbt_project/seeds); returns rows per file. Needs the development packages."""
    target = folder or project_root() / "dbt_project" / "seeds"
    data = files("vietnamadminunits") / "data"
    with sqlite3.connect(f"file:{data / 'dataset.db'}?mode=ro", uri=True) as database:
        communes = [*new_communes(database), *old_communes(database)]
        pairs = crosswalk(database, json.loads((data / "converter_2025.json").read_text(encoding="utf-8")))
    database.close()
    _write(target / "communes.csv", CommuneRow._fields, communes)
    _write(target / "commune_crosswalk_2025.csv", CrosswalkRow._fields, pairs)
    return {"communes": len(communes), "commune_crosswalk_2025": len(pairs)}


if __name__ == "__main__":
    for name, count in make_commune_seeds().items():
        print(f"{name}: {count}")
