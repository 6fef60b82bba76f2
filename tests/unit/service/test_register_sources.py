"""Where the register is heard from, and a month whose lists are completed by the service: real SFTP, real stand-in, real warehouse."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import psycopg
import pytest
from ansinh import airflow_glue as glue
from ansinh.core.clock import now
from ansinh.core.errors import PartnerUnavailable, UsageError
from ansinh.core.remote import Endpoint, variable
from ansinh.identity import feed
from ansinh.identity.service import VARIABLE, ServiceEndpoint
from ansinh.identity.service_pull import pull_missing
from ansinh.identity.sources import sources
from ansinh.intake.collect import collect_chunk
from ansinh.local import doctor, national_id_service

from tests.support.sftp import sftp_server
from tests.support.sheets import sheet, xlsx

__all__ = ["sftp_server"]
REGISTERED = (("075150123456", "Nguyễn Thị Hoa", "19500312", "1950"), ("074062234567", "Trần Văn Bình", "19620905", "1962"))


def record(number: str, name: str, day: str, year: str, **change: Any) -> str:
    sex = 1 + int(number[3]) % 2
    at = "2026-11-20T08:00:00+07:00"
    filled = {"so_dinh_danh": number, "ho_va_ten": name, "ngay_thang_nam_sinh": day, "nam_sinh": year, "gioi_tinh": sex, "cap_nhat_luc": at}
    return json.dumps({**filled, "trang_thai": "song", **change}, ensure_ascii=False)


@pytest.fixture
def province(dsn: str, home: Path, sftp_server: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A home with both ways to the register: one listed person stands in the file drop, another only in the service."""
    (home / "ansinh.toml").write_text('[national_id]\nsource = "both"\n', encoding="utf-8")
    sftp_server(home)
    (home / "sftp/national_id/incoming/full_20261120.ndjson").write_text(record(*REGISTERED[0]), encoding="utf-8")
    own = home / national_id_service.NAME
    own.mkdir()
    (own / "full.ndjson").write_text("\n".join(record(*person) for person in REGISTERED), encoding="utf-8")
    national_id_service.start(home, with_parent=True)
    monkeypatch.setenv(VARIABLE, json.dumps(national_id_service.described(home, "both")))
    incoming = home / "sftp/communes/25858/incoming"
    incoming.mkdir(parents=True)
    (incoming / "DS T11.xlsx").write_bytes(xlsx(("DS", sheet())))
    yield home
    national_id_service.stop(home)


def known(dsn: str) -> dict[str, int]:
    with psycopg.connect(dsn) as connection:
        return dict(connection.execute("select so_dinh_danh, count(*)::int from raw.national_id__records group by 1").fetchall())


def test_a_month_asks_the_service_only_about_listed_people_the_files_lack_and_only_once(province: Path, dsn: str) -> None:
    assert feed.pull("2026-11")["records"] == 1
    assert pull_missing("2026-11")["questions"] == 0  # both procedures start together: no list has landed yet
    collect_chunk("2026-11", ["25858"])
    first = pull_missing("2026-11")  # what build_warehouse does first
    assert (first["questions"], first["asked"], first["found"], first["landed"]) == (4, 4, 1, 1)
    assert known(dsn) == {number: 1 for number, *_ in REGISTERED}
    again = pull_missing("2026-11")
    assert (again["questions"], again["already_asked"], again["asked"]) == (3, 3, 0)


def test_a_record_nobody_confirmed_for_longer_than_the_settings_allow_is_asked_about_again(province: Path, dsn: str) -> None:
    old = (now() - timedelta(days=400)).isoformat()
    (province / "sftp/national_id/incoming/full_20261120.ndjson").write_text(record(*REGISTERED[0], cap_nhat_luc=old), encoding="utf-8")
    feed.pull("2026-11")
    collect_chunk("2026-11", ["25858"])
    assert pull_missing("2026-11")["found"] == 2
    assert known(dsn)[REGISTERED[0][0]] == 2


