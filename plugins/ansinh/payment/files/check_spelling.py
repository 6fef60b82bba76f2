"""The quick way to judge a million payments: one a line, each spelled exactly as the profile wants it, or the slow way decides.

Only acceptance is quick. A file with one odd letter goes whole through the parser, which says what is wrong and where.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

from ansinh.payment.profile import PURPOSES, BankProfile

_TAIL = b"</PmtInf></CstmrCdtTrfInitn></Document>\n"
_LONGEST_HEADER = 20_000


class Spelled(NamedTuple):
    """Figures of the payments, and the file with only the first of them left in it."""

    rows: int
    total_vnd: int
    frame: bytes


def spelled_out(path: Path, profile: BankProfile) -> Spelled | None:
    """Figures when every payment line passes every rule of this bank, else None. About 3 µs a payment."""
    line_shape = _payment(profile).fullmatch
    banks = {code.encode() for code in profile.bank_codes().values()}
    biggest = profile.limits.max_item_vnd if profile.over_item == "refuse" else 10**15
    header, first, rows, total = b"", b"", 0, 0
    seen: set[int] = set()
    with path.open("rb") as file:
        for line in file:
            if not line.startswith(b"<CdtTrfTxInf>"):
                if rows:
                    ends = line == _TAIL and not file.read(1)
                    return Spelled(rows, total, header + first + _TAIL) if ends else None
                header += line
                if len(header) > _LONGEST_HEADER:
                    return None
                continue
            found = line_shape(line)
            if found is None:
                return None
            end_to_end_id, amount_text, bank = found.group("id", "amount", "bank")
            amount = int(amount_text)
            # 64 bits of the id's hash: a false meeting of two only sends the file the slow way
            key = hash(end_to_end_id)
            if key in seen or bank not in banks or amount > biggest:
                return None
            seen.add(key)
            rows += 1
            total += amount
            first = first or line
    return None


def _payment(profile: BankProfile) -> re.Pattern[bytes]:
    """One payment as bytes; groups `id`, `amount`, `bank`."""
    text = r"[A-Za-z0-9/\-?:().,'+ ]*[A-Za-z0-9/\-?:().,'+][A-Za-z0-9/\-?:().,'+ ]*"
    tag = {"mmb_id": "", "bicfi": "BICFI" if profile.format.endswith("09") else "BIC"}[profile.bank_code]
    opens, closes = (f"<{tag}>", f"</{tag}>") if tag else ("<ClrSysMmbId><MmbId>", "</MmbId></ClrSysMmbId>")
    identifier = r"[A-Za-z0-9\-]{1,35}"
    pattern = (
        rf"<CdtTrfTxInf><PmtId><InstrId>{identifier}</InstrId><EndToEndId>(?P<id>{identifier})</EndToEndId></PmtId>"
        rf'<Amt><InstdAmt Ccy="VND">(?P<amount>[1-9][0-9]{{0,14}})</InstdAmt></Amt>'
        rf"<CdtrAgt><FinInstnId>{opens}(?P<bank>[A-Z0-9]{{1,35}}){closes}</FinInstnId></CdtrAgt>"
        rf"<Cdtr><Nm>(?=[^<]{{1,{profile.name_max}}}<){text}</Nm></Cdtr>"
        rf"<CdtrAcct><Id><Othr><Id>(?=[A-Za-z0-9]{{1,34}}<)(?:{profile.account_pattern})</Id></Othr></Id></CdtrAcct>"
        rf"<Purp><Cd>(?:{'|'.join(sorted(PURPOSES))})</Cd></Purp>"
        rf"<RmtInf><Ustrd>(?=[^<]{{1,{profile.remittance_max}}}<){text}</Ustrd></RmtInf></CdtTrfTxInf>\n"
    )
    return re.compile(pattern.encode())
