"""A bank that wants OpenPGP: what leaves is sealed once and never remade, what comes back is opened and its signature asked for."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import pysequoia
import pytest
from ansinh.core.errors import BlockedByData, UsageError
from ansinh.local import bank, bank_openpgp, doctor
from ansinh.payment import delivery, file_state, manifest, openpgp
from ansinh.payment.openpgp_expiry import encrypts_until
from ansinh.payment.profile import load_profile
from ansinh.payment.reconcile import reconcile
from ansinh.payment.resolve import resolve
from ansinh.payment.returns import collect_returns
from ansinh.payment.seal import seal
from ansinh.payment.session import money, rows, run
from ansinh.payment.show import show_file
from ansinh.payment.verify import verify

from tests.support.answers import drop, pain002
from tests.support.money import CHECKER, MAKER, SENDER, approved_run, people, planned_run, states
from tests.support.profiles import home_profile

RUN = "2026-11-YTE-1"


@pytest.fixture
def keyed(province) -> Path:
    """Keys exchanged and the demo bank's profile with an `openpgp` part: everything signed and encrypted, both ways."""
    _profile(province)
    yield province
    for path in (province / "keys").glob("*"):
        path.unlink()


def _profile(home: Path, **more: str) -> None:
    rules = {"bank_fingerprint": bank_openpgp.exchange_keys(home), "answers": "signed_and_encrypted", **more}
    home_profile(home, openpgp=rules)


def _sealed(run_id: str = RUN) -> Path:
    return next(manifest.outbox(run_id).glob("*.pgp"))


def _stored(column: str) -> object:
    with money() as connection:
        return rows(connection, f"select {column} from ops.payment_file where state <> 'cancelled'")[0][0]


def test_a_month_in_openpgp_is_paid_answered_and_closed(keyed, demo_bank):
    demo_bank(keyed)
    delivery.send(approved_run(people(3), RUN), SENDER)
    sent = _sealed()
    assert [path.name for path in (keyed / "sftp/bank/inbox").glob("*.*")] == [sent.name]
    assert (keyed / "sftp/bank/inbox" / sent.name).read_bytes() == sent.read_bytes()
    assert b"NGUYEN" not in sent.read_bytes()
    bank.settle(keyed)
    assert list(bank.payments(keyed).values()) == [1, 1, 1]
    answers = list((keyed / "sftp/bank/outbox").iterdir())
    assert answers and all(path.suffix == ".pgp" for path in answers)
    assert collect_returns()["unreadable"] == 0
    assert reconcile("2026-11")["closed"]
    assert verify() == []
    assert list((keyed / "run/spool").iterdir()) == []


def test_approval_and_manifest_stay_over_the_plain_files_and_the_encrypted_hash_beside(keyed):
    approved_run(people(2), RUN)
    plain = next(manifest.outbox(RUN).glob("*.xml"))
    assert _stored("sha256") == hashlib.sha256(plain.read_bytes()).hexdigest()
    assert _stored("encrypted_sha256") == hashlib.sha256(_sealed().read_bytes()).hexdigest()
    assert _sealed().name not in next(manifest.outbox(RUN).glob("manifest-*.json")).read_text()


