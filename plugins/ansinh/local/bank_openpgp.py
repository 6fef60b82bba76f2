"""The demo bank's OpenPGP door: opens what we encrypted before its drop folder, and locks its answers as the profile says.

It stands only where `exchange_keys` has been called for the home. mock-bank refuses files in OpenPGP, as it should: a real bank
decrypts at its gate too.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

from ansinh.core.settings import load_settings
from ansinh.payment.channel import OpenPgp
from ansinh.payment.profile import load_profile


def exchange_keys(home: Path) -> str:
    """Make our key, the bank's key and give each side the other's certificate; returns the bank's fingerprint to pin. Demo and tests only."""
    from pysequoia import Cert, Tsk

    certificate = home / "keys" / "bank.asc"
    if not certificate.exists():
        ours, bank = Tsk.generate("An Sinh (demo)"), Tsk.generate("Bank (demo)")
        _write(home / "keys" / "ansinh.pgp", bytes(ours))
        _write(_room(home) / "bank.pgp", bytes(bank))
        _write(_room(home) / "customer.asc", str(ours.extract_certificate()).encode())
        _write(certificate, str(bank.extract_certificate()).encode())
    return str(Cert.from_file(str(certificate)).fingerprint)


def folders(home: Path) -> tuple[Path, Path]:
    """(drop, pickup) folders of mock-bank: the SFTP folders themselves, or rooms behind the door where there is one."""
    bank = home / "sftp" / "bank"
    return (_room(home) / "in", _room(home) / "out") if is_closed(home) else (bank / "inbox", bank / "outbox")


def is_closed(home: Path) -> bool:
    """Whether this home's bank takes files in OpenPGP."""
    return (_room(home) / "bank.pgp").exists()


def hang(home: Path) -> None:
    """Make mock-bank's drop box go through the door, both ways."""
    from mockbank.drop import DropBox

    scan, write = DropBox.scan, DropBox.write
    door = Door(home)

    def scan_behind_the_door(box: Any) -> Any:
        with box.lock:
            door.take_in()
            return scan(box)

    def write_behind_the_door(box: Any, message_ids: Any) -> Any:
        written = write(box, message_ids)
        door.give_out()
        return written

    DropBox.scan, DropBox.write = scan_behind_the_door, write_behind_the_door


class Door:
    """Both ways of the bank's door; a file goes through once, also when the bank dies in between."""

    def __init__(self, home: Path) -> None:
        self.bank = home / "sftp" / "bank"
        self.drop, self.pickup = folders(home)
        self._room = _room(home)

    def take_in(self) -> None:
        """Decrypt and verify what lies in the inbox; what does not open or is not signed by its customer goes to `failed`."""
        rules = _rules()
        for path in sorted((self.bank / "inbox").glob(f"*{rules.suffix}")):
            if path.name.startswith("."):
                continue
            plain = self.drop / path.name.removesuffix(rules.suffix)
            seen = any((self.drop / inner / plain.name).exists() for inner in ("", "processed", "failed"))
            opened = seen or self._open(path, plain, rules)
            target = self.bank / "inbox" / ("processed" if opened else "failed") / path.name
            target.parent.mkdir(exist_ok=True)
            path.replace(target)

    def give_out(self) -> None:
        """Put every answer of mock-bank into the outbox, signed and encrypted as the profile demands."""
        rules = _rules()
        for path in sorted(self.pickup.glob("*")):
            if not path.is_file() or path.suffix == ".tmp":
                continue
            target = self.bank / "outbox" / (path.name + ("" if rules.answers == "plain" else rules.suffix))
            hidden = target.with_name(f".{target.name}.part")
            self._lock(path, hidden, rules)
            hidden.replace(target)
            path.unlink()

    def _open(self, path: Path, plain: Path, rules: OpenPgp) -> bool:
        import pysequoia

        customer = pysequoia.Cert.from_file(str(self._room / "customer.asc"))
        hidden = plain.with_name(f".{plain.name}.part")
        try:
            if rules.encrypt:
                key = pysequoia.Tsk.from_file(str(self._room / "bank.pgp"))
                signers = (lambda _: [customer]) if rules.sign else None  # the library refuses an unsigned file where signers are named
                done = pysequoia.decrypt_file(path, hidden, decryptor=key.decryptor(), store=signers)
            else:
                done = pysequoia.verify(file=path, store=lambda _: [customer])
                hidden.write_bytes(done.bytes or b"")
        except (OSError, RuntimeError):
            hidden.unlink(missing_ok=True)
            return False
        if rules.sign and customer.fingerprint not in {signature.certificate for signature in done.valid_sigs}:
            hidden.unlink()
            return False
        hidden.replace(plain)
        return True

    def _lock(self, path: Path, target: Path, rules: OpenPgp) -> None:
        import pysequoia

        signer = pysequoia.Tsk.from_file(str(self._room / "bank.pgp")).signer() if "signed" in rules.answers else None
        if "encrypted" in rules.answers:
            customer = pysequoia.Cert.from_file(str(self._room / "customer.asc"))
            pysequoia.encrypt_file(path, target, recipients=[customer], signer=signer, armor=rules.armor)
        elif signer:
            pysequoia.sign_file(signer, path, target, armor=rules.armor)
        else:
            shutil.copyfile(path, target)


def _rules() -> OpenPgp:
    name = load_settings().bank.profile
    found = load_profile(name).openpgp
    if found is None:
        raise RuntimeError(f"profile {name} has no openpgp part, but this home's bank has keys")
    return found


def _room(home: Path) -> Path:
    return home / "run" / "bank" / "openpgp"


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)
