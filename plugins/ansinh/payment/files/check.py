"""Judge a payment file before anybody is asked to approve it: its structure, its sums and the bank's own rules.

A schema does not add up numbers, does not know that VND has no decimals, and lets a payment without an account pass. Findings
name a rule and a place (transaction number), never a person. Memory does not grow with the file.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

from ansinh.payment import calendar
from ansinh.payment.files import structure
from ansinh.payment.files.ascii import SWIFT_X, is_identifier
from ansinh.payment.files.check_spelling import spelled_out
from ansinh.payment.files.pain001 import NAMESPACE
from ansinh.payment.profile import PURPOSES, BankProfile

MOST_FINDINGS = 200


@dataclass(frozen=True, slots=True)
class FileFinding:
    """`where`: `GrpHdr`, `PmtInf`, `file` or the number of the transaction from 1."""

    code: str
    where: str
    what: str = ""


@dataclass(frozen=True, slots=True)
class Expected:
    """What the ledger says the file holds; `today` judges the execution date."""

    rows: int
    total_vnd: int
    message_id: str
    debtor_account: str
    today: date


def check_pain001(path: Path, profile: BankProfile, expected: Expected | None = None, used_ids: Container[str] = ()) -> list[FileFinding]:
    """Everything wrong with one pain.001 file (at most 200 findings), empty when a bank should take it.

    `used_ids`: message ids the bank has seen; one is never used twice, not even after a rejection.
    """
    reader = _Reader(profile, NAMESPACE + profile.format, expected, used_ids)
    if path.stat().st_size > profile.limits.max_bytes:
        reader.add("FILE_TOO_LARGE", "file")
    spelled = spelled_out(path, profile)
    if spelled:  # every payment reads letter for letter as it should: what is left to judge is the frame around them
        reader.rows, reader.total, reader.judges_payments = spelled.rows, spelled.total_vnd, False
        return _read(BytesIO(spelled.frame), reader)
    with path.open("rb") as file:
        return _read(file, reader)


def _read(file: BinaryIO, reader: _Reader) -> list[FileFinding]:
    from lxml import etree

    try:
        wanted = [*reader.names, f"{{{reader.namespace}}}Document"]
        context = etree.iterparse(file, events=("end",), tag=wanted, resolve_entities=False, no_network=True, remove_comments=True)
        for _, element in context:
            reader.see(element)
            if len(reader.findings) >= MOST_FINDINGS:
                return reader.findings
        if context.root is not None and context.root.getroottree().docinfo.doctype:
            reader.add("HAS_DTD", "file")
        reader.finish(context.root)
    except etree.XMLSyntaxError:
        reader.add("NOT_XML", "file")
    return reader.findings


class _Reader:
    """Collects figures and findings while the file streams by."""

    def __init__(self, profile: BankProfile, namespace: str, expected: Expected | None, used_ids: Container[str]) -> None:
        self.profile, self.namespace, self.expected, self.used_ids = profile, namespace, expected, used_ids
        self.findings: list[FileFinding] = []
        self.rows = self.total = 0
        self.judges_payments = True
        self.batches = 0
        self.seen: set[str] = set()
        # a transaction's outline → the paths of its elements (empty text for one that holds others); judged once, then recognised
        self.shapes: dict[tuple[Any, ...], list[str]] = {}
        self.account = re.compile(profile.account_pattern)
        self.banks = frozenset(profile.bank_codes().values())
        self.grammar = structure.transaction(profile.format)
        self.names = {f"{{{namespace}}}{name}": name for name in ("GrpHdr", "PmtInf", "CdtTrfTxInf")}
        self.header: dict[str, str] = {}

    def add(self, code: str, where: str, what: str = "") -> None:
        self.findings.append(FileFinding(code, where, what))

    def see(self, element: Any) -> None:
        name = self.names.get(element.tag)
        if name == "CdtTrfTxInf":
            if self.judges_payments:
                self.rows += 1
                self._transaction(element, str(self.rows))
            element.clear()
            while (before := element.getprevious()) is not None and before.tag == element.tag:
                element.getparent().remove(before)
        elif name == "GrpHdr":
            self._structure(element, structure.group_header(), "GrpHdr")
            self._head(element)
        elif name == "PmtInf":
            self.batches += 1
            self._structure(element, structure.batch(self.profile.format), "PmtInf")
            self._batch(element)

    def finish(self, root: Any) -> None:
        """What only the whole file tells."""
        if root is None or root.tag != f"{{{self.namespace}}}Document":
            self.add("WRONG_NAMESPACE", "file")
            return
        whole = [_local(child) for top in root for child in top]
        if [_local(top) for top in root] != ["CstmrCdtTrfInitn"] or whole != ["GrpHdr", *["PmtInf"] * self.batches] or self.batches != 1:
            self.add("WRONG_ORDER", "file")
        if self.rows > self.profile.limits.max_rows:
            self.add("TOO_MANY_ROWS", "file")
        if self.expected:
            if (self.rows, self.total) != (self.expected.rows, self.expected.total_vnd):
                self.add("NOT_AS_SEALED", "file")
            if self.header.get("MsgId") != self.expected.message_id:
                self.add("NOT_AS_SEALED", "GrpHdr", "MsgId")

    def _structure(self, element: Any, grammar: list[structure.Child], where: str, *, texts: bool = True) -> bool:
        found = list(structure.faults(element, grammar, self.namespace, texts=texts))
        for code, what in found:
            self.add(code, where, what)
        return not found

    def _transaction(self, element: Any, where: str) -> None:
        shape = tuple((e.tag, len(e), *e.keys()) for e in element.iter())
        paths = self.shapes.get(shape)
        texts = [e.text for e in element.iter()]
        if paths is None:
            if not self._structure(element, self.grammar, where, texts=False):  # the rules below judge every text
                return
            paths = self.shapes[shape] = [_path(e, element) if not len(e) else "" for e in element.iter()]
        values = dict(zip(paths, texts, strict=True))
        if any(text and not path and not text.isspace() for path, text in zip(paths, texts, strict=True)):
            self.add("STRAY_TEXT", where)
        for code, what in self._rules(values, element):
            self.add(code, where, what)

    def _rules(self, values: dict[str, str | None], element: Any) -> Iterator[tuple[str, str]]:
        end_to_end_id = values["PmtId/EndToEndId"] or ""
        if len(end_to_end_id) > 35 or not is_identifier(end_to_end_id):
            yield "BAD_ID", "EndToEndId"
        if end_to_end_id in self.seen:
            yield "DUPLICATE_ID", "EndToEndId"
        self.seen.add(end_to_end_id)
        instruction = values.get("PmtId/InstrId")
        if instruction is not None and (len(instruction) > 35 or not is_identifier(instruction)):
            yield "BAD_ID", "InstrId"
        amount = values["Amt/InstdAmt"] or ""
        if not amount.isdecimal() or not amount.isascii():
            yield ("DECIMALS" if re.fullmatch(r"\d+\.\d+", amount) else "BAD_VALUE"), "InstdAmt"
        else:
            self.total += int(amount)
            if int(amount) == 0:
                yield "ZERO_AMOUNT", "InstdAmt"
            elif int(amount) > self.profile.limits.max_item_vnd and self.profile.over_item == "refuse":
                yield "BIG_ITEM", "InstdAmt"
        if element.find(f".//{{{self.namespace}}}InstdAmt").get("Ccy") != "VND":
            yield "NOT_VND", "InstdAmt"
        account = values["CdtrAcct/Id/Othr/Id"] or ""
        if len(account) > 34 or not self.account.fullmatch(account):
            yield "BAD_ACCOUNT", "CdtrAcct"
        bank = next(
            (text for path, text in values.items() if path.startswith("CdtrAgt/FinInstnId/") and not path.endswith("ClrSysMmbId")), None
        )
        if not bank:
            yield "NO_BANK", "CdtrAgt"
        elif bank not in self.banks:
            yield "UNKNOWN_BANK", "CdtrAgt"
        for path, most in (("Cdtr/Nm", self.profile.name_max), ("RmtInf/Ustrd", self.profile.remittance_max)):
            text = values[path] or ""
            if not SWIFT_X.match(text) or not text.strip():
                yield "BAD_CHARACTERS", path
            elif len(text) > most:
                yield "TOO_LONG", path
        if values["Purp/Cd"] not in PURPOSES:
            yield "UNKNOWN_PURPOSE", "Purp"

    def _head(self, element: Any) -> None:
        self.header = {_local(child): child.text or "" for child in element}
        message = self.header.get("MsgId", "")
        if not is_identifier(message):
            self.add("BAD_ID", "GrpHdr", "MsgId")
        if message in self.used_ids:
            self.add("USED_ID", "GrpHdr", "MsgId")
        if not SWIFT_X.match(element.findtext(f".//{{{self.namespace}}}Nm") or ""):
            self.add("BAD_CHARACTERS", "GrpHdr", "Nm")

    def _batch(self, element: Any) -> None:
        texts = {_local(child): child.text or "" for child in element}
        for source, name in ((self.header, "GrpHdr"), (texts, "PmtInf")):
            if source.get("NbOfTxs", "") != str(self.rows):
                self.add("CONTROL_COUNT", name)
            if source.get("CtrlSum", "") != str(self.total):
                self.add("CONTROL_SUM", name)
        if not is_identifier(texts.get("PmtInfId", "")):
            self.add("BAD_ID", "PmtInf", "PmtInfId")
        if not SWIFT_X.match(element.findtext(f"{{{self.namespace}}}Dbtr/{{{self.namespace}}}Nm") or ""):
            self.add("BAD_CHARACTERS", "PmtInf", "Dbtr")
        if (element.findtext(f"{{{self.namespace}}}PmtTpInf/{{{self.namespace}}}CtgyPurp/{{{self.namespace}}}Cd") or "") not in PURPOSES:
            self.add("UNKNOWN_PURPOSE", "PmtInf", "CtgyPurp")
        if self.expected:
            self._day(texts.get("ReqdExctnDt", "").strip() or element.findtext(f".//{{{self.namespace}}}Dt") or "", self.expected.today)
            account = element.findtext(
                f"{{{self.namespace}}}DbtrAcct/{{{self.namespace}}}Id/{{{self.namespace}}}Othr/{{{self.namespace}}}Id"
            )
            if account != self.expected.debtor_account:
                self.add("WRONG_DEBTOR", "PmtInf", "DbtrAcct")

    def _day(self, text: str, today: date) -> None:
        try:
            day = date.fromisoformat(text)
        except ValueError:
            return  # the structure has already said so
        if day < today:
            self.add("PAST_DATE", "PmtInf", "ReqdExctnDt")
        elif not calendar.is_business_day(day):
            self.add("NOT_BUSINESS_DAY", "PmtInf", "ReqdExctnDt")


def _path(element: Any, top: Any) -> str:
    names: list[str] = []
    while element is not top:
        names.append(_local(element))
        element = element.getparent()
    return "/".join(reversed(names))


def _local(element: Any) -> str:
    return str(element.tag).rsplit("}", 1)[-1]
