"""camt.054 (notification) and camt.053 (statement): what was booked on our account, one record a payment.

An entry may hold one payment, many, or only the sum of a file; the profile says nothing here, the entry itself does.
Source: ISO 20022 BankToCustomerDebitCreditNotification / Statement, .02 to .08; measured against mock-bank 0.9.0.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Literal

from lxml import etree

from ansinh.payment.answers import Answer, Booking, Unreadable, day, whole_dong
from ansinh.payment.iso_reader import child, reason, stream, text_at
from ansinh.text import say


def read(path: Path, kind: str) -> Answer:
    """The message's id and its bookings. `kind` is `camt.054` or `camt.053`. Raises Unreadable (also while read)."""
    head = next(stream(path, "GrpHdr"), None)
    message_id = text_at(head, "MsgId") if head is not None else None
    if not message_id:
        raise Unreadable(say("returns.no_message_id"), say("returns.unreadable_fix"), code="NO_MESSAGE_ID")
    return Answer(kind, message_id, _bookings(path))


def _bookings(path: Path) -> Iterator[Booking]:
    seen: Counter[str] = Counter()
    details = 0
    for element in stream(path, "TxDtls", "Ntry"):
        if etree.QName(element).localname == "TxDtls":
            details += 1
            entry = next(element.iterancestors("{*}Ntry"), None)
            if entry is not None and _is_booked(entry):
                yield _detail(entry, element, seen)
        else:
            if not details and _is_booked(element):
                yield _sum_only(element, seen)
            details = 0


def _is_booked(entry: etree._Element) -> bool:
    """Only booked money counts: `Sts/Cd` (.08) or plain `Sts` (.02)."""
    return (text_at(entry, "Sts", "Cd") or text_at(entry, "Sts")) == "BOOK"


def _side(entry: etree._Element, detail: etree._Element | None) -> Literal["debit", "credit"]:
    said = (text_at(detail, "CdtDbtInd") if detail is not None else None) or text_at(entry, "CdtDbtInd")
    return "debit" if said == "DBIT" else "credit"


def _detail(entry: etree._Element, detail: etree._Element, seen: Counter[str]) -> Booking:
    end_to_end_id = text_at(detail, "Refs", "EndToEndId")
    if end_to_end_id == "NOTPROVIDED":
        end_to_end_id = None
    amount = _amount(entry, detail)
    booked_on = _booked_on(entry)
    side = _side(entry, detail)
    of_entry = text_at(entry, "AcctSvcrRef") or text_at(entry, "NtryRef")
    own = text_at(detail, "Refs", "AcctSvcrRef") or (f"{of_entry}:{end_to_end_id}" if of_entry and end_to_end_id else None)
    return Booking(
        side,
        own or _made_key(seen, end_to_end_id, booked_on, amount, of_entry),
        end_to_end_id,
        amount,
        _account(detail, side),
        _name(detail, side),
        reason(child(detail, "RtrInf")),
        booked_on,
        text_at(detail, "Refs", "MsgId"),
        text_at(detail, "Refs", "PmtInfId"),
    )


def _sum_only(entry: etree._Element, seen: Counter[str]) -> Booking:
    batch = child(entry, "NtryDtls", "Btch")
    message_id = text_at(batch, "MsgId") if batch is not None else None
    batch_id = text_at(batch, "PmtInfId") if batch is not None else None
    amount, booked_on, side = _amount(entry, None), _booked_on(entry), _side(entry, None)
    key = text_at(entry, "AcctSvcrRef") or text_at(entry, "NtryRef") or _made_key(seen, booked_on, amount, batch_id or message_id)
    return Booking(side, key, None, amount, None, None, None, booked_on, message_id, batch_id, whole_batch=bool(message_id or batch_id))


def _amount(entry: etree._Element, detail: etree._Element | None) -> int | None:
    node = None
    if detail is not None:
        node = child(detail, "Amt") if child(detail, "Amt") is not None else child(detail, "AmtDtls", "TxAmt", "Amt")
    if node is None:
        node = child(entry, "Amt")
    return whole_dong(node.text) if node is not None and node.get("Ccy") == "VND" else None


def _booked_on(entry: etree._Element) -> date | None:
    return day(text_at(entry, "BookgDt", "Dt") or text_at(entry, "BookgDt", "DtTm"))


def _made_key(seen: Counter[str], *parts: object) -> str:
    """A reference for banks that give none: the same movement gets the same one in 054 and in 053."""
    base = ":".join(str(part) for part in parts if part is not None)
    seen[base] += 1
    return base if seen[base] == 1 else f"{base}:{seen[base]}"


def _party(detail: etree._Element, *path: str) -> etree._Element | None:
    return child(detail, "RltdPties", *path)


def _account(detail: etree._Element, side: str) -> str | None:
    """The payee's account. On a return the bank still names our creditor; some banks name him as debtor of the return."""
    for owner in ("CdtrAcct", "DbtrAcct") if side == "credit" else ("CdtrAcct",):
        node = _party(detail, owner, "Id")
        found = (text_at(node, "IBAN") or text_at(node, "Othr", "Id")) if node is not None else None
        if found:
            return found
    return None


def _name(detail: etree._Element, side: str) -> str | None:
    for owner in ("Cdtr", "Dbtr") if side == "credit" else ("Cdtr",):
        node = _party(detail, owner)
        found = (text_at(node, "Pty", "Nm") or text_at(node, "Nm")) if node is not None else None
        if found:
            return found
    return None
