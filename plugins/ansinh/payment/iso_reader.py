"""ISO 20022 answers as a stream of elements: flat memory for any size, no entities, no DTD, no network.

Elements are known by their local name: the version is in the namespace, and banks use many of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from lxml import etree

from ansinh.payment.answers import Unreadable
from ansinh.text import say

_MESSAGE = re.compile(r"^urn:iso:std:iso:20022:(?:tech:xsd:)?\$?([a-z]{4}\.\d{3})\.\d{3}\.\d{2}$")


def message_kind(path: Path) -> str:
    """`pain.002`, `camt.054`… of a file. Raises Unreadable when it is not an ISO 20022 document."""
    for element in stream(path, start=True):
        found = _MESSAGE.match(etree.QName(element).namespace or "")
        if not found:
            break
        return found[1]
    raise Unreadable(say("returns.not_iso"), say("returns.unreadable_fix"), code="NOT_ISO20022")


def stream(path: Path, *wanted: str, start: bool = False) -> Iterator[etree._Element]:
    """The elements with these local names as they end (all of them as they start, with `start`), emptied afterwards.

    A wanted element inside another wanted one is already empty when the outer one comes: look at it in its turn, from
    where the earlier children of its ancestors can be read. Raises Unreadable for broken XML and for a document type.
    """
    tags = [f"{{*}}{name}" for name in wanted] or None
    reader = etree.iterparse(
        path,
        events=("start",) if start else ("end",),
        tag=tags,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    checked = False
    try:
        for _, element in reader:
            if not checked:
                _refuse_doctype(element)
                checked = True
            yield element
            if not start:
                _free(element)
    except etree.XMLSyntaxError as error:
        raise Unreadable(say("returns.broken_xml", line=error.lineno or 0), say("returns.unreadable_fix"), code="BROKEN_XML") from None
    except OSError as error:
        raise Unreadable(say("returns.broken_xml", line=0), say("returns.unreadable_fix"), code="BROKEN_XML") from error


def text_at(element: etree._Element, *path: str) -> str | None:
    """Trimmed text of the first descendant by local names, `text_at(entry, "Refs", "EndToEndId")`; None when absent or empty."""
    found = child(element, *path)
    return (found.text or "").strip() or None if found is not None else None


def child(element: etree._Element, *path: str) -> etree._Element | None:
    """The first element down a path of local names, or None."""
    here: etree._Element | None = element
    for name in path:
        here = next(here.iterchildren(f"{{*}}{name}"), None) if here is not None else None
    return here


def children(element: etree._Element, name: str) -> Iterator[etree._Element]:
    """The direct children with a local name."""
    return element.iterchildren(f"{{*}}{name}")


def reason(element: etree._Element | None) -> str | None:
    """The code of a `StsRsnInf`, `RtrRsnInf` or `RtrInf`: external code, else the bank's own word."""
    if element is None:
        return None
    return text_at(element, "Rsn", "Cd") or text_at(element, "Rsn", "Prtry") or ("NARR" if child(element, "AddtlInf") is not None else None)


def _refuse_doctype(element: etree._Element) -> None:
    if element.getroottree().docinfo.doctype:  # type: ignore[attr-defined]
        raise Unreadable(say("returns.has_doctype"), say("returns.unreadable_fix"), code="HAS_DOCTYPE")


def _free(element: etree._Element) -> None:
    element.clear(keep_tail=False)  # type: ignore[call-arg]
    previous, parent = element.getprevious(), element.getparent()
    if previous is not None and parent is not None and previous.tag == element.tag:
        parent.remove(previous)
