"""The same delivery over Debian's OpenSSH, the server most banks run: sending, doubt, evidence, answers."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansinh.core import remote
from ansinh.core.errors import AnsinhError, BlockedByData, PartnerUnavailable
from ansinh.core.remote_files import NameTaken, put_atomic, temporary_name
from ansinh.local import bank
from ansinh.payment import delivery, file_state, ledger, manifest
from ansinh.payment.audit import check_chain
from ansinh.payment.reconcile import reconcile
from ansinh.payment.resolve import resolve, resume
from ansinh.payment.returns import collect_returns
from ansinh.payment.session import money

from tests.support.money import SENDER, approved_run, people, run_state, states
from tests.support.openssh import openssh_server, reach, require_openssh
from tests.support.proxy import cut_proxy

RUN = "2026-11-YTE-1"
pytestmark = pytest.mark.needs_root


@pytest.fixture
def openssh(province, monkeypatch):
    require_openssh()
    with openssh_server(province) as where:
        reach(monkeypatch, where)
        yield province


def _files(home: Path) -> list[str]:
    return sorted(path.name for path in (home / "sftp/bank/inbox").iterdir() if path.is_file())


def _books_tie() -> None:
    with money() as connection:
        assert ledger.differences(connection) == []
        assert check_chain(connection).broken_at is None


def test_a_month_over_openssh_is_sent_answered_and_closed(openssh, demo_bank):
    demo_bank(openssh)
    bank.seed_accounts(openssh, [{"account_number": people(3)[1].account, "bin": "970436", "behaviour": "closed-account"}])
    run_id = approved_run(people(3), RUN)
    assert delivery.send(run_id, SENDER).state == "sent"
    assert _files(openssh) == [path.name for path in manifest.outbox(RUN).glob("*.xml")]
    assert delivery.send(run_id, SENDER).state == "sent"
    bank.settle(openssh)
    assert collect_returns()["unreadable"] == 0
    assert states("instruction", RUN) == ["settled", "rejected", "settled"]
    assert reconcile("2026-11")["closed"]
    _books_tie()


def test_openssh_renames_over_nothing(openssh, tmp_path):
    (tmp_path / "a").write_bytes(b"ours")
    (openssh / "sftp/bank/inbox/taken.xml").write_bytes(b"somebody else's")
    with remote.open_sftp(remote.endpoint("ansinh_bank")) as sftp, pytest.raises(NameTaken):
        put_atomic(sftp, tmp_path / "a", "inbox", "taken.xml")
    assert (openssh / "sftp/bank/inbox/taken.xml").read_bytes() == b"somebody else's"
    assert _files(openssh) == ["taken.xml"]


@pytest.mark.parametrize("dies_after_rename", [False, True])
def test_doubt_is_resolved_by_what_openssh_shows(openssh, monkeypatch, dies_after_rename):
    approved_run(people(2), RUN)
    place = (file_state, "mark_sent") if dies_after_rename else (delivery, "put_atomic")
    with monkeypatch.context() as patch:
        patch.setattr(*place, lambda *_, **__: (_ for _ in ()).throw(KeyboardInterrupt))
        patch.setattr(delivery, "_doubt", lambda *_: None)
        with pytest.raises(KeyboardInterrupt):
            delivery.send(RUN, SENDER)
    if not dies_after_rename:
        name = next(manifest.outbox(RUN).glob("*.xml")).name
        (openssh / "sftp/bank/inbox" / temporary_name(name, "1")).write_bytes(b"half")
    assert resolve(RUN, SENDER).state == ("sent" if dies_after_rename else "approved")
    assert resume(RUN, SENDER).state == "sent"
    assert len(_files(openssh)) == 1


def test_a_line_cut_anywhere_leaves_no_part_and_is_resolved(openssh, monkeypatch):
    true = remote.endpoint("ansinh_bank")
    cuts = [("cut_up", 1_500), ("cut_up", 3_500), ("cut_up", 5_000), ("cut_down", 2_500), ("cut_down", 4_500), ("cut_down", 6_500)]
    for number, (way, after) in enumerate(cuts, 1):
        run_id = approved_run(people(8), f"2026-11-YTE-{number}", first_entitlement=number * 100)
        with cut_proxy(true.port, **{way: after}) as proxy:
            reach(monkeypatch, {**true.model_dump(mode="json", exclude={"name"}), "port": proxy.port})
            try:
                delivery.send(run_id, SENDER)
            except AnsinhError:
                assert run_state(run_id) in ("approved", "sending")
        reach(monkeypatch, true.model_dump(mode="json", exclude={"name"}))
        sealed = {path.name: path.read_bytes() for path in manifest.outbox(run_id).glob("*.xml")}
        assert all((openssh / "sftp/bank/inbox" / name).read_bytes() == sealed[name] for name in _files(openssh) if name in sealed)
        assert resume(run_id, SENDER).state == "sent"
    assert len([name for name in _files(openssh) if name.endswith(".xml")]) == len(cuts)
    _books_tie()


def test_a_stranger_file_under_our_name_stops_everything(openssh):
    run_id = approved_run(people(2), RUN)
    name = next(manifest.outbox(RUN).glob("*.xml")).name
    (openssh / "sftp/bank/inbox" / name).write_bytes(b"something else")
    with pytest.raises(BlockedByData) as refused:
        delivery.send(run_id, SENDER)
    assert (refused.value.code, states("file", RUN)) == ("DIFFERENT_FILE", ["unknown"])


def test_an_inbox_that_is_gone_is_said_and_nothing_is_lost(openssh):
    run_id = approved_run(people(2), RUN)
    inbox = openssh / "sftp/bank/inbox"
    inbox.rename(inbox.with_name("elsewhere"))
    with pytest.raises(PartnerUnavailable):
        delivery.send(run_id, SENDER)
    assert states("file", RUN) == ["unknown"]
    inbox.with_name("elsewhere").rename(inbox)
    assert resume(run_id, SENDER).state == "sent"
