"""`ansinh show` and the other money commands as a person at a terminal meets them."""

from __future__ import annotations

import getpass
import json
from pathlib import Path

import pytest
import typer
from ansinh.core.errors import AnsinhError, UsageError
from ansinh.payment import commands
from ansinh.payment.show import show_file
from typer.testing import CliRunner

from tests.support.paylist import CHECKER, PERIOD, entitlement, query, sealed

_APP = typer.Typer()
commands.register(_APP)

PAIN002 = """<?xml version="1.0"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"><CstmrPmtStsRpt>
<GrpHdr><MsgId>B1</MsgId><CreDtTm>2026-10-26T09:00:00</CreDtTm></GrpHdr><OrgnlGrpInfAndSts><OrgnlMsgId>M1</OrgnlMsgId>
<OrgnlMsgNmId>pain.001.001.09</OrgnlMsgNmId><GrpSts>PART</GrpSts></OrgnlGrpInfAndSts><OrgnlPmtInfAndSts><OrgnlPmtInfId>M1-1</OrgnlPmtInfId>
<TxInfAndSts><OrgnlEndToEndId>AS-1</OrgnlEndToEndId><TxSts>ACCP</TxSts></TxInfAndSts>
<TxInfAndSts><OrgnlEndToEndId>AS-2</OrgnlEndToEndId><TxSts>RJCT</TxSts><StsRsnInf><Rsn><Cd>AC04</Cd></Rsn></StsRsnInf></TxInfAndSts>
</OrgnlPmtInfAndSts></CstmrPmtStsRpt></Document>"""


@pytest.fixture
def demo_home(home: Path) -> Path:
    """A home whose bank is its own embedded one."""
    (home / "run").mkdir()
    bank = {"host": "127.0.0.1", "port": 1, "user": "bank", "key_file": "k", "host_key": "ssh-ed25519 AAAA", "base": ""}
    (home / "run" / "services.json").write_text(json.dumps({"remotes": {"ansinh_bank": bank}}), encoding="utf-8")
    return home


def test_a_payment_file_reads_like_a_table(dsn: str, home: Path) -> None:
    sealed(dsn, [entitlement("P1"), entitlement("P2", months={PERIOD: 1_080_000})])
    lines = list(show_file(next(home.rglob("*.xml"))))
    assert lines[0].split("\t")[:3] == ["Mã lệnh chi", "Số tiền", "Ngân hàng"]
    assert sorted(line.split("\t")[1] for line in lines[1:3]) == ["1.080.000", "810.000"]
    assert lines[-1] == "2 dòng, 1.890.000 đ"


def test_a_masked_table_shows_neither_names_nor_accounts(dsn: str, home: Path) -> None:
    sealed(dsn, [entitlement("P1", account_number="0123456789")])
    text = "\n".join(show_file(next(home.rglob("*.xml")), mask=True))
    assert "0123456789" not in text
    assert "NGUYEN" not in text
    assert "…789" in text
    assert "810.000" in text


@pytest.mark.parametrize("profile", ["example_csv", "example_fixed", "example_xlsx"])
def test_a_columnar_file_reads_like_a_table(dsn: str, home: Path, profile: str) -> None:
    (home / "ansinh.toml").write_text(f'[bank]\nprofile = "{profile}"\n', encoding="utf-8")
    run_id = sealed(dsn, [entitlement("P1"), entitlement("P2")])
    name = query(dsn, "select file_name from ops.payment_file")[0][0]
    assert list(show_file(home / "outbox" / run_id / name))[-1] == "2 dòng, 1.620.000 đ"


def test_a_cash_list_reads_like_a_table(dsn: str, home: Path) -> None:
    run_id = sealed(dsn, [entitlement("P1", channel="cash", hamlet="Ấp 1"), entitlement("P2", channel="home", hamlet="Ấp 2")])
    lines = list(show_file(home / "reports" / PERIOD / "cash" / f"{run_id}_25858.xlsx"))
    assert lines[-1] == "2 dòng, 1.620.000 đ"
    assert "Nguyễn Thị Đào" in lines[1]


def test_a_bank_s_answer_reads_like_a_table(tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_text(PAIN002, encoding="utf-8")
    lines = list(show_file(tmp_path / "a.xml"))
    assert any(line.startswith("AS-2\tRJCT\tAC04") for line in lines)


@pytest.mark.parametrize("content", [b"", b"hello", b"<a/>", b"PK\x03\x04", b"\x00" * 50])
def test_a_file_we_do_not_know_is_said_to_be_unknown(tmp_path: Path, home: Path, content: bytes) -> None:
    for name in ("a.xml", "a.csv", "a.txt", "a.xlsx", "a.bin"):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(UsageError):
            list(show_file(tmp_path / name))
    with pytest.raises(UsageError):
        list(show_file(tmp_path / "absent.xml"))


def test_in_a_demo_home_a_typed_name_decides(dsn: str, demo_home: Path) -> None:
    run_id = sealed(dsn, [entitlement("P1")])
    missing = CliRunner().invoke(_APP, ["approve", run_id])
    assert isinstance(missing.exception, UsageError)
    result = CliRunner().invoke(_APP, ["approve", run_id, "--as", CHECKER, "--json"])
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["state"] == "approved"
    assert query(dsn, "select approver, decision from ops.approval") == [(CHECKER, "approve")]


def test_against_a_real_bank_the_login_decides_and_nobody_else(dsn: str, home: Path) -> None:
    run_id = sealed(dsn, [entitlement("P1")])
    typed = CliRunner().invoke(_APP, ["approve", run_id, "--as", "giam.doc"])
    assert isinstance(typed.exception, UsageError)
    assert query(dsn, "select count(*) from ops.approval") == [(0,)]
    assert CliRunner().invoke(_APP, ["hold", run_id, "--reason", "Chờ"]).exit_code == 0
    assert query(dsn, "select approver, decision, reason from ops.approval") == [(getpass.getuser(), "hold", "Chờ")]


def test_verify_says_green_or_where_it_is_red(dsn: str, home: Path) -> None:
    run_id = sealed(dsn, [entitlement("P1")])
    assert CliRunner().invoke(_APP, ["verify"]).exit_code == 0
    next((home / "outbox" / run_id).glob("*.xml")).write_text("x")
    result = CliRunner().invoke(_APP, ["verify", "--json"])
    assert isinstance(result.exception, AnsinhError)
    assert result.exception.exit_code == 3
    assert [finding["code"] for finding in json.loads(result.stdout)["findings"]] == ["FILE_CHANGED"]
