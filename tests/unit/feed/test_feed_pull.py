"""Pulling the register's files from a real SFTP server into a real warehouse."""

from __future__ import annotations

import gzip
import json
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest
from ansinh.core.errors import PartnerUnavailable
from ansinh.identity import feed, feed_land

from tests.support.sftp import sftp_server

__all__ = ["sftp_server"]
SAMPLE = Path(__file__).parents[4] / "shared/samples/sftp/national_id/incoming/full_20261120.ndjson"


@pytest.fixture
def incoming(dsn, home, sftp_server) -> Path:
    sftp_server(home)
    return home / "sftp/national_id/incoming"


@pytest.fixture
def ask(dsn):
    with psycopg.connect(dsn, autocommit=True) as connection:
        yield lambda query, *values: connection.execute(query, values or None).fetchall()


def _person(number: int = 1, **change) -> str:
    return json.dumps(
        {
            "so_dinh_danh": f"079168{number:06d}",
            "ho_va_ten": "Đỗ Thị Hạnh",
            "nam_sinh": "1968",
            "gioi_tinh": 2,
            "trang_thai": "song",
            "cap_nhat_luc": "2026-11-20T08:00:00+07:00",
            **change,
        },
        ensure_ascii=False,
    )


def test_a_full_file_lands_with_every_record_once(incoming, ask):
    (incoming / "full_20261101.ndjson").write_text("\n".join(_person(n) for n in range(300)), encoding="utf-8")
    counts = feed.pull("2026-11")
    assert counts == {**dict.fromkeys(feed.COUNTED, 0), "files": 1, "accepted": 1, "records": 300}
    assert ask("select count(distinct so_dinh_danh), count(*), min(line_number), max(line_number) from raw.national_id__records") == [
        (300, 300, 1, 300)
    ]
    assert ask("select kind, status, records, bad_lines, reject_code from raw.national_id__files") == [("full", "accepted", 300, 0, None)]


def test_the_same_bytes_again_change_nothing_even_under_another_name(incoming, ask):
    (incoming / "full.ndjson").write_text(_person(), encoding="utf-8")
    feed.pull("2026-11")
    (incoming / "full_again.ndjson").write_text(_person(), encoding="utf-8")
    counts = feed.pull("2026-11")
    assert (counts["files"], counts["repeated"], counts["records"]) == (2, 2, 0)
    assert ask("select count(*) from raw.national_id__records") == [(1,)]


def test_files_out_of_order_all_land_and_the_latest_update_can_be_told(incoming, ask):
    (incoming / "delta_20261122.ndjson").write_text(_person(trang_thai="chet", cap_nhat_luc="2026-11-22T08:00:00+07:00"), encoding="utf-8")
    feed.pull("2026-11")
    (incoming / "full_20261120.ndjson").write_text(_person(), encoding="utf-8")
    feed.pull("2026-11")
    latest = ask("select distinct on (so_dinh_danh) trang_thai from raw.national_id__records order by so_dinh_danh, cap_nhat_luc desc")
    assert latest == [("chet",)]
    assert ask("select kind from raw.national_id__files order by collected_at") == [("delta",), ("full",)]


def test_a_broken_line_is_listed_with_its_code_and_the_rest_goes_on(incoming, ask):
    (incoming / "full.ndjson").write_text(
        "\n".join([_person(1), "{broken", _person(3, trang_thai="?"), _person(4, gioi_tinh=9)]), encoding="utf-8"
    )
    counts = feed.pull("2026-11")
    assert (counts["partly"], counts["records"], counts["bad_lines"], counts["doubtful"]) == (1, 2, 2, 1)
    assert ask("select line_number, code from ops.feed_problem order by 1") == [(2, "FEED_JSON"), (3, "FEED_STATUS"), (4, "FEED_SEX")]
    assert ask("select status, bad_lines from raw.national_id__files") == [("partly", 2)]


