"""Thirty broken payment files: each is caught by our own check, also those a schema and a bank let pass.

mock-bank judges the same files: whatever it calls an error we must call one too.
"""

from __future__ import annotations

import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path

import pytest
from ansinh.core.clock import VIETNAM
from ansinh.core.period import Period
from ansinh.payment.files.check import Expected, check_pain001
from ansinh.payment.files.pain001 import FileHead, write_pain001
from ansinh.payment.files.transfer import Line, transfer_maker
from ansinh.payment.profile import load_profile

MESSAGE = "ANSINH-202611-YTE-1-00001"
E2E = "AS2611-1-00000000000000000000000"
EXPECTED = Expected(3, 2_430_006, MESSAGE, "3751000001", date(2026, 10, 23))


def good(tmp_path: Path, name: str = "demo_bank") -> bytes:
    profile = load_profile(name)
    make = transfer_maker(profile, Period(2026, 11))
    items = [make(Line(f"{E2E}{n}", "BTXH", "970436", f"001100120000{n}", "Nguyễn Văn Đức", 810_000 + n)) for n in (1, 2, 3)]
    sealed_at = datetime(2026, 10, 23, 8, tzinfo=VIETNAM)
    head = FileHead(MESSAGE, sealed_at, date(2026, 10, 26), 3, 2_430_006, "SO Y TE", "3751000001", "01204001")
    write_pain001(tmp_path / "good.xml", profile, head, items)
    return (tmp_path / "good.xml").read_bytes()


def swap(old: str, new: str, times: int = 1) -> Callable[[bytes], bytes]:
    def change(content: bytes) -> bytes:
        assert old.encode() in content, old
        return content.replace(old.encode(), new.encode(), times)

    return change


def first_to_zero(content: bytes) -> bytes:
    """Zero in one payment, its amount added to another: every sum still agrees."""
    return content.replace(b">810001<", b">0<").replace(b">810002<", b">1620003<")


BROKEN: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "MsgId of 36 characters": (swap(f"<MsgId>{MESSAGE}", "<MsgId>" + "X" * 36), "BAD_VALUE"),
    "PmtInfId of 36 characters": (swap(f"<PmtInfId>{MESSAGE}-1", "<PmtInfId>" + "X" * 36), "BAD_VALUE"),
    "EndToEndId of 36 characters": (swap(f"{E2E}1", "X" * 36), "BAD_ID"),
    "account of 35 characters": (swap("0011001200001", "1" * 35), "BAD_ACCOUNT"),
    "elements in another order": (
        lambda c: c.replace(b"<ChrgBr>SLEV</ChrgBr>", b"").replace(b"<PmtMtd>", b"<ChrgBr>SLEV</ChrgBr><PmtMtd>"), "WRONG_ORDER"),
    "unknown element": (swap("<Purp>", "<Ghost>1</Ghost><Purp>"), "UNKNOWN_ELEMENT"),
    "negative amount": (swap(">810001<", ">-810001<"), "BAD_VALUE"),
    "not XML any more": (lambda c: c[:-40], "NOT_XML"),
    "group count wrong": (swap("<NbOfTxs>3", "<NbOfTxs>4"), "CONTROL_COUNT"),
    "group sum wrong": (swap("<CtrlSum>2430006", "<CtrlSum>2430007"), "CONTROL_SUM"),
    "batch count wrong": (lambda c: c.replace(b"<NbOfTxs>3", b"<NbOfTxs>4").replace(b"<NbOfTxs>4", b"<NbOfTxs>3", 1), "CONTROL_COUNT"),
    "batch sum wrong": (lambda c: c.replace(b"<CtrlSum>2430006", b"<CtrlSum>2430007").replace(b"<CtrlSum>2430007", b"<CtrlSum>2430006", 1), "CONTROL_SUM"),
    "one EndToEndId twice": (swap(f"{E2E}2", f"{E2E}1"), "DUPLICATE_ID"),
    "currency USD": (swap('Ccy="VND"', 'Ccy="USD"'), "NOT_VND"),
    "no currency": (swap(' Ccy="VND"', ""), "MISSING_ATTRIBUTE"),
    "VND with half a đồng": (swap(">810001<", ">810001.50<"), "DECIMALS"),
    "VND with .00": (swap(">810001<", ">810001.00<"), "DECIMALS"),
    "zero, though the sum agrees": (first_to_zero, "ZERO_AMOUNT"),
    "no creditor account": (swap("<CdtrAcct><Id><Othr><Id>0011001200001</Id></Othr></Id></CdtrAcct>", ""), "MISSING_ELEMENT"),
    "no creditor bank": (swap("<CdtrAgt><FinInstnId><ClrSysMmbId><MmbId>970436</MmbId></ClrSysMmbId></FinInstnId></CdtrAgt>", ""), "MISSING_ELEMENT"),
    "empty creditor bank": (swap("<FinInstnId><ClrSysMmbId><MmbId>970436</MmbId></ClrSysMmbId></FinInstnId></CdtrAgt>", "<FinInstnId/></CdtrAgt>"), "NO_BANK"),
    "bank code that does not exist": (swap("<MmbId>970436<", "<MmbId>123456<"), "UNKNOWN_BANK"),
    "name with its tones": (swap("NGUYEN VAN DUC", "Nguyễn Văn Đức"), "BAD_CHARACTERS"),
    "purpose code nobody knows": (swap("<Purp><Cd>SSBE", "<Purp><Cd>XXXX"), "UNKNOWN_PURPOSE"),
    "double slash in an id": (swap(f"{E2E}1", "AS//1"), "BAD_ID"),
    "slash at the start of an id": (swap(f"<MsgId>{MESSAGE}", "<MsgId>/BTXH"), "BAD_ID"),
    "empty name": (swap("<Nm>NGUYEN VAN DUC</Nm>", "<Nm></Nm>"), "BAD_CHARACTERS"),
    "no text for the receiver": (lambda c: c.replace(c[c.index(b"<RmtInf>"):c.index(b"</RmtInf>") + 9], b"", 1), "MISSING_ELEMENT"),
    "execution date in the past": (swap("<Dt>2026-10-26", "<Dt>2026-10-19"), "PAST_DATE"),
    "execution date on a Sunday": (swap("<Dt>2026-10-26", "<Dt>2026-10-25"), "NOT_BUSINESS_DAY"),
    "date that does not exist": (swap("<Dt>2026-10-26", "<Dt>2026-13-26"), "BAD_VALUE"),
    "another version's name": (swap("pain.001.001.09", "pain.001.001.03"), "WRONG_NAMESPACE"),
    "another debtor account": (swap("3751000001", "3751000002"), "WRONG_DEBTOR"),
    "a payment added by hand": (lambda c: c.replace(b"</PmtInf>", c[c.index(b"<CdtTrfTxInf>"):c.index(b"</CdtTrfTxInf>") + 14].replace(f"{E2E}1".encode(), b"MINE") + b"</PmtInf>"), "NOT_AS_SEALED"),
    "a document type that could pull in other files": (lambda c: c.replace(b"?>\n", b"?>\n<!DOCTYPE Document [<!ENTITY a 'x'>]>", 1), "HAS_DTD"),
}  # fmt: skip


