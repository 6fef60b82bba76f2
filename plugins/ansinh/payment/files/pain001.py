"""ISO 20022 customer credit transfer (pain.001.001.09 and .03), streamed: memory does not grow with the number of payments.

VND has no decimals (ISO 4217), accounts are no IBAN (Othr/Id), the creditor's bank is a clearing member id or a BIC.
Sums are whole đồng; the totals of the header are checked against what was written, so a file that lies is never finished.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from xml.sax.saxutils import escape

from ansinh.core.errors import AnsinhError
from ansinh.payment.files.transfer import Transfer
from ansinh.payment.profile import BankProfile
from ansinh.text import say

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:"
_TAIL = "</PmtInf></CstmrCdtTrfInitn></Document>\n"
_FLUSH_EVERY = 2000
# The longest a transaction can get: every field at its limit, every character an entity. Files are split by it, before they are written.
WORST_TRANSACTION_BYTES = 900
HEADER_BYTES = 3000


@dataclass(frozen=True, slots=True)
class FileHead:
    """What stands once in a file. `created_at` and `execution_date` are fixed at the seal."""

    message_id: str
    created_at: datetime
    execution_date: date
    rows: int
    total_vnd: int
    debtor_name: str
    debtor_account: str
    debtor_bank_code: str
    is_high_value: bool = False


@dataclass(frozen=True, slots=True)
class Written:
    """A finished file on disk."""

    sha256: str
    size_bytes: int


def write_pain001(path: Path, profile: BankProfile, head: FileHead, transfers: Iterable[Transfer]) -> Written:
    """Write one file; it exists completely or the call fails. Raises AnsinhError CONTROL_SUM when rows or sum differ from `head`."""
    render = _renderer(profile)
    digest = hashlib.sha256()
    count = total = size = 0
    pieces = [_header(profile, head)]
    with path.open("wb") as file:
        for transfer in transfers:
            count += 1
            total += transfer.amount_vnd
            pieces.append(render(count, transfer))
            if count % _FLUSH_EVERY == 0:
                block = "".join(pieces).encode("ascii")
                pieces.clear()
                digest.update(block)
                size += file.write(block)
        block = ("".join(pieces) + _TAIL).encode("ascii")
        digest.update(block)
        size += file.write(block)
    if (count, total) != (head.rows, head.total_vnd):
        raise AnsinhError(say("payment.control_sum", message=head.message_id), code="CONTROL_SUM")
    return Written(digest.hexdigest(), size)


def _header(profile: BankProfile, head: FileHead) -> str:
    sums = f"<NbOfTxs>{head.rows}</NbOfTxs><CtrlSum>{head.total_vnd}</CtrlSum>"
    priority = "<InstrPrty>HIGH</InstrPrty>" if head.is_high_value else ""
    day = f"<Dt>{head.execution_date.isoformat()}</Dt>" if profile.format == "pain.001.001.09" else head.execution_date.isoformat()
    created = head.created_at.isoformat(timespec="seconds")
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<Document xmlns="{NAMESPACE}{profile.format}"><CstmrCdtTrfInitn>'
        f"<GrpHdr><MsgId>{escape(head.message_id)}</MsgId><CreDtTm>{created}</CreDtTm>{sums}"
        f"<InitgPty><Nm>{escape(head.debtor_name)}</Nm></InitgPty></GrpHdr>\n"
        f"<PmtInf><PmtInfId>{escape(head.message_id)}-1</PmtInfId><PmtMtd>TRF</PmtMtd>"
        f"<BtchBookg>{'true' if profile.batch_booking else 'false'}</BtchBookg>{sums}"
        f"<PmtTpInf>{priority}<CtgyPurp><Cd>{profile.category_purpose}</Cd></CtgyPurp></PmtTpInf>"
        f"<ReqdExctnDt>{day}</ReqdExctnDt><Dbtr><Nm>{escape(head.debtor_name)}</Nm></Dbtr>"
        f"<DbtrAcct><Id><Othr><Id>{escape(head.debtor_account)}</Id></Othr></Id><Ccy>VND</Ccy></DbtrAcct>"
        f"<DbtrAgt><FinInstnId><ClrSysMmbId><MmbId>{escape(head.debtor_bank_code)}</MmbId></ClrSysMmbId></FinInstnId></DbtrAgt>"
        f"<ChrgBr>SLEV</ChrgBr>\n"
    )


def _renderer(profile: BankProfile) -> Callable[[int, Transfer], str]:
    if profile.bank_code == "bicfi":
        tag = "BICFI" if profile.format == "pain.001.001.09" else "BIC"
        agent_open, agent_close = f"<{tag}>", f"</{tag}>"
    else:
        agent_open, agent_close = "<ClrSysMmbId><MmbId>", "</MmbId></ClrSysMmbId>"

    def render(number: int, transfer: Transfer) -> str:
        # nothing to escape: every field has passed the SWIFT character set, which has no & or <
        end_to_end_id, amount, bank_code, account, name, purpose, text = transfer
        return (
            f"<CdtTrfTxInf><PmtId><InstrId>{number}</InstrId><EndToEndId>{end_to_end_id}</EndToEndId></PmtId>"
            f'<Amt><InstdAmt Ccy="VND">{amount}</InstdAmt></Amt>'
            f"<CdtrAgt><FinInstnId>{agent_open}{bank_code}{agent_close}</FinInstnId></CdtrAgt>"
            f"<Cdtr><Nm>{name}</Nm></Cdtr><CdtrAcct><Id><Othr><Id>{account}</Id></Othr></Id></CdtrAcct>"
            f"<Purp><Cd>{purpose}</Cd></Purp><RmtInf><Ustrd>{text}</Ustrd></RmtInf></CdtTrfTxInf>\n"
        )

    return render
