"""A small pain.001 written by hand, so that tests of the bank do not lean on our own writer."""

from __future__ import annotations

from collections.abc import Iterable

_TRANSFER = (
    '<CdtTrfTxInf><PmtId><InstrId>{row}</InstrId><EndToEndId>{key}</EndToEndId></PmtId><Amt><InstdAmt Ccy="VND">{amount}</InstdAmt></Amt>'
    "<CdtrAgt><FinInstnId><ClrSysMmbId><MmbId>970436</MmbId></ClrSysMmbId></FinInstnId></CdtrAgt><Cdtr><Nm>NGUYEN VAN {row}</Nm></Cdtr>"
    "<CdtrAcct><Id><Othr><Id>{account}</Id></Othr></Id></CdtrAcct><RmtInf><Ustrd>TRO CAP</Ustrd></RmtInf></CdtTrfTxInf>"
)


def pain001(message_id: str, transfers: Iterable[tuple[str, str, int]], *, day: str = "2026-10-23") -> bytes:
    """A pain.001.001.09 of transfers (EndToEndId, account, đồng) from the demo account."""
    rows = list(transfers)
    totals = f"<NbOfTxs>{len(rows)}</NbOfTxs><CtrlSum>{sum(amount for _, _, amount in rows)}</CtrlSum>"
    body = "".join(_TRANSFER.format(row=row, key=key, account=account, amount=amount) for row, (key, account, amount) in enumerate(rows, 1))
    return (
        '<?xml version="1.0" encoding="UTF-8"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"><CstmrCdtTrfInitn>'
        f"<GrpHdr><MsgId>{message_id}</MsgId><CreDtTm>{day}T08:00:00+07:00</CreDtTm>{totals}<InitgPty><Nm>SO Y TE</Nm></InitgPty></GrpHdr>"
        f"<PmtInf><PmtInfId>{message_id}-1</PmtInfId><PmtMtd>TRF</PmtMtd>{totals}<ReqdExctnDt><Dt>{day}</Dt></ReqdExctnDt>"
        "<Dbtr><Nm>SO Y TE</Nm></Dbtr><DbtrAcct><Id><Othr><Id>3751000001</Id></Othr></Id></DbtrAcct>"
        "<DbtrAgt><FinInstnId><ClrSysMmbId><MmbId>01204001</MmbId></ClrSysMmbId></FinInstnId></DbtrAgt>"
        f"{body}</PmtInf></CstmrCdtTrfInitn></Document>"
    ).encode()