def test_a_damaged_file_is_refused_alone_and_leaves_no_record_behind(incoming, ask):
    whole = "\n".join(_person(n) for n in range(5000)).encode()
    (incoming / "a.ndjson.gz").write_bytes(gzip.compress(whole)[:-9])
    (incoming / "b.csv").write_text("cột,lạ\n1,2", encoding="utf-8")
    (incoming / "c.ndjson").write_text(_person(), encoding="utf-8")
    (incoming / "d.ndjson").write_text("{}\n{}", encoding="utf-8")
    counts = feed.pull("2026-11")
    assert (counts["accepted"], counts["rejected"], counts["records"]) == (1, 3, 1)
    assert ask("select file_name, reject_code from raw.national_id__files where status = 'rejected' order by 1") == [
        ("a.ndjson.gz", "FEED_GZIP"),
        ("b.csv", "FEED_HEADER"),
        ("d.ndjson", "FEED_NO_RECORD"),
    ]
    assert ask("select count(*) from raw.national_id__records") == [(1,)]
    assert ask(
        "select code from ops.feed_problem p join raw.national_id__files using (file_id) where file_name = 'a.ndjson.gz' and line_number = 0"
    ) == [("FEED_GZIP",)]


def test_a_file_still_being_uploaded_is_left_for_the_next_pull(incoming, ask):
    (incoming / "full.ndjson.part").write_text(_person(), encoding="utf-8")
    assert feed.pull("2026-11")["files"] == 0
    (incoming / "full.ndjson.part").rename(incoming / "full.ndjson")
    assert feed.pull("2026-11")["records"] == 1


def test_a_crash_in_the_middle_of_a_file_loses_and_repeats_nothing(incoming, ask, monkeypatch):
    (incoming / "full.ndjson").write_text("\n".join(_person(n) for n in range(100)), encoding="utf-8")
    with monkeypatch.context() as broken:

        def dies(*_):
            raise RuntimeError("killed")

        broken.setattr(feed_land, "_finish", dies)
        with pytest.raises(RuntimeError):
            feed.pull("2026-11")
    assert ask("select count(*) from raw.national_id__files") == [(0,)]
    assert feed.pull("2026-11")["records"] == 100
    assert ask("select count(*) from raw.national_id__records") == [(100,)]


def test_two_pullers_at_once_land_a_file_once(incoming, ask):
    (incoming / "full.ndjson").write_text("\n".join(_person(n) for n in range(2000)), encoding="utf-8")
    with ThreadPoolExecutor(2) as both:
        counts = list(both.map(feed.pull, ["2026-11", "2026-11"]))
    assert sorted(c["records"] for c in counts) == [0, 2000]
    assert ask("select count(*) from raw.national_id__records") == [(2000,)]


def test_nothing_of_a_person_stays_on_our_disk(incoming, home):
    (incoming / "full.ndjson").write_text(_person(), encoding="utf-8")
    feed.pull("2026-11")
    assert list((home / "run/spool").iterdir()) == []


def test_what_a_killed_pull_left_on_disk_is_removed_by_the_next(incoming, home):
    left = home / "run/spool/feed-killed"
    left.mkdir(parents=True)
    (left / ".in-use").touch()
    (left / "fetched").write_text(_person(), encoding="utf-8")
    feed.pull("2026-11")
    assert not left.exists()


def test_a_server_that_is_down_is_a_partner_that_may_be_tried_again(dsn, home, sftp_server, monkeypatch):
    child = sftp_server(home)
    os.kill(child.pid, 15)
    from ansinh.local import sftp

    sftp.stop(home)
    with pytest.raises(PartnerUnavailable):
        feed.pull("2026-11")


@pytest.mark.skipif(not SAMPLE.exists(), reason="the sample folder is not beside this checkout")
def test_the_sample_feed_lands_whole(incoming, ask):
    (incoming / SAMPLE.name).write_bytes(SAMPLE.read_bytes())
    counts = feed.pull("2026-11")
    assert (counts["accepted"], counts["records"], counts["bad_lines"]) == (1, 105, 0)
    assert ask("select count(*) from raw.national_id__records where trang_thai = 'chet' and ngay_chet is not null")[0][0] > 0
