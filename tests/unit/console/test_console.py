"""The console answers only whom its login lets in, and shows a hostile file name as text."""

from __future__ import annotations

import psycopg
import pytest
from ansinh.console.app import create_app
from fastapi import FastAPI, HTTPException
from fastapi.testclient import TestClient

from tests.support.landed import row, workbook


def _app(user: str | None) -> FastAPI:
    def login() -> str:
        if user is None:
            raise HTTPException(401)
        return user

    return create_app(login, str)


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/checks",
        "/communes",
        "/held",
        "/cases",
        "/cases/C" + "0" * 20,
        "/approvals",
        "/people",
        "/people/P" + "0" * 20,
        "/report?period=2026-11",
    ],
)
def test_nobody_gets_a_page_without_logging_in(dsn: str, path: str) -> None:
    assert TestClient(_app(None)).get(path).status_code == 401


def test_the_newest_period_opens_by_itself(dsn: str) -> None:
    with psycopg.connect(dsn) as connection:
        workbook(connection, "W1", period="2026-10")
        workbook(connection, "W2", period="2026-11")
    page = TestClient(_app("checker")).get("/")
    assert page.status_code == 200
    assert "kỳ 2026-11" in page.text
    assert "Người đang xem: checker" in page.text


def test_an_empty_warehouse_says_so(dsn: str) -> None:
    assert "Chưa có dữ liệu của kỳ này." in TestClient(_app("checker")).get("/").text


def test_a_file_name_cannot_run_in_the_officers_browser(dsn: str) -> None:
    with psycopg.connect(dsn) as connection:
        workbook(connection, file_name="<script>alert(1)</script>.xlsx")
        row(connection, "R1")
    page = TestClient(_app("checker")).get("/communes?period=2026-11")
    assert "<script>" not in page.text
    assert "&lt;script&gt;" in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]


def test_a_period_that_is_no_period_is_refused(dsn: str) -> None:
    assert TestClient(_app("checker")).get("/?period=2026-13").status_code == 422


def test_a_period_without_a_report_is_not_found(dsn: str) -> None:
    assert TestClient(_app("checker")).get("/report?period=2026-11").status_code == 404


def test_a_database_that_is_down_gives_a_sentence(dsn: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANSINH_DSN", "postgresql://nobody@127.0.0.1:1/none")
    page = TestClient(_app("checker"), raise_server_exceptions=False).get("/")
    assert page.status_code == 503
    assert "Không kết nối được kho dữ liệu" in page.text
