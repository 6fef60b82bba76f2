"""The national-ID feed of the province: one full snapshot and a delta, newline-delimited JSON.

The delta repeats people whose record changed after the snapshot (deaths, new names, new accounts) and a few records older than
the snapshot's: the later `cap_nhat_luc` must win, whatever the order of lines and files.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterable
from pathlib import Path
from random import Random
from typing import Any

import orjson

from ansinh.core.period import Period
from ansinh.local.province.model import Birth, Commune, Person
from ansinh.local.province.province import Province

_CITY = "thành phố Hồ Chí Minh"


def stamps(period: Period) -> tuple[str, str]:
    """(day of the snapshot, day of the delta), ISO days in the month before the period."""
    before = period.plus(-1)
    return f"{before}-20", f"{before}-22"


def record(person: Person, commune: Commune | None, updated: str) -> dict[str, Any]:
    """One feed record with the agreed keys."""
    birth = person.feed_birth or person.birth
    account = person.social_account
    where = f"{person.hamlet}, {commune.type_vi.lower()} {commune.name}, {_CITY}" if commune else None
    return {
        "so_dinh_danh": person.cccd,
        "so_cmnd": person.cmnd,
        "ho_va_ten": person.full_name,
        "ngay_thang_nam_sinh": _day(birth),
        "nam_sinh": str(birth.year),
        "gioi_tinh": 1 if person.sex == "male" else 2,
        "ma_phuong_xa": person.commune,
        "thuong_tru": where,
        "trang_thai": person.status,
        "ngay_chet": person.died_on.strftime("%Y%m%d") if person.died_on else None,
        "tai_khoan_an_sinh": {"bin": account.bin, "so_tai_khoan": account.number, "ten_tai_khoan": account.name} if account else None,
        "cap_nhat_luc": updated,
    }


def _day(birth: Birth) -> str | None:
    return f"{birth.year}{birth.month:02d}{birth.day:02d}" if birth.day is not None else None


def write_feed(province: Province, folder: Path, *, full: bool) -> None:
    """Write `full_<day>.ndjson.gz` (when `full`) and `delta_<day>.ndjson` into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    rng = province.rng("feed")
    communes = {c.code: c for c in province.communes}
    known = [p for p in province.register.people if p.in_feed]
    snapshot_day, delta_day = stamps(province.period)
    if full:
        order = rng.sample(known, len(known))
        records = [_as_of_snapshot(rng, record(p, communes.get(p.commune), _some_time(rng, snapshot_day)), p, province) for p in order]
        _write(folder / f"full_{snapshot_day.replace('-', '')}.ndjson.gz", records)
    changed = [p for p in known if p.key in province.changed]
    delta = [record(p, communes.get(p.commune), f"{delta_day}T{rng.randint(6, 19):02d}:{rng.randint(0, 59):02d}:00+07:00") for p in changed]
    delta += [_stale(record(p, communes.get(p.commune), "2024-03-01T08:00:00+07:00")) for p in rng.sample(known, min(5, len(known)))]
    rng.shuffle(delta)
    _write(folder / f"delta_{delta_day.replace('-', '')}.ndjson", delta)


def _some_time(rng: Random, last_day: str) -> str:
    """A record's own time: most were confirmed with the snapshot, some years ago."""
    if rng.random() < 0.8:
        return f"{last_day}T02:00:00+07:00"
    return f"{rng.randint(2024, 2025)}-{rng.randint(4, 12):02d}-{rng.randint(1, 28):02d}T{rng.randint(7, 17):02d}:15:00+07:00"


def _as_of_snapshot(rng: Random, entry: dict[str, Any], person: Person, province: Province) -> dict[str, Any]:
    """Half of what the delta tells was not known yet when the snapshot was made."""
    if person.key in province.changed and person.status == "chet" and rng.random() < 0.5:
        entry |= {"trang_thai": "song", "ngay_chet": None}
    return entry


def _stale(entry: dict[str, Any]) -> dict[str, Any]:
    """An old state of a record, delivered late: another name spelling and no death; must not win."""
    return entry | {
        "ho_va_ten": str(entry["ho_va_ten"]).split(" ")[0] + " Văn Cũ",
        "trang_thai": "song",
        "ngay_chet": None,
        "tai_khoan_an_sinh": None,
    }


def _write(path: Path, records: Iterable[dict[str, Any]]) -> None:
    body = b"".join(orjson.dumps(r) + b"\n" for r in records)
    if path.suffix == ".gz":
        with path.open("wb") as raw, gzip.GzipFile(filename="", mode="wb", fileobj=raw, mtime=0, compresslevel=6) as packed:
            packed.write(body)
    else:
        path.write_bytes(body)
