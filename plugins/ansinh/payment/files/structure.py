"""The part of pain.001.001.09 and .03 we write, as a grammar: which element, in which order, how often, with what text.

An independent reading of the message definition (ISO 20022 payments initiation), narrower than the official schema: what we
never write is an error, so a file that was changed by hand or by another program does not pass.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Union

_ID = re.compile(r"^.{1,35}$", re.DOTALL)
_TEXT_70 = re.compile(r"^.{1,70}$", re.DOTALL)
_TEXT_140 = re.compile(r"^.{1,140}$", re.DOTALL)
_ACCOUNT = re.compile(r"^.{1,34}$", re.DOTALL)
_COUNT = re.compile(r"^[0-9]{1,15}$")
_SUM = re.compile(r"^[0-9]{1,17}(\.[0-9]{1,17})?$")
_AMOUNT = re.compile(r"^[0-9]{1,15}(\.[0-9]{1,5})?$")
_DATE = re.compile(r"^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$")
_DATE_TIME = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?$")
_CODE = re.compile(r"^.{1,4}$")
_BIC = re.compile(r"^[A-Z0-9]{4}[A-Z]{2}[A-Z0-9]{2}([A-Z0-9]{3})?$")

Node = Union["re.Pattern[str]", "list[Child]"]


@dataclass(frozen=True, slots=True)
class Child:
    """One element a parent may hold: how often, and its own content (a text pattern or children)."""

    name: str
    least: int
    most: int
    content: Node
    attributes: tuple[str, ...] = ()


def _agent(bic: str) -> list[Child]:
    member = Child("ClrSysMmbId", 0, 1, [Child("MmbId", 1, 1, _ID)])
    return [Child("FinInstnId", 1, 1, [Child(bic, 0, 1, _BIC), member])]


def _account(*more: Child) -> list[Child]:
    return [Child("Id", 1, 1, [Child("Othr", 1, 1, [Child("Id", 1, 1, _ACCOUNT)])]), *more]


def _name() -> list[Child]:
    return [Child("Nm", 1, 1, _TEXT_140)]


def transaction(version: str) -> list[Child]:
    """Children of CdtTrfTxInf."""
    return [
        Child("PmtId", 1, 1, [Child("InstrId", 0, 1, _ID), Child("EndToEndId", 1, 1, _ID)]),
        Child("Amt", 1, 1, [Child("InstdAmt", 1, 1, _AMOUNT, ("Ccy",))]),
        Child("CdtrAgt", 1, 1, _agent("BICFI" if version.endswith("09") else "BIC")),
        Child("Cdtr", 1, 1, _name()),
        Child("CdtrAcct", 1, 1, _account()),
        Child("Purp", 1, 1, [Child("Cd", 1, 1, _CODE)]),
        Child("RmtInf", 1, 1, [Child("Ustrd", 1, 1, _TEXT_140)]),
    ]


def group_header() -> list[Child]:
    """Children of GrpHdr."""
    return [
        Child("MsgId", 1, 1, _ID),
        Child("CreDtTm", 1, 1, _DATE_TIME),
        Child("NbOfTxs", 1, 1, _COUNT),
        Child("CtrlSum", 1, 1, _SUM),
        Child("InitgPty", 1, 1, [Child("Nm", 1, 1, _TEXT_70)]),
    ]


def batch(version: str) -> list[Child]:
    """Children of PmtInf; the transactions themselves are judged one by one."""
    day: Node = [Child("Dt", 1, 1, _DATE)] if version.endswith("09") else _DATE
    category = Child("CtgyPurp", 1, 1, [Child("Cd", 1, 1, _CODE)])
    return [
        Child("PmtInfId", 1, 1, _ID),
        Child("PmtMtd", 1, 1, re.compile("^TRF$")),
        Child("BtchBookg", 0, 1, re.compile("^(true|false)$")),
        Child("NbOfTxs", 1, 1, _COUNT),
        Child("CtrlSum", 1, 1, _SUM),
        Child("PmtTpInf", 1, 1, [Child("InstrPrty", 0, 1, re.compile("^(HIGH|NORM)$")), category]),
        Child("ReqdExctnDt", 1, 1, day),
        Child("Dbtr", 1, 1, _name()),
        Child("DbtrAcct", 1, 1, _account(Child("Ccy", 0, 1, re.compile("^[A-Z]{3}$")))),
        Child("DbtrAgt", 1, 1, _agent("BICFI" if version.endswith("09") else "BIC")),
        Child("ChrgBr", 0, 1, re.compile("^(SLEV|SHAR|DEBT|CRED)$")),
        Child("CdtTrfTxInf", 1, 2, []),
    ]


def faults(element: Any, children: list[Child], namespace: str, *, texts: bool = True) -> Iterator[tuple[str, str]]:
    """(code, element name) of everything in `element` that the grammar does not allow; `texts=False` looks at the outline only.

    Codes: UNKNOWN_ELEMENT, WRONG_ORDER, MISSING_ELEMENT, REPEATED_ELEMENT, BAD_VALUE, UNKNOWN_ATTRIBUTE, STRAY_TEXT.
    """
    places = {f"{{{namespace}}}{child.name}": place for place, child in enumerate(children)}
    counts = [0] * len(children)
    last = 0
    if element.text and element.text.strip():
        yield "STRAY_TEXT", _local(element)
    for found in element:
        place = places.get(found.tag)
        if place is None:
            yield "UNKNOWN_ELEMENT", _local(found)
            continue
        if place < last:
            yield "WRONG_ORDER", _local(found)
        last = max(last, place)
        counts[place] += 1
        child = children[place]
        if tuple(found.keys()) != child.attributes:
            yield "UNKNOWN_ATTRIBUTE" if found.keys() else "MISSING_ATTRIBUTE", child.name
        if isinstance(child.content, list):
            if child.content:
                yield from faults(found, child.content, namespace, texts=texts)
        elif len(found) or (texts and not child.content.match(found.text or "")):
            yield "BAD_VALUE", child.name
    for child, count in zip(children, counts, strict=True):
        if count < child.least:
            yield "MISSING_ELEMENT", child.name
        elif count > child.most:
            yield "REPEATED_ELEMENT", child.name


def _local(element: Any) -> str:
    return str(element.tag).rsplit("}", 1)[-1]
