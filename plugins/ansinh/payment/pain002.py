"""pain.002, the bank's status report, in any version from .03 on: every transaction of every batch, not only the first.

Source: ISO 20022 CustomerPaymentStatusReport; measured against mock-bank 0.9.0.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from lxml import etree

from ansinh.payment.answers import Answer, Status, Unreadable, whole_dong
from ansinh.payment.iso_reader import child, reason, stream, text_at
from ansinh.text import say


def read(path: Path) -> Answer:
    """The report's id and its statuses, in the file's order. Raises Unreadable (also while the records are read)."""
    head = next(stream(path, "GrpHdr"), None)
    message_id = text_at(head, "MsgId") if head is not None else None
    if not message_id:
        raise Unreadable(say("returns.no_message_id"), say("returns.unreadable_fix"), code="NO_MESSAGE_ID")
    return Answer("pain.002", message_id, _statuses(path))


def _statuses(path: Path) -> Iterator[Status]:
    original, lines = None, 0
    for element in stream(path, "OrgnlGrpInfAndSts", "TxInfAndSts", "OrgnlPmtInfAndSts"):
        name = etree.QName(element).localname
        if name == "OrgnlGrpInfAndSts":
            original = text_at(element, "OrgnlMsgId")
            code = text_at(element, "GrpSts")
            if code:
                yield Status(code, reason_code=reason(child(element, "StsRsnInf")), original_message_id=original)
        elif name == "TxInfAndSts":
            lines += 1
            yield _line(element, original)
        else:
            code = text_at(element, "PmtInfSts")
            if code and not lines:  # a whole batch answered without naming its transactions
                batch = text_at(element, "OrgnlPmtInfId")
                yield Status(code, reason_code=reason(child(element, "StsRsnInf")), original_message_id=original, original_batch_id=batch)
            lines = 0


def _line(element: etree._Element, original: str | None) -> Status:
    return Status(
        text_at(element, "TxSts") or "",
        text_at(element, "OrgnlEndToEndId"),
        reason(child(element, "StsRsnInf")),
        original,
        amount_vnd=whole_dong(text_at(element, "OrgnlTxRef", "Amt", "InstdAmt")),
    )
