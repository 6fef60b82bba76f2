"""The console's buttons: who may press them, that no other site can, and that each writes what the command line would."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest
from ansinh.console.app import create_app
from ansinh.payment import approve
from fastapi import FastAPI, HTTPException
from fastapi.testclient import TestClient
from psycopg.types.json import Jsonb

from tests.support import paylist
from tests.support.landed import row, workbook

PERIOD = "2026-11"
OURS = {"sec-fetch-site": "same-origin"}


def app(user: str | None = "checker") -> FastAPI:
    """The console for one signed-in user; `auditor` only looks."""

    def login() -> str:
        if user is None:
            raise HTTPException(401)
        return user

    return create_app(login, str, lambda who, right: who != "auditor")


def client(user: str | None = "checker", **headers: str) -> TestClient:
    return TestClient(app(user), headers=headers or OURS, follow_redirects=False)


@pytest.fixture
def held(dsn: str) -> str:
    """A list in force of ten people and an unclear one with three of them and three new ones."""
    with psycopg.connect(dsn) as connection:
        workbook(connection, "W1")
        workbook(connection, "W2", status="held", reject_code="KIND_UNCLEAR", received_at="2026-10-21T23:30:00+07:00", row_count=6)
        for number in range(10):
            row(connection, f"R{number}", "W1", row_number=7 + number, row_key=f"k{number}")
        for number in range(7, 13):
            row(connection, f"S{number}", "W2", row_number=number, row_key=f"k{number}", amount_vnd=500_000)
        connection.execute(
            "insert into ops.row_problem (workbook_id, code, severity, owner, params) values ('W2', 'KIND_UNCLEAR', 'block', 'commune', %s)",
            (Jsonb({"matched": 3, "rows": 6, "withdrawn": 7, "live": 10}),),
        )
    return "W2"


@pytest.fixture
def unsure(dsn: str) -> str:
    """A workbook with two columns that may be the amount."""
    choice = [{"column": letter, "header": "Số tiền", "filled": 5, "samples": ["500000"]} for letter in "GH"]
    layout = {"DS": {"header_key": "a|b", "columns": {"B": "full_name"}, "questions": [{"field": "amount", "candidates": choice}]}}
    with psycopg.connect(dsn) as connection:
        workbook(connection, "W3", status="held", reject_code="MAPPING_UNSURE", layout=Jsonb(layout))
    return "W3"


def ask(dsn: str, query: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(dsn) as connection:
        return connection.execute(query).fetchall()


PRESSED = [
    ("/held/W2/kind", {"period": PERIOD, "decision": "supplement", "reason": "đã gọi xã"}),
    ("/held/W3/columns", {"period": PERIOD, "column:DS!amount": "G", "reason": "đã gọi xã"}),
    ("/cases/C" + "0" * 20, {"period": PERIOD, "decision": "same", "reason": "đã gặp gia đình"}),
    ("/approvals/2026-11-YTE-1", {"period": PERIOD, "decision": "approve"}),
    ("/people", {"period": PERIOD, "term": "Nguyễn Văn An"}),
]


@pytest.mark.parametrize(("path", "data"), PRESSED)
def test_no_button_works_without_a_login(dsn: str, path: str, data: dict[str, str]) -> None:
    assert client(None).post(path, data=data).status_code == 401


@pytest.mark.parametrize(("path", "data"), PRESSED)
@pytest.mark.parametrize("site", ["cross-site", "same-site", "none"])
def test_another_site_cannot_press_a_button_with_an_officers_cookie(dsn: str, path: str, data: dict[str, str], site: str) -> None:
    assert client(**{"sec-fetch-site": site}).post(path, data=data).status_code == 403
    assert client(origin="https://evil.example").post(path, data=data).status_code == 403


@pytest.mark.parametrize(("path", "data"), PRESSED[:-1])
def test_who_only_looks_cannot_press_a_button(held: str, unsure: str, dsn: str, path: str, data: dict[str, str]) -> None:
    refused = client("auditor").post(path, data=data)
    assert refused.status_code == 403
    assert "không được làm việc này" in refused.text
    page = client("auditor").get(f"/held?period={PERIOD}")
    assert "chỉ được xem" in page.text
    assert "Ghi câu trả lời" not in page.text
    assert ask(dsn, "select count(*) from ops.audit_event") == [(0,)]


def test_a_held_list_shows_what_each_answer_changes_and_takes_one(held: str, dsn: str) -> None:
    page = client().get(f"/held?period={PERIOD}")
    assert "3/6 dòng đã có trong danh sách của kỳ" in page.text
    assert "nhận 23:30 21/10/2026" in page.text  # in Vietnam's time
    for changed in ("−5.100.000 đ", "+570.000 đ", "+3.000.000 đ"):  # resend, correction, supplement of 6 × 500.000
        assert changed in page.text
    done = client().post("/held/W2/kind", data={"period": PERIOD, "decision": "correction", "reason": "đã gọi xã"})
    assert (done.status_code, done.headers["location"]) == (303, f"/held?period={PERIOD}&done=kind")
    assert ask(dsn, "select status, kind from raw.commune__workbooks where workbook_id = 'W2'") == [("accepted", "correction")]
    assert ask(dsn, "select actor, body ->> 'reason' from ops.audit_event") == [("checker", "đã gọi xã")]
    after = client().get(done.headers["location"])
    assert "Đã ghi câu trả lời" in after.text
    again = client().post("/held/W2/kind", data={"period": PERIOD, "decision": "reject", "reason": "x"})
    assert again.status_code == 409
    assert "không chờ trả lời" in again.text


@pytest.mark.parametrize("data", [{"decision": "supplement"}, {"decision": "supplement", "reason": " "}])
def test_an_answer_without_a_reason_is_refused_with_a_sentence(held: str, dsn: str, data: dict[str, str]) -> None:
    refused = client().post("/held/W2/kind", data={"period": PERIOD, **data})
    assert refused.status_code == 400
    assert "Chưa có lý do." in refused.text
    assert client().post("/held/W2/kind", data={"period": PERIOD, "decision": "burn", "reason": "x"}).status_code == 422


def test_an_unsure_column_is_chosen_by_a_button_and_remembered(unsure: str, dsn: str) -> None:
    page = client().get(f"/held?period={PERIOD}")
    assert 'name="column:DS!amount" value="G"' in page.text
    assert client().post("/held/W3/columns", data=PRESSED[1][1]).status_code == 303
    assert ask(dsn, "select mapping, confirmed_by, reason from ops.commune_layout") == [
        ({"B": "full_name", "G": "amount"}, "checker", "đã gọi xã")
    ]
    assert "được đọc lại trong lượt thu sau" in client().get(f"/held?period={PERIOD}").text
    assert "checker" in client().get(f"/communes?period={PERIOD}").text


def test_an_approver_approves_what_he_saw_and_nobody_his_own_run(dsn: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANSINH_NOW", "2026-10-23T08:00:00+07:00")
    with psycopg.connect(dsn) as connection:
        workbook(connection, "W1")
    run_id = paylist.sealed(dsn, [paylist.entitlement("P1", months={PERIOD: 810_000})])
    request = approve.approval_request(run_id)
    page = client("lanh.dao").get(f"/approvals?period={PERIOD}")
    assert "810.000 đ" in page.text
    assert request.files[0].sha256 in page.text
    own = client(paylist.MAKER).get(f"/approvals?period={PERIOD}")
    assert "không được duyệt chính đợt đó" in own.text
    path, data = f"/approvals/{run_id}", {"period": PERIOD, "decision": "approve", "manifest": request.manifest_sha256}
    assert client("lanh.dao").post(path, data={**data, "manifest": "0" * 64}).status_code == 409
    assert client(paylist.MAKER).post(path, data=data).status_code == 409
    assert ask(dsn, "select count(*) from ops.approval") == [(0,)]
    assert client("lanh.dao").post(path, data=data).status_code == 303
    assert ask(dsn, "select approver, decision from ops.approval") == [("lanh.dao", "approve")]
    assert client("lanh.dao").post(path, data={**data, "decision": "hold"}).status_code == 409  # no reason given
