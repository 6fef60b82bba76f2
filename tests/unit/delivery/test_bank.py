"""The demo bank behind the SFTP folders: files in, answers and statements out, refusals and returns on demand."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from ansinh.core.errors import AnsinhError
from ansinh.local import bank
from ansinh.local.bank_server import Payees, debtor_iban

from tests.support.bank import demo_bank
from tests.support.pain001 import pain001

__all__ = ["demo_bank"]


@pytest.fixture
def province(tmp_path, demo_bank) -> Path:
    demo_bank(tmp_path)
    return tmp_path


def _drop(home: Path, name: str, *transfers: tuple[str, str, int], message_id: str = "M1") -> None:
    (home / "sftp/bank/inbox" / name).write_bytes(pain001(message_id, transfers))


def _answers(home: Path, kind: str) -> list[str]:
    return [path.read_text(encoding="utf-8") for path in sorted((home / "sftp/bank/outbox").glob(f"{kind}*"))]


def test_a_file_is_answered_booked_and_stated(province):
    _drop(province, "a.xml", ("E1", "0011000000001", 500_000), ("E2", "0011000000002", 750_000))
    assert bank.settle(province) == {"files": 1, "accepted": 2, "rejected": 0, "booked": 2, "returned": 0}
    assert bank.payments(province) == {"E1": 1, "E2": 1}
    assert [len(_answers(province, kind)) for kind in ("pain.002", "camt.054", "camt.053")] == [1, 1, 1]
    assert (province / "sftp/bank/inbox/processed/a.xml").exists()


def test_payees_are_refused_or_returned_as_told_and_only_at_their_own_bank(province):
    rows = [
        {"account_number": "1", "bin": "970436", "behaviour": "closed-account"},
        {"account_number": "2", "bin": "970436", "behaviour": "return-later", "days": 5, "reason": "AC06"},
        {"account_number": "3", "bin": "970499", "behaviour": "closed-account"},
    ]
    assert bank.seed_accounts(province, rows) == 3
    _drop(province, "a.xml", *((f"E{n}", str(n), 1_000) for n in (1, 2, 3)))
    assert bank.settle(province)["rejected"] == 1
    assert "AC04" in _answers(province, "pain.002")[0]
    assert bank.settle(province, days=7)["returned"] == 1
    assert "AC06" in _answers(province, "camt.054")[-1]


def test_the_same_message_twice_is_refused_whole(province):
    for name in ("a.xml", "b.xml"):
        _drop(province, name, ("E1", "1", 1_000))
        assert bank.settle(province)["accepted"] == 1
    assert bank.payments(province) == {"E1": 1}


def test_a_restarted_bank_keeps_its_book_and_its_date(province):
    _drop(province, "a.xml", ("E1", "1", 1_000))
    bank.settle(province, days=9)
    bank.stop(province)
    with pytest.raises(AnsinhError):
        bank.settle(province)
    bank.start(province, with_parent=True)
    before = bank.payments(province)
    _drop(province, "b.xml", ("E2", "1", 1_000), message_id="M2")
    bank.settle(province)
    assert before == {"E1": 1}
    assert bank.payments(province) == {"E1": 1, "E2": 1}
    assert date.fromisoformat((province / "run/bank/clock").read_text()[:10]) >= date(2026, 11, 1)


def test_the_book_of_payees_is_read_again_when_it_changes(tmp_path):
    path = tmp_path / "behaviours.json"
    payees = Payees(path)
    assert payees.of("1", "970436") == {}
    path.write_text(json.dumps([{"account_number": "1", "bin": "970436", "behaviour": "closed-account"}]))
    assert payees.of("1", "970436")["behaviour"] == "closed-account"
    assert payees.of("1", "01203001")["behaviour"] == "closed-account"  # a clearing code of another kind says nothing against it
    assert payees.of("1", "970499") == {}


@pytest.mark.parametrize("account", ["3751000001", "1", "99999999999999999"])
def test_our_account_gets_an_iban_with_right_check_digits(account):
    iban = debtor_iban(account)
    assert int("".join(str(int(letter, 36)) for letter in iban[4:] + iban[:4])) % 97 == 1
