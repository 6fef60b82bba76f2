"""Bank answers written by hand for tests: pain.002 and camt.054/053 as a bank would, with whatever is asked to be wrong in them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

_URN = "urn:iso:std:iso:20022:tech:xsd:"


def pain002(message_id: str, original: str, lines: Iterable[tuple[str, str, str]], *, group: str = "PART", group_reason: str = "") -> bytes:
    """A status report: lines are (EndToEndId, status, reason or ''). `group` '' leaves the group status out."""
    said = "".join(
        f"<TxInfAndSts><OrgnlEndToEndId>{key}</OrgnlEndToEndId><TxSts>{status}</TxSts>{_reason(reason)}</TxInfAndSts>"
        for key, status, reason in lines
    )
    group_status = f"<GrpSts>{group}</GrpSts>{_reason(group_reason)}" if group else ""
    batch = f"<OrgnlPmtInfAndSts><OrgnlPmtInfId>{original}-1</OrgnlPmtInfId>{said}</OrgnlPmtInfAndSts>" if said else ""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><Document xmlns="{_URN}pain.002.001.10"><CstmrPmtStsRpt>'
        f"<GrpHdr><MsgId>{message_id}</MsgId><CreDtTm>2026-10-26T09:00:00+07:00</CreDtTm></GrpHdr>"
        f"<OrgnlGrpInfAndSts><OrgnlMsgId>{original}</OrgnlMsgId><OrgnlMsgNmId>pain.001.001.09</OrgnlMsgNmId>{group_status}</OrgnlGrpInfAndSts>"
        f"{batch}</CstmrPmtStsRpt></Document>"
    ).encode()


def entry(
    key: str,
    amount: int | str,
    *,
    ref: str,
    side: str = "DBIT",
    account: str = "",
    name: str = "",
    reason: str = "",
    status: str = "BOOK",
    day: str = "2026-10-26",
) -> str:
    """One booked payment of camt.053/054."""
    party = f"<Cdtr><Pty><Nm>{name}</Nm></Pty></Cdtr>" if name else ""
    party += f"<CdtrAcct><Id><Othr><Id>{account}</Id></Othr></Id></CdtrAcct>" if account else ""
    returned = f"<RtrInf><Rsn><Cd>{reason}</Cd></Rsn></RtrInf>" if reason else ""
    return (
        f'<Ntry><Amt Ccy="VND">{amount}</Amt><CdtDbtInd>{side}</CdtDbtInd><Sts><Cd>{status}</Cd></Sts><BookgDt><Dt>{day}</Dt></BookgDt>'
        f"<AcctSvcrRef>{ref}</AcctSvcrRef><NtryDtls><TxDtls><Refs><EndToEndId>{key}</EndToEndId></Refs>"
        f'<Amt Ccy="VND">{amount}</Amt><CdtDbtInd>{side}</CdtDbtInd><RltdPties>{party}</RltdPties>{returned}</TxDtls></NtryDtls></Ntry>'
    )


def batch_entry(message_id: str, amount: int, *, ref: str) -> str:
    """One sum for a whole file."""
    return (
        f'<Ntry><Amt Ccy="VND">{amount}</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts>BOOK</Sts><BookgDt><Dt>2026-10-26</Dt></BookgDt><AcctSvcrRef>{ref}</AcctSvcrRef>'
        f"<NtryDtls><Btch><MsgId>{message_id}</MsgId><PmtInfId>{message_id}-1</PmtInfId></Btch></NtryDtls></Ntry>"
    )


def camt(message_id: str, entries: Iterable[str], kind: str = "camt.054") -> bytes:
    """A notification (camt.054) or statement (camt.053) of entries."""
    outer, inner = {"camt.054": ("BkToCstmrDbtCdtNtfctn", "Ntfctn"), "camt.053": ("BkToCstmrStmt", "Stmt")}[kind]
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><Document xmlns="{_URN}{kind}.001.08"><{outer}><GrpHdr><MsgId>{message_id}</MsgId>'
        f"<CreDtTm>2026-10-26T17:00:00+07:00</CreDtTm></GrpHdr><{inner}><Id>{message_id}</Id>{''.join(entries)}</{inner}></{outer}></Document>"
    ).encode()


def _reason(code: str) -> str:
    return f"<StsRsnInf><Rsn><Cd>{code}</Cd></Rsn></StsRsnInf>" if code else ""


def drop(home: Path, name: str, content: bytes) -> None:
    """The bank puts an answer into its outbox."""
    (home / "sftp/bank/outbox" / name).write_bytes(content)
