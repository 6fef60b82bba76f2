"""pacs.004, the notice that a payment came back: the reason per person. The money itself is in the camt that goes with it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ansinh.payment.answers import Answer, Status, Unreadable, whole_dong
from ansinh.payment.iso_reader import child, reason, stream, text_at
from ansinh.text import say

RETURNED = "RTRN"  # not an ISO status: our word for a pacs.004 line among the statuses


def read(path: Path) -> Answer:
    """The notice's id and one status `RTRN` a payment. Raises Unreadable (also while the records are read)."""
    head = next(stream(path, "GrpHdr"), None)
    message_id = text_at(head, "MsgId") if head is not None else None
    if not message_id:
        raise Unreadable(say("returns.no_message_id"), say("returns.unreadable_fix"), code="NO_MESSAGE_ID")
    return Answer("pacs.004", message_id, _returns(path))


def _returns(path: Path) -> Iterator[Status]:
    for element in stream(path, "TxInf"):
        yield Status(
            RETURNED,
            text_at(element, "OrgnlEndToEndId"),
            reason(child(element, "RtrRsnInf")),
            amount_vnd=whole_dong(text_at(element, "RtrdIntrBkSttlmAmt")),
        )
