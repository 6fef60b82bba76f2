"""After something broke in the middle: nothing leaves again before it is known what happened to the first."""

from __future__ import annotations

import threading

import pytest
from ansinh.core.errors import BlockedByData, PartnerUnavailable, UsageError
from ansinh.core.remote_files import temporary_name
from ansinh.local import bank, sftp
from ansinh.payment import delivery, file_state, manifest
from ansinh.payment.resolve import resolve, resume
from ansinh.payment.session import money, rows, run

from tests.support.answers import drop, pain002
from tests.support.money import SENDER, approved_run, people, run_state, states

RUN = "2026-11-YTE-1"


def _files(home, folder: str = "inbox") -> list[str]:
    return sorted(path.name for path in (home / "sftp/bank" / folder).iterdir() if path.is_file())


PLACES = {"after_intent": (delivery, "_deliver"), "after_rename": (file_state, "mark_sent")}


def _break_sending(monkeypatch, where: str) -> None:
    """The sender's process ends at a place: nothing after it happens, not even the word `unknown`."""

    def die(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(*PLACES[where], die)
        patch.setattr(delivery, "_doubt", lambda *_: None)
        with pytest.raises(KeyboardInterrupt):
            delivery.send(RUN, SENDER)


@pytest.mark.parametrize("where", ["after_intent", "after_rename"])
def test_a_dead_senders_run_waits_then_is_resolved_by_evidence_and_paid_once(banked, monkeypatch, where):
    approved_run(people(3), RUN)
    _break_sending(monkeypatch, where)
    assert states("file", RUN) == ["sending"]
    with pytest.raises(BlockedByData) as refused:
        delivery.send(RUN, SENDER)
    assert (refused.value.code, states("file", RUN), states("instruction", RUN)) == ("UNKNOWN_DELIVERY", ["unknown"], ["unknown"] * 3)
    arrived = where == "after_rename"
    assert resolve(RUN, SENDER).state == ("sent" if arrived else "approved")
    assert delivery.send(RUN, SENDER).state == "sent"
    assert len(_files(banked)) == 1
    bank.settle(banked)
    assert list(bank.payments(banked).values()) == [1, 1, 1]


@pytest.mark.parametrize("where", ["after_intent", "after_rename"])
def test_the_next_run_of_the_month_simply_goes_on(banked, monkeypatch, where):
    approved_run(people(3), RUN)
    _break_sending(monkeypatch, where)
    assert resume(RUN, SENDER).state == "sent"
    assert resume(RUN, SENDER).state == "sent"
    bank.settle(banked)
    assert list(bank.payments(banked).values()) == [1, 1, 1]


def test_evidence_is_found_after_the_bank_swept_the_file(banked, monkeypatch):
    approved_run(people(3), RUN)
    _break_sending(monkeypatch, "after_rename")
    bank.settle(banked)
    assert _files(banked) == []
    assert resolve(RUN, SENDER).state == "sent"
    assert list(bank.payments(banked).values()) == [1, 1, 1]


def test_an_answer_in_the_outbox_is_evidence_when_the_file_is_gone(province, monkeypatch):
    approved_run(people(1), RUN)
    _break_sending(monkeypatch, "after_rename")
    (province / "sftp/bank/inbox" / _files(province)[0]).unlink()
    with money() as connection:
        message_id = rows(connection, "select message_id from ops.payment_file")[0][0]
    drop(province, "ack.xml", pain002("P1", message_id, [], group="ACTC"))
    assert resolve(RUN, SENDER).state == "sent"


def test_our_own_half_written_file_is_cleared_and_counts_for_nothing(province, monkeypatch):
    approved_run(people(2), RUN)
    _break_sending(monkeypatch, "after_intent")
    name = next(manifest.outbox(RUN).glob("*.xml")).name
    (province / "sftp/bank/inbox" / temporary_name(name, "1")).write_bytes(b"half")
    assert resolve(RUN, SENDER).state == "approved"
    assert [path.name for path in (province / "sftp/bank/inbox").iterdir()] == []
    assert states("instruction", RUN) == ["sealed", "sealed"]


def _profile(home, **delivery_rules: object) -> None:
    from importlib.resources import files

    text = (files("ansinh.payment.profiles") / "demo_bank.yml").read_text(encoding="utf-8")
    (home / "profiles").mkdir()
    rules = ", ".join(f"{key}: {value}" for key, value in delivery_rules.items())
    (home / "profiles/demo_bank.yml").write_text(f"{text}\ndelivery: {{{rules}}}\n", encoding="utf-8")


def test_absence_proves_nothing_at_a_bank_that_shows_nothing(province, monkeypatch):
    _profile(province, shows_taken="false")
    approved_run(people(2), RUN)
    _break_sending(monkeypatch, "after_intent")
    with pytest.raises(BlockedByData) as refused:
        resolve(RUN, SENDER)
    assert (refused.value.code, states("file", RUN)) == ("UNKNOWN_DELIVERY", ["unknown"])
    with pytest.raises(UsageError):
        resolve(RUN, SENDER, bank_says="absent")
    assert resolve(RUN, SENDER, bank_says="absent", reason="ngân hàng trả lời qua điện thoại 8:30").state == "approved"
    assert delivery.send(RUN, SENDER).state == "sent"


def test_a_persons_word_never_overrules_what_the_server_shows(province, monkeypatch):
    approved_run(people(2), RUN)
    _break_sending(monkeypatch, "after_rename")
    assert resolve(RUN, SENDER, bank_says="absent", reason="tưởng chưa đến").state == "sent"


def test_a_bank_with_a_quiet_time_is_given_it(province, monkeypatch):
    _profile(province, quiet_minutes=30)
    approved_run(people(2), RUN)
    _break_sending(monkeypatch, "after_intent")
    with pytest.raises(BlockedByData):
        resolve(RUN, SENDER)
    monkeypatch.setenv("ANSINH_NOW", "2026-10-23T08:31+07:00")
    assert resolve(RUN, SENDER).state == "approved"


def test_a_control_file_comes_last_and_is_made_up_for_after_a_crash(province, monkeypatch):
    _profile(province, control_suffix=".ctl")
    approved_run(people(2), RUN)
    with monkeypatch.context() as patch:
        patch.setattr(delivery, "put_control", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            delivery.send(RUN, SENDER)
    assert [name.rsplit(".", 1)[1] for name in _files(province)] == ["xml"]
    assert resolve(RUN, SENDER).state == "sent"
    plain, control = _files(province)
    assert control == f"{plain}.ctl"
    assert (province / "sftp/bank/inbox" / control).read_text().split(";")[3] == "2"


def test_a_living_sender_is_not_disturbed(province):
    approved_run(people(2), RUN)
    with money() as connection:
        file = file_state.files_of(connection, RUN)[0]
        run(connection, "update ops.payment_run set state = 'sending', sent_by = :by where run_id = :id", by=SENDER, id=RUN)
        file_state.intend(connection, file, SENDER)
    held, done = threading.Event(), threading.Event()

    def hold() -> None:
        with file_state.file_lock(file.file_id, wait=True):
            held.set()
            done.wait(30)

    other = threading.Thread(target=hold)
    other.start()
    held.wait(30)
    try:
        with pytest.raises(BlockedByData) as refused:
            resolve(RUN, SENDER)
        assert (refused.value.code, states("file", RUN)) == ("SENDER_BUSY", ["sending"])
    finally:
        done.set()
        other.join()


def test_a_full_disk_at_the_bank_is_said_and_the_next_try_delivers(province):
    import resource

    approved_run(people(100), RUN)
    server = sftp.start(province)
    free = resource.prlimit(server.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(server.pid, resource.RLIMIT_FSIZE, (20_000, free[1]))
    with pytest.raises(PartnerUnavailable):
        delivery.send(RUN, SENDER)
    resource.prlimit(server.pid, resource.RLIMIT_FSIZE, free)
    assert (states("file", RUN), run_state(RUN)) == (["unknown"], "sending")
    assert resolve(RUN, SENDER).state == "approved"
    assert delivery.send(RUN, SENDER).state == "sent"
    assert len(_files(province)) == 1
