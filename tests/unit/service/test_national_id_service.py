"""Asking the population service about people the files lack: a real local service, a real warehouse."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
from ansinh.core.errors import PartnerUnavailable, UsageError
from ansinh.identity.service import TRIES, VARIABLE, Refused, ServiceClient, ServiceEndpoint
from ansinh.identity.service_messages import Caller, Question, answer_record, question_xml
from ansinh.identity.service_pull import COUNTED, _journal, pull_missing
from ansinh.local.national_id_service import INTEGRATION_CODE, Service, person_xml, read_people, serving

NAMES = ("Nguyễn Văn Hùng", "Đặng Thị Thảo", "Trần Thị Út", "Lê Văn Đực", "Điểu Brăng")


def person(n: int, **change: Any) -> dict[str, Any]:
    year = 1940 + n % 40
    return {
        "so_dinh_danh": f"0740{year % 100:02d}{n:06d}",
        "so_cmnd": f"28{n:07d}" if n % 5 == 0 else None,
        "ho_va_ten": NAMES[n % 5],
        "ngay_thang_nam_sinh": f"{year}0{n % 9 + 1}15" if n % 4 else None,
        "nam_sinh": str(year),
        "gioi_tinh": 1,
        "ma_phuong_xa": "25858",
        "thuong_tru": "Ấp 3, xã Phú Giáo, thành phố Hồ Chí Minh",
        "trang_thai": "song",
        "ngay_chet": None,
        "tai_khoan_an_sinh": None,
        "cap_nhat_luc": "2026-10-20T08:00:00+07:00",
        **change,
    }


def question(p: dict[str, Any], **change: Any) -> Question:
    day = p["ngay_thang_nam_sinh"]
    born = date(int(day[:4]), int(day[4:6]), int(day[6:])) if day else None
    given = {
        "key": "R1",
        "number": p["so_dinh_danh"],
        "full_name": p["ho_va_ten"],
        "birth_date": born,
        "birth_year": int(p["nam_sinh"]),
        **change,
    }
    return Question(**given)


def endpoint(url: str, **change: Any) -> ServiceEndpoint:
    return ServiceEndpoint(
        **{
            "url": url,
            "integration_code": INTEGRATION_CODE,
            "service_code": "1.001776",
            "officer_code": "CB01",
            "requests_per_second": 500,
            **change,
        }
    )


@pytest.fixture
def service() -> Iterator[tuple[Service, str]]:
    """A service that knows 40 people, and its address."""
    people = [person(n) for n in range(40)]
    running = Service({p["so_dinh_danh"]: p for p in people} | {p["so_cmnd"]: p for p in people if p["so_cmnd"]}, per_second=1000)
    with serving(running) as url:
        yield running, url


@pytest.fixture
def listed(dsn: str, home: Path, service: tuple[Service, str], monkeypatch: pytest.MonkeyPatch) -> psycopg.Connection[Any]:
    """A warehouse whose lists name 30 people of the service and 10 nobody knows; the service is configured."""
    monkeypatch.setenv(VARIABLE, endpoint(service[1]).model_dump_json())
    connection = psycopg.connect(dsn, autocommit=True)
    connection.execute(
        "insert into raw.commune__workbooks (workbook_id, commune_code, period, file_name, sha256, size_bytes, received_at, status)"
        " values ('W1', '25858', '2026-11', 'a.xlsx', 'x', 1, now(), 'accepted')"
    )
    for n in range(40):
        list_row(connection, n, person(n if n < 30 else 1000 + n))
    return connection


def list_row(connection: psycopg.Connection[Any], n: int, p: dict[str, Any], period: str = "2026-11") -> None:
    day = p["ngay_thang_nam_sinh"]
    connection.execute("insert into raw.commune__rows values (%s, 'W1', 'DS', %s, '{}')", (f"R{n:03d}", n + 7))
    connection.execute(
        "insert into raw.commune__readings (row_id, workbook_id, commune_code, period, sheet, row_number, is_blocked, row_key, full_name, id_number,"
        " birth_date, birth_year) values (%s, 'W1', '25858', %s, 'DS', %s, false, 'k', %s, %s, %s, %s)",
        (
            f"R{n:03d}",
            period,
            n + 7,
            p["ho_va_ten"],
            p["so_dinh_danh"],
            f"{day[:4]}-{day[4:6]}-{day[6:]}" if day else None,
            int(p["nam_sinh"]),
        ),
    )


def landed(connection: psycopg.Connection[Any]) -> set[str]:
    return {row[0] for row in connection.execute("select so_dinh_danh from raw.national_id__records").fetchall()}


def test_the_question_carries_the_documented_fields() -> None:
    text = question_xml(question(person(1)), Caller("TH", "DVC", "CB"), "YC1").decode()
    for part in ("<MaTichHop>TH<", "<MaDVC>DVC<", "<MaCanBo>CB<", "<MaYeuCau>YC1<", "<HoVaTen>DANGTHITHAO<", "<NgayThangNam>19410215<"):
        assert part in text
    assert "<SoDinhDanh>074041000001<" in text
    old = question_xml(question(person(4), number="280000004"), Caller("TH", "DVC", "CB"), "YC1").decode()
    assert "<SoCMND>280000004<" in old
    assert "<Nam>1944<" in old


def test_the_answer_comes_back_with_the_feeds_key_names() -> None:
    record = answer_record(person_xml(person(5)))
    assert record is not None
    expected = {
        k: v
        for k, v in person(5).items()
        if k in ("so_dinh_danh", "so_cmnd", "ho_va_ten", "ngay_thang_nam_sinh", "nam_sinh", "ma_phuong_xa", "thuong_tru")
    }
    assert expected.items() <= record.items()
    assert record["gioi_tinh"] == "1"
    assert record["trang_thai"] is None  # this service does not tell of deaths
    assert answer_record(person_xml(None)) is None


@pytest.mark.parametrize(
    "body", [b"", b"not xml", b"<a/>", b"<!DOCTYPE a [<!ENTITY x 'y'>]><Envelope><Body><CongdanCollection/></Body></Envelope>"]
)
def test_an_answer_that_is_not_the_documented_xml_is_no_answer(body: bytes) -> None:
    with pytest.raises(PartnerUnavailable):
        answer_record(body)


def test_number_name_and_birth_must_all_agree(service: tuple[Service, str]) -> None:
    with ServiceClient(endpoint(service[1])) as client:
        assert client.ask(question(person(7))) is not None
        assert client.ask(question(person(5), number="280000005")) is not None
        assert client.ask(question(person(7), full_name="Người Khác")) is None
        assert client.ask(question(person(7), birth_date=date(1947, 8, 16))) is None
        assert client.ask(question(person(7), birth_date=None)) is not None  # only the year is asked about
        assert client.ask(question(person(8))) is not None  # the register has only the year
        assert client.ask(question(person(7), number="074047999999")) is None


def test_a_client_faster_than_the_limit_waits_as_told_and_gets_everything() -> None:
    people = [person(n) for n in range(8)]
    running = Service({p["so_dinh_danh"]: p for p in people}, per_second=4)
    with serving(running) as url, ServiceClient(endpoint(url)) as client:
        assert all(client.ask(question(p)) for p in people)
    assert client.waited >= 1
    assert client.tries == running.calls > 8
    assert running.answered == [p["so_dinh_danh"] for p in people]


def test_calls_are_spaced_by_our_own_limit(service: tuple[Service, str]) -> None:
    began = time.monotonic()
    with ServiceClient(endpoint(service[1], requests_per_second=20)) as client:
        for n in range(1, 9):
            client.ask(question(person(n)))
    assert time.monotonic() - began >= 7 / 20
    assert client.waited == 0


def test_a_service_with_bad_days_is_asked_again_and_one_that_stays_away_is_unavailable() -> None:
    known = person(3)
    running = Service({known["so_dinh_danh"]: known}, per_second=1000, fails_every=2)
    waits: list[float] = []
    with serving(running) as url, ServiceClient(endpoint(url), sleep=waits.append) as client:
        assert all(client.ask(question(known)) for _ in range(5))
        assert running.calls == 9
        running.fails_every = 1
        waits.clear()
        with pytest.raises(PartnerUnavailable):
            client.ask(question(known))
        patience = [w for w in waits if w > 0.1]
        assert len(patience) == TRIES - 1
        assert patience[-1] >= 8
    with ServiceClient(endpoint(url), sleep=waits.append) as client, pytest.raises(PartnerUnavailable):
        client.ask(question(known))  # nobody listens there any more
    assert client.tries == TRIES


def test_no_right_to_ask_is_wrong_usage_and_a_bad_question_is_refused(service: tuple[Service, str]) -> None:
    with ServiceClient(endpoint(service[1], integration_code="OTHER")) as client, pytest.raises(UsageError):
        client.ask(question(person(1)))
    with ServiceClient(endpoint(service[1].replace("tracuu", "khac"))) as client, pytest.raises(Refused):
        client.ask(question(person(1)))


def test_people_the_files_lack_are_asked_once_and_land_like_the_feed(
    listed: psycopg.Connection[Any], service: tuple[Service, str], home: Path
) -> None:
    counts = pull_missing("2026-11")
    expected = {"configured": 1, "questions": 40, "asked": 40, "found": 30, "unknown": 10, "landed": 30}
    assert counts == dict.fromkeys(COUNTED, 0) | expected
    assert landed(listed) == {person(n)["so_dinh_danh"] for n in range(30)}
    files = listed.execute("select kind, status, records from raw.national_id__files").fetchall()
    assert files == [("delta", "accepted", 30)]
    again = pull_missing("2026-11")
    assert (again["questions"], again["already_asked"], again["asked"]) == (10, 10, 0)
    assert service[0].calls == 40
    journal = home / "run" / "national_id_service" / "2026-11"
    assert {p.name for p in journal.iterdir()} == {"asked.txt", "lock"}
    assert oct(journal.stat().st_mode)[-3:] == "700"
    assert "074" not in (journal / "asked.txt").read_text()


def test_without_a_service_nothing_is_asked(listed: psycopg.Connection[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE)
    assert pull_missing("2026-11") == dict.fromkeys(COUNTED, 0)
    monkeypatch.setenv(VARIABLE, json.dumps({"url": "x"}))
    with pytest.raises(UsageError):
        pull_missing("2026-11")


def test_when_the_service_goes_away_what_was_answered_is_landed_and_the_rest_is_asked_next_time(
    listed: psycopg.Connection[Any], service: tuple[Service, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ansinh.identity.service.TRIES", 1)
    service[0].fails_every = 13
    with pytest.raises(PartnerUnavailable):
        pull_missing("2026-11")
    assert len(landed(listed)) == 12
    service[0].fails_every = 0
    counts = pull_missing("2026-11")
    assert counts["asked"] == 28
    assert len(landed(listed)) == 30
    assert sorted(set(service[0].answered)) == sorted(service[0].answered)  # nobody was asked about twice


def test_only_so_many_are_asked_in_one_run(
    listed: psycopg.Connection[Any], service: tuple[Service, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, endpoint(service[1], most_per_run=15).model_dump_json())
    assert [(c["asked"], c["left_for_next_run"]) for c in (pull_missing("2026-11") for _ in range(3))] == [(15, 25), (15, 10), (10, 0)]


def test_a_killed_run_goes_on_where_it_was(listed: psycopg.Connection[Any], dsn: str, home: Path, service: tuple[Service, str]) -> None:
    slow = endpoint(service[1], requests_per_second=40).model_dump_json()
    script = "from ansinh.identity.service_pull import pull_missing; pull_missing('2026-11')"
    environment = {**os.environ, "ANSINH_DSN": dsn, "ANSINH_HOME": str(home), VARIABLE: slow}
    child = subprocess.Popen([sys.executable, "-c", script], env=environment)
    asked = home / "run" / "national_id_service" / "2026-11" / "asked.txt"
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and (not asked.exists() or len(asked.read_text().split()) < 5):
        time.sleep(0.01)
    child.send_signal(signal.SIGKILL)
    child.wait()
    before = service[0].calls
    assert 5 <= before < 40
    with (asked.parent / "answers.ndjson").open("ab") as answers:
        answers.write(b'{"so_dinh_danh": "0740')  # the line the kill cut off
    counts = pull_missing("2026-11")
    assert landed(listed) == {person(n)["so_dinh_danh"] for n in range(30)}
    assert counts["landed"] == 30
    assert service[0].calls <= 41  # at most one person was asked about twice


def test_two_processes_do_not_ask_for_the_same_period_together(listed: psycopg.Connection[Any]) -> None:
    with _journal("2026-11"), pytest.raises(PartnerUnavailable):
        pull_missing("2026-11")


def test_the_service_reads_the_folder_of_the_feed_and_the_newest_record_counts(tmp_path: Path) -> None:
    lines = [
        person(1),
        person(2),
        person(2, ho_va_ten="Tên Mới", cap_nhat_luc="2026-10-22T08:00:00+07:00"),
        person(2, cap_nhat_luc="2020-01-01T08:00:00+07:00"),
    ]
    (tmp_path / "full.ndjson").write_text("\n".join(json.dumps(p) for p in lines), encoding="utf-8")
    people = read_people(tmp_path)
    assert people[person(2)["so_dinh_danh"]]["ho_va_ten"] == "Tên Mới"
    assert len(people) == 2


def test_the_service_runs_as_a_process_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "full.ndjson").write_text(json.dumps(person(1)), encoding="utf-8")
    command = [sys.executable, "-m", "ansinh.local.national_id_service", str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as child:
        try:
            assert child.stdout is not None
            said = json.loads(child.stdout.readline())
            with ServiceClient(endpoint(said["url"])) as client:
                assert client.ask(question(person(1))) is not None
            assert httpx.get(said["url"]).status_code == 501  # only questions are answered
        finally:
            child.terminate()
