"""Sign and encrypt sealed files for the bank, decrypt and verify its answers, as the `openpgp` part of its profile says.

Encryption never gives the same bytes twice, so it happens once, at the seal: the ledger keeps name, size and SHA-256 of what was
made, and only those bytes ever leave. We are a recipient too: what was sent can be opened again. Messages of the OpenPGP
library may quote paths and key material; they are never passed on.
"""

from __future__ import annotations

import stat
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from ansinh.core import clock
from ansinh.core.errors import BlockedByData, UsageError
from ansinh.core.settings import home
from ansinh.payment.answers import Unreadable
from ansinh.payment.channel import OpenPgp
from ansinh.payment.openpgp_expiry import encrypts_until
from ansinh.text import say

if TYPE_CHECKING:
    from pysequoia import Cert, PySigner, Tsk

WARN_DAYS = 30


def seal_file(plain: Path, target: Path, rules: OpenPgp) -> None:
    """Write the signed and/or encrypted form of `plain` to `target`, whole or not at all.

    Raises UsageError (a key is missing, open to others, not the pinned one), BlockedByData PGP_KEY_EXPIRED.
    """
    import pysequoia

    ours = _our_key(rules)
    signer = _signer(ours, rules) if rules.sign else None
    partial = target.with_name(f".{target.name}.partial")
    try:
        if rules.encrypt:
            to = [_bank_certificate(rules), ours.extract_certificate()]
            pysequoia.encrypt_file(plain, partial, recipients=to, signer=signer, armor=rules.armor)
        elif signer:
            pysequoia.sign_file(signer, plain, partial, armor=rules.armor)
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)


def open_answer(sealed: Path, target: Path, rules: OpenPgp) -> None:
    """Decrypt and verify an answer of the bank into `target`. Raises Unreadable PGP_REFUSED when it is not as `rules.answers` demands."""
    try:
        signers = _decrypt(sealed, target, rules) if rules.answers != "signed" else _verify(sealed, target, rules)
    except (OSError, RuntimeError, ValueError, AttributeError):
        target.unlink(missing_ok=True)
        raise _refused() from None
    if rules.answers != "encrypted" and rules.bank_fingerprint.lower() not in signers:
        target.unlink(missing_ok=True)
        raise _refused()


def open_own(sealed: Path, target: Path, rules: OpenPgp) -> None:
    """Decrypt a file we sealed or were sent, for reading only: who signed it is not asked. Raises UsageError."""
    import pysequoia

    try:
        pysequoia.decrypt_file(sealed, target, decryptor=_our_key(rules, to_send=False).decryptor(_password(rules)))
    except (OSError, RuntimeError, ValueError):
        target.unlink(missing_ok=True)
        raise UsageError(say("openpgp.not_for_us", name=sealed.name), say("openpgp.not_for_us_fix")) from None


def examine(rules: OpenPgp) -> str:
    """What `ansinh doctor` says of the keys. Raises what `seal_file` raises."""
    key = _our_key(rules)
    if rules.sign:
        _signer(key, rules)
    ours, bank = key.extract_certificate(), _bank_certificate(rules)
    ends = [end for end in (_end(ours), _end(bank)) if end]
    if not ends:
        return say("openpgp.fine", ours=ours.fingerprint, bank=bank.fingerprint)
    soon = "openpgp.fine_soon" if min(ends) < clock.now() + timedelta(days=WARN_DAYS) else "openpgp.fine_until"
    return say(soon, ours=ours.fingerprint, bank=bank.fingerprint, day=f"{min(ends):%d/%m/%Y}")


def _decrypt(sealed: Path, target: Path, rules: OpenPgp) -> set[str]:
    import pysequoia

    key = _our_key(rules, to_send=False)
    known = [] if rules.answers == "encrypted" else [_bank_certificate(rules)]
    done = pysequoia.decrypt_file(sealed, target, decryptor=key.decryptor(_password(rules)), store=(lambda _: known) if known else None)
    return {signature.certificate for signature in done.valid_sigs}


def _verify(sealed: Path, target: Path, rules: OpenPgp) -> set[str]:
    import pysequoia

    bank = _bank_certificate(rules)
    done = pysequoia.verify(file=sealed, store=lambda _: [bank])
    target.write_bytes(done.bytes or b"")
    return {signature.certificate for signature in done.valid_sigs}


def _our_key(rules: OpenPgp, *, to_send: bool = True) -> Tsk:
    from pysequoia import Tsk

    path = _private(rules.our_key)
    try:
        key = Tsk.from_file(str(path))
    except (OSError, RuntimeError, ValueError):
        raise UsageError(say("openpgp.unreadable", path=path), say("openpgp.unreadable_fix")) from None
    if to_send:
        _require_life(key.extract_certificate(), path)
    return key


def _signer(key: Tsk, rules: OpenPgp) -> PySigner:
    password = _password(rules)
    try:
        return key.signer(password)
    except (RuntimeError, ValueError):
        raise UsageError(say("openpgp.cannot_sign", path=_place(rules.our_key)), say("openpgp.cannot_sign_fix")) from None


def _bank_certificate(rules: OpenPgp) -> Cert:
    from pysequoia import Cert

    path = _place(rules.bank_certificate)
    if not path.is_file():
        raise UsageError(say("openpgp.missing", path=path), say("openpgp.missing_fix"))
    try:
        found = Cert.from_file(str(path))
    except (OSError, RuntimeError, ValueError):
        raise UsageError(say("openpgp.unreadable", path=path), say("openpgp.unreadable_fix")) from None
    if found.fingerprint.lower() != rules.bank_fingerprint.lower():
        raise UsageError(say("openpgp.stranger", path=path, shown=found.fingerprint), say("openpgp.stranger_fix"))
    _require_life(found, path)
    return found


def _require_life(certificate: Cert, path: Path) -> None:
    """The library encrypts to an expired certificate without a word; we do not."""
    end = _end(certificate)
    if certificate.is_revoked or (end is not None and end <= clock.now()):
        day = f"{end:%d/%m/%Y}" if end else "?"
        raise BlockedByData(say("openpgp.expired", path=path, day=day), say("openpgp.expired_fix"), code="PGP_KEY_EXPIRED")


def _end(certificate: Cert) -> datetime | None:
    ends = [end for end in (certificate.expiration, encrypts_until(bytes(certificate))) if end]
    return min(ends) if ends else None


def _password(rules: OpenPgp) -> str | None:
    if not rules.our_key_password_file:
        return None
    return _private(rules.our_key_password_file).read_text(encoding="utf-8").rstrip("\r\n")


def _private(name: str) -> Path:
    """A secret file that nobody but its owner may open."""
    path = _place(name)
    if not path.is_file():
        raise UsageError(say("openpgp.missing", path=path), say("openpgp.missing_fix"))
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise UsageError(say("openpgp.open_to_all", path=path), say("openpgp.open_to_all_fix", path=path))
    return path


def _place(name: str) -> Path:
    path = Path(name).expanduser()
    return path if path.is_absolute() else home() / path


def _refused() -> Unreadable:
    return Unreadable(say("openpgp.refused"), say("openpgp.refused_fix"), code="PGP_REFUSED")
