"""The messages of the national population service: one question about one person, and the documented XML answer.

Field names of question and answer are those provincial systems use (`HoVaTen` in capitals without tones and spaces,
`SoDinhDanh` or `SoCMND`, `NgayThangNam` or `Nam`; answer `Envelope.Body.CongdanCollection.CongDan`). The envelope of the
question is not publicly documented; it is built here alone, so another gateway is one function.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from lxml import etree

from ansinh.core.errors import PartnerUnavailable
from ansinh.identity.feed_xml import citizen
from ansinh.identity.names import fold
from ansinh.text import say

_NAMESPACE = "http://schemas.xmlsoap.org/soap/envelope/"


@dataclass(frozen=True, slots=True)
class Question:
    """Whom we ask about. `key` names the row that made us ask and is no personal datum; number has 12 or 9 digits."""

    key: str
    number: str
    full_name: str
    birth_date: date | None
    birth_year: int


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks: every call carries these."""

    integration_code: str  # MaTichHop
    service_code: str  # MaDVC
    officer_code: str  # MaCanBo


def question_xml(question: Question, caller: Caller, request_id: str) -> bytes:
    """The body of one call."""
    root = etree.Element(f"{{{_NAMESPACE}}}Envelope", nsmap={"soap": _NAMESPACE})
    body = etree.SubElement(root, f"{{{_NAMESPACE}}}Body")
    asked = etree.SubElement(body, "TraCuuCongDan")
    number_field = "SoDinhDanh" if len(question.number) == 12 else "SoCMND"
    birth = ("NgayThangNam", f"{question.birth_date:%Y%m%d}") if question.birth_date else ("Nam", str(question.birth_year))
    for name, value in (
        ("MaTichHop", caller.integration_code),
        ("MaDVC", caller.service_code),
        ("MaCanBo", caller.officer_code),
        ("MaYeuCau", request_id),
        (number_field, question.number),
        ("HoVaTen", fold(question.full_name).replace(" ", "").upper()),
        birth,
    ):
        etree.SubElement(asked, name).text = value
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def answer_record(body: bytes) -> dict[str, Any] | None:
    """The person in the answer with the feed's key names, or None when the service knows nobody like that.

    Raises PartnerUnavailable when the answer is not the documented XML: asking again may help, guessing does not.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(body, parser)
    except etree.XMLSyntaxError:
        raise _unreadable() from None
    if root.getroottree().docinfo.internalDTD is not None or root.find(".//{*}CongdanCollection") is None:
        raise _unreadable()
    found = root.findall(".//{*}CongdanCollection/{*}CongDan")
    return citizen(found[0]) if len(found) == 1 else None


def _unreadable() -> PartnerUnavailable:
    return PartnerUnavailable(say("errors.register.garbled"), say("errors.register.garbled_fix"))