def test_a_service_that_went_away_is_a_silent_partner_and_the_next_run_goes_on(
    province: Path, dsn: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    collect_chunk("2026-11", ["25858"])
    monkeypatch.setattr("ansinh.identity.service.TRIES", 1)
    national_id_service.stop(province)
    with pytest.raises(PartnerUnavailable):
        pull_missing("2026-11")
    national_id_service.start(province, with_parent=True)
    monkeypatch.setenv(VARIABLE, json.dumps(national_id_service.described(province, "both")))
    assert pull_missing("2026-11")["found"] == 2


def test_the_stand_in_hears_of_people_who_come_later(province: Path, dsn: str) -> None:
    own = province / national_id_service.NAME
    collect_chunk("2026-11", ["25858"])
    (own / "delta.ndjson").write_text(record("079216345678", "Lê Minh Khôi", "20161120", "2016"), encoding="utf-8")
    assert pull_missing("2026-11")["found"] == 3


def service(**change: Any) -> str:
    filled = {"url": "http://127.0.0.1:9/x", "integration_code": "T", "service_code": "D", "officer_code": "C"}
    return ServiceEndpoint(**{**filled, **change}).model_dump_json()


@pytest.mark.parametrize(
    ("setting", "connected", "expected"),
    [
        ("auto", "nothing", (True, False)),
        ("auto", "beside", (True, True)),
        ("auto", "alone", (False, True)),
        ("files", "beside", (True, False)),
        ("service", "beside", (False, True)),
        ("service", "alone", (False, True)),
        ("both", "beside", (True, True)),
        ("service", "nothing", None),
        ("both", "nothing", None),
        ("both", "alone", None),
        ("files", "alone", None),
    ],
)
def test_settings_and_connections_say_together_where_the_register_is_heard_from(
    home: Path, monkeypatch: pytest.MonkeyPatch, setting: str, connected: str, expected: tuple[bool, bool] | None
) -> None:
    (home / "ansinh.toml").write_text(f'[national_id]\nsource = "{setting}"\n', encoding="utf-8")
    if connected != "nothing":
        monkeypatch.setenv(VARIABLE, service(instead_of_files=connected == "alone"))
    if expected is None:
        with pytest.raises(UsageError):
            sources()
    else:
        found = sources()
        assert (found.files, found.service is not None) == expected


def test_a_province_without_a_file_drop_needs_no_sftp_server(dsn: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, service(instead_of_files=True))
    assert feed.pull("2026-11") == dict.fromkeys(feed.COUNTED, 0)


def test_an_http_connection_is_the_service_and_an_sftp_connection_the_file_drop(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    http = SimpleNamespace(
        conn_type="http", host="lgsp.example.vn", port=8443, schema="https", login="CB01", password="TH01",
        extra_dejson={"path": "/congdan/tracuu", "service_code": "1.001776", "most_per_run": 50},
    )  # fmt: skip
    drop = SimpleNamespace(conn_type="sftp", host="h", port=22, login="u", extra_dejson={"key_file": "/k", "host_key": "ssh-ed25519 A"})
    for name in (VARIABLE, variable("ansinh_national_id")):
        monkeypatch.setenv(name, "")
    monkeypatch.setattr(glue, "_connection", {"ansinh_national_id": http}.get)
    glue.use_connections()
    alone = sources().service
    assert alone is not None
    assert (alone.url, alone.officer_code, alone.integration_code) == ("https://lgsp.example.vn:8443/congdan/tracuu", "CB01", "TH01")
    assert (alone.most_per_run, alone.instead_of_files) == (50, True)
    monkeypatch.setattr(glue, "_connection", {"ansinh_national_id": drop, "ansinh_national_id_service": http}.get)
    glue.use_connections()
    assert sources().files
    assert Endpoint.model_validate_json(glue._remote(drop, {}).replace("{", '{"name": "n",', 1)).host == "h"


def test_the_doctor_says_where_the_register_is_heard_from(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "tệp" in doctor._register()
    monkeypatch.setenv(VARIABLE, service())
    with pytest.raises(PartnerUnavailable):
        doctor._register()