@pytest.mark.parametrize("fault", BROKEN)
def test_a_broken_file_is_caught(tmp_path: Path, fault: str) -> None:
    change, code = BROKEN[fault]
    path = tmp_path / "broken.xml"
    path.write_bytes(change(good(tmp_path)))
    codes = {finding.code for finding in check_pain001(path, load_profile("demo_bank"), EXPECTED)}
    assert code in codes


def test_a_used_message_id_and_a_file_too_large_are_caught(tmp_path: Path) -> None:
    path = tmp_path / "good.xml"
    good(tmp_path)
    profile = load_profile("demo_bank")
    assert [f.code for f in check_pain001(path, profile, EXPECTED, used_ids={MESSAGE})] == ["USED_ID"]
    tight = profile.model_copy(update={"limits": profile.limits.model_copy(update={"max_rows": 2, "max_bytes": 10_000})})
    assert [f.code for f in check_pain001(path, tight, EXPECTED)] == ["TOO_MANY_ROWS"]


def test_no_finding_quotes_a_person(tmp_path: Path) -> None:
    for change, _ in BROKEN.values():
        (tmp_path / "broken.xml").write_bytes(change(good(tmp_path)))
        for finding in check_pain001(tmp_path / "broken.xml", load_profile("demo_bank"), EXPECTED):
            assert "NGUYEN" not in str(finding)
            assert "00110012" not in str(finding)


@pytest.fixture(scope="module")
def validator() -> Iterator[Callable[[bytes], str]]:
    """mock-bank's validator: findings as text, changing nothing."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        str(Path(sys.executable).parent / "mock-bank"),
        "--port",
        str(port),
        "--clock",
        "2026-10-23T09:00",
        "--timezone",
        "Asia/Ho_Chi_Minh",
        "-q",
    ]
    process = subprocess.Popen(command)
    base = f"http://127.0.0.1:{port}"

    def post(path: str, body: bytes, kind: str) -> str:
        request = urllib.request.Request(base + path, data=body, headers={"Content-Type": kind})  # noqa: S310 - our own loopback server
        try:
            return str(urllib.request.urlopen(request, timeout=20).read().decode())  # noqa: S310
        except urllib.error.HTTPError as error:
            return str(error.read().decode())

    try:
        deadline = time.monotonic() + 20
        while True:
            try:
                account = b'{"id":"TCXH","name":"SO Y TE","iban":"VN11MOCK3751000001","account_number":"3751000001","currency":"VND","balance":900000000000}'
                post("/_mock/accounts", account, "application/json")
                break
            except urllib.error.URLError:
                assert process.poll() is None and time.monotonic() < deadline, "mock-bank does not start"
                time.sleep(0.1)
        yield lambda content: post("/_mock/validate", content, "application/xml")
    finally:
        process.terminate()
        process.wait(20)


@pytest.mark.parametrize("name", ["demo_bank", "example_iso03"])
def test_an_independent_bank_finds_nothing_in_our_files(tmp_path: Path, validator: Callable[[bytes], str], name: str) -> None:
    assert "3 payments, 0 findings" in validator(good(tmp_path, name))


def test_whatever_the_bank_calls_an_error_we_call_one_too(tmp_path: Path, validator: Callable[[bytes], str]) -> None:
    caught_by_bank = [fault for fault, (change, _) in BROKEN.items() if "0 findings" not in validator(change(good(tmp_path)))]
    missed_by_bank = sorted(set(BROKEN) - set(caught_by_bank))
    assert len(caught_by_bank) >= 14
    assert {"VND with .00", "no creditor account", "name with its tones", "double slash in an id"} <= set(missed_by_bank), (
        "the reason this check exists; if the bank learns them, good"
    )