def test_the_sealed_bytes_are_never_remade_while_their_fate_is_unknown(keyed, monkeypatch):
    approved_run(people(2), RUN)
    before = _sealed().read_bytes()
    with monkeypatch.context() as patch:
        patch.setattr(file_state, "mark_sent", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        patch.setattr(delivery, "_doubt", lambda *_: None)
        with pytest.raises(KeyboardInterrupt):
            delivery.send(RUN, SENDER)
    monkeypatch.setattr(openpgp, "seal_file", lambda *_: pytest.fail("encrypted again"))
    assert resolve(RUN, SENDER).state == "sent"
    assert (keyed / "sftp/bank/inbox" / _sealed().name).read_bytes() == before


@pytest.mark.parametrize("damage", [lambda p: p.write_bytes(p.read_bytes()[:-1] + b"x"), lambda p: p.unlink()])
def test_changed_or_lost_ciphertext_is_never_sent(keyed, damage):
    approved_run(people(2), RUN)
    damage(_sealed())
    with pytest.raises(BlockedByData) as refused:
        delivery.send(RUN, SENDER)
    assert (refused.value.code, states("file", RUN)) == ("FILE_CHANGED", ["sealed"])
    assert [finding.code for finding in verify()] == ["FILE_CHANGED"]


def test_the_ledger_lets_nobody_name_other_bytes(keyed):
    approved_run(people(1), RUN)
    for change in ("encrypted_sha256 = repeat('0', 64)", "encrypted_file_name = 'x.pgp'", "encrypted_size_bytes = 1"):
        with pytest.raises(BlockedByData) as refused, money() as connection:
            run(connection, f"update ops.payment_file set {change}")
        assert refused.value.code == "SEALED_FILE"


def test_a_seal_again_makes_new_bytes_and_removes_the_old(keyed):
    planned_run(people(2), RUN)
    seal(RUN, MAKER)
    first = _sealed()
    seal(RUN, MAKER, again=True)
    assert not first.exists()
    assert len(list(manifest.outbox(RUN).glob("*.pgp"))) == 1


def test_an_answer_without_the_banks_signature_moves_nothing(keyed):
    delivery.send(approved_run(people(1), RUN), SENDER)
    message_id = str(_stored("message_id"))
    answer = pain002("P1", message_id, [], group="RJCT", group_reason="FF01")
    stranger = pysequoia.Tsk.generate("stranger")
    ours = pysequoia.Cert.from_file(str(keyed / "keys/ansinh.pgp"))
    drop(keyed, "plain.xml", answer)
    drop(keyed, "unsigned.xml.pgp", pysequoia.encrypt(answer, recipients=[ours]))
    drop(keyed, "forged.xml.pgp", pysequoia.encrypt(answer, recipients=[ours], signer=stranger.signer()))
    counts = collect_returns()
    assert (counts["unreadable"], counts["posted"]) == (3, 0)
    assert states("instruction", RUN) == ["sent"]


def test_an_encrypted_answer_is_evidence_when_the_file_is_gone(keyed, monkeypatch):
    approved_run(people(1), RUN)
    with monkeypatch.context() as patch:
        patch.setattr(file_state, "mark_sent", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        patch.setattr(delivery, "_doubt", lambda *_: None)
        with pytest.raises(KeyboardInterrupt):
            delivery.send(RUN, SENDER)
    (keyed / "sftp/bank/inbox" / _sealed().name).unlink()
    signer = pysequoia.Tsk.from_file(str(keyed / "run/bank/openpgp/bank.pgp")).signer()
    ours = pysequoia.Cert.from_file(str(keyed / "keys/ansinh.pgp"))
    answer = pain002("P1", str(_stored("message_id")), [], group="ACTC")
    drop(keyed, "ack.xml.pgp", pysequoia.encrypt(answer, recipients=[ours], signer=signer))
    assert resolve(RUN, SENDER).state == "sent"


@pytest.mark.parametrize(("encrypt", "answers"), [("true", "encrypted"), ("false", "signed")])
def test_a_bank_that_only_encrypts_or_only_signs_is_served_too(province, demo_bank, encrypt, answers):
    _profile(province, encrypt=encrypt, sign="false" if encrypt == "true" else "true", answers=answers, armor="true", suffix=".asc")
    demo_bank(province)
    delivery.send(approved_run(people(2), RUN), SENDER)
    bank.settle(province)
    assert collect_returns()["unreadable"] == 0
    assert reconcile("2026-11")["closed"]


def test_show_opens_the_plain_file_and_the_sealed_one_alike(keyed):
    approved_run(people(2), RUN)
    plain = next(manifest.outbox(RUN).glob("*.xml"))
    assert list(show_file(_sealed())) == list(show_file(plain))
    assert "0011000000001" not in "".join(show_file(_sealed(), mask=True))


def test_a_key_that_is_missing_open_or_exchanged_stops_the_seal_and_the_doctor_names_it(keyed):
    planned_run(people(1), RUN)
    secret, public = keyed / "keys/ansinh.pgp", keyed / "keys/bank.asc"
    kept = {path: path.read_bytes() for path in (secret, public)}
    stranger = str(pysequoia.Tsk.generate("stranger").extract_certificate()).encode()
    for breaks, named in (
        (lambda: secret.unlink(), secret),
        (lambda: secret.chmod(0o644), secret),
        (lambda: secret.write_bytes(b"no key"), secret),
        (lambda: public.unlink(), public),
        (lambda: public.write_bytes(stranger), public),
    ):
        breaks()
        with pytest.raises(UsageError) as refused:
            seal(RUN, MAKER)
        assert str(named) in refused.value.reason
        assert [found.exit_code for found in doctor.examine() if str(named) in found.says] == [2]
        for path, content in kept.items():
            path.write_bytes(content)
            path.chmod(0o600)
    assert seal(RUN, MAKER).state == "sealed"


def test_nothing_is_sealed_for_an_expired_key_and_the_doctor_warns_a_month_before(keyed, monkeypatch):
    short = pysequoia.Tsk.generate("bank", validity_seconds=86_400 * 20)
    (keyed / "keys/bank.asc").write_bytes(str(short.extract_certificate()).encode())
    home_profile(keyed, openpgp={"bank_fingerprint": short.extract_certificate().fingerprint})
    monkeypatch.setenv("ANSINH_NOW", datetime.now(UTC).isoformat(timespec="minutes"))
    rules = load_profile("demo_bank").openpgp
    assert "SẮP HẾT HẠN" in openpgp.examine(rules)
    planned_run(people(1), RUN)
    monkeypatch.setenv("ANSINH_NOW", "2099-01-05T08:00+07:00")
    with pytest.raises(BlockedByData) as refused:
        seal(RUN, MAKER)
    assert refused.value.code == "PGP_KEY_EXPIRED"


def test_an_encryption_subkey_that_ended_counts_even_if_the_certificate_lives():
    key = pysequoia.Tsk.generate("bank", validity_seconds=3_600)
    ends = encrypts_until(bytes(key.extract_certificate()))
    assert ends is None or abs((ends - key.extract_certificate().expiration).total_seconds()) < 5
    assert encrypts_until(bytes(pysequoia.Tsk.generate("for ever").extract_certificate())) is None


@pytest.fixture
def gpg(tmp_path, monkeypatch):
    """GnuPG with a key ring of its own: another hand than ours on the other side."""
    if not shutil.which("gpg"):
        pytest.skip("needs gpg")
    ring = Path(tempfile.mkdtemp(prefix="gpg"))  # its agent's socket wants a short path
    ring.chmod(0o700)

    def call(*arguments: str) -> bytes:
        command = ["gpg", "--homedir", str(ring), "--batch", "--yes", "--pinentry-mode", "loopback", *arguments]
        return subprocess.run(command, check=True, capture_output=True).stdout

    yield call
    subprocess.run(["gpgconf", "--homedir", str(ring), "--kill", "all"], check=False, capture_output=True)
    shutil.rmtree(ring, ignore_errors=True)


def test_gnupg_makes_our_key_with_a_password_and_opens_what_we_seal(province, gpg):
    for who, word in (("ours", "mat khau"), ("bank", "")):
        gpg("--passphrase", word, "--quick-gen-key", f"{who}@example.org", "rsa3072", "sign,encrypt")
    keys = province / "keys"
    keys.mkdir(exist_ok=True)
    for name, content, mode in (
        ("ansinh.pgp", gpg("--passphrase", "mat khau", "--export-secret-keys", "ours@example.org"), 0o600),
        ("word", b"mat khau\n", 0o644),
        ("bank.asc", gpg("--armor", "--export", "bank@example.org"), 0o644),
    ):
        (keys / name).write_bytes(content)
        (keys / name).chmod(mode)
    bank_fingerprint = pysequoia.Cert.from_file(str(keys / "bank.asc")).fingerprint
    home_profile(province, openpgp={"bank_fingerprint": bank_fingerprint, "our_key_password_file": "keys/word"})
    planned_run(people(1), RUN)
    for mode, content in ((0o644, b"mat khau\n"), (0o600, b"sai\n")):
        (keys / "word").write_bytes(content)
        (keys / "word").chmod(mode)
        with pytest.raises(UsageError):
            seal(RUN, MAKER)
    (keys / "word").write_bytes(b"mat khau\n")
    assert seal(RUN, MAKER).state == "sealed"
    assert gpg("--passphrase", "", "--decrypt", str(_sealed())) == next(manifest.outbox(RUN).glob("*.xml")).read_bytes()


def test_who_approves_sees_the_same_hash_whatever_the_encryption(keyed):
    planned_run(people(2), RUN)
    seal(RUN, MAKER)
    with money() as connection:
        before = rows(connection, "select manifest_sha256 from ops.payment_run")[0][0]
    from ansinh.payment.approve import decide

    assert decide(RUN, CHECKER, "approve").state == "approved"
    assert manifest.digest(manifest.read(RUN, before)) == before
