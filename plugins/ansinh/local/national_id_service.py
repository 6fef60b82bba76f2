"""A local stand-in of the national population service: one person a call, the documented XML, a rate limit, bad days.

It answers from feed files (`*.ndjson[.gz]`) of a folder, read again when they change. Like the real one it matches and
returns: number, name and birth must all agree, else the collection is empty. `ansinh up` starts it when `national_id.source`
is `service` or `both`; by itself: `python -m ansinh.local.national_id_service FOLDER [--port N] [--rate N]`.
"""

from __future__ import annotations

import argparse
import gzip
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import orjson
from lxml import etree

from ansinh.identity.names import fold
from ansinh.local.child import Child, announce, die_with_parent, launch, running, stop_child

NAME = "national_id_service"
RATE = 50.0
PATH = "/congdan/tracuu"
INTEGRATION_CODE = "ANSINH-DEMO"
_SOAP = "http://schemas.xmlsoap.org/soap/envelope/"


def read_people(folder: Path) -> dict[str, dict[str, Any]]:
    """The newest record of everybody in the folder's feed files, by number and by old number."""
    newest: dict[str, dict[str, Any]] = {}
    for path in sorted(folder.glob("*.ndjson*")):
        content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        for line in content.splitlines():
            record = orjson.loads(line)
            known = newest.get(record["so_dinh_danh"])
            if known is None or known["cap_nhat_luc"] <= record["cap_nhat_luc"]:
                newest[record["so_dinh_danh"]] = record
    return {r["so_cmnd"]: r for r in newest.values() if r.get("so_cmnd")} | newest


@dataclass(slots=True)
class Service:
    """What the handler serves. `fails_every`: every so many-th call is answered 503 (0: never). Counters are for tests."""

    people: dict[str, dict[str, Any]]
    per_second: float = RATE
    folder: Path | None = None
    fails_every: int = 0
    calls: int = 0
    answered: list[str] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _allowance: float = 0.0
    _filled_at: float = field(default_factory=time.monotonic)
    _read: list[tuple[str, int, int]] = field(default_factory=list)

    def look_again(self) -> None:
        """Read the folder's files when one came, went or changed since."""
        if self.folder is None:
            return
        with self._lock:
            lying = sorted((path.name, *_stamp(path)) for path in self.folder.glob("*.ndjson*"))
            if lying != self._read:
                self.people, self._read = read_people(self.folder), lying

    def admit(self) -> int:
        """200 when the call may be answered, 429 over the limit, 503 on a bad day."""
        with self._lock:
            self.calls += 1
            now = time.monotonic()
            self._allowance = (
                min(self.per_second, self._allowance + (now - self._filled_at) * self.per_second) if self.calls > 1 else self.per_second
            )
            self._filled_at = now
            if self._allowance < 1:
                return 429
            self._allowance -= 1
            return 503 if self.fails_every and self.calls % self.fails_every == 0 else 200

    def find(self, asked: dict[str, str]) -> dict[str, Any] | None:
        """The person all of whose asked fields agree."""
        number = asked.get("SoDinhDanh") or asked.get("SoCMND") or ""
        with self._lock:
            self.answered.append(number)
        person = self.people.get(number)
        if person is None or fold(person["ho_va_ten"]).replace(" ", "").upper() != asked.get("HoVaTen"):
            return None
        day, full = asked.get("NgayThangNam"), person.get("ngay_thang_nam_sinh")
        agrees = day == full if day and full else (asked.get("Nam") or str(day)[:4]) == person.get("nam_sinh")
        return person if agrees else None


def _stamp(path: Path) -> tuple[int, int]:
    found = path.stat()
    return found.st_size, found.st_mtime_ns


def person_xml(person: dict[str, Any] | None) -> bytes:
    """`Envelope.Body.CongdanCollection` with one `CongDan`, or empty."""
    root = etree.Element(f"{{{_SOAP}}}Envelope", nsmap={"soap": _SOAP})
    collection = etree.SubElement(etree.SubElement(root, f"{{{_SOAP}}}Body"), "CongdanCollection")
    if person is not None:
        one = etree.SubElement(collection, "CongDan")
        _put(one, SoDinhDanh=person["so_dinh_danh"], SoCMND=person.get("so_cmnd"))
        _put(etree.SubElement(one, "HoVaTen"), Ten=person["ho_va_ten"])
        _put(one, GioiTinh=person.get("gioi_tinh"))
        _put(etree.SubElement(one, "NgayThangNamSinh"), Nam=person.get("nam_sinh"), NgayThangNam=person.get("ngay_thang_nam_sinh"))
        _put(etree.SubElement(one, "ThuongTru"), MaPhuongXa=person.get("ma_phuong_xa"), ChiTiet=person.get("thuong_tru"))
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def _put(parent: etree._Element, **fields: object) -> None:
    for name, value in fields.items():
        if value is not None:
            etree.SubElement(parent, name).text = str(value)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        status = self.server.service.admit() if self.path == PATH else 404
        if status != 200:
            self._answer(status, b"", {"Retry-After": "1"} if status == 429 else {})
            return
        self.server.service.look_again()
        asked = _asked(body)
        if asked is None or not {"MaYeuCau", "MaCanBo", "MaDVC", "HoVaTen"} <= set(asked) or not {"NgayThangNam", "Nam"} & set(asked):
            self._answer(400, b"")
        elif asked.get("MaTichHop") != INTEGRATION_CODE:
            self._answer(403, b"")
        else:
            self._answer(200, person_xml(self.server.service.find(asked)), {"Content-Type": "text/xml; charset=utf-8"})

    def _answer(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing: a request is about a person."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, address: tuple[str, int], service: Service) -> None:
        super().__init__(address, _Handler)
        self.service = service


def _asked(body: bytes) -> dict[str, str] | None:
    try:
        root = etree.fromstring(body, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False))
    except etree.XMLSyntaxError:
        return None
    question = root.find(".//{*}TraCuuCongDan")
    return {str(child.tag): child.text or "" for child in question} if question is not None else None


@contextmanager
def serving(service: Service, port: int = 0) -> Iterator[str]:
    """Serve on 127.0.0.1 while the block runs; yields the address questions are posted to."""
    server = _Server(("127.0.0.1", port), service)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}{PATH}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def start(home: Path, *, with_parent: bool = False) -> Child:
    """Start the stand-in of a home unless it runs. It knows who stands in `HOME/national_id_service/`, else in the file drop.

    Raises AnsinhError when it does not come up.
    """
    own = home / NAME
    folder = own if own.is_dir() else home / "sftp" / "national_id" / "incoming"
    folder.mkdir(parents=True, exist_ok=True)
    arguments = ["-m", "ansinh.local.national_id_service", str(folder), "--home", str(home.absolute())]
    return launch(home, NAME, arguments, with_parent=with_parent)


def stop(home: Path) -> None:
    """Stop the stand-in of this home; does nothing when it does not run."""
    stop_child(home, NAME)


def described(home: Path, source: str) -> dict[str, Any] | None:
    """The `national_id_service` part of services.json, None while it does not run."""
    child = running(home, NAME)
    if child is None:
        return None
    return {
        "url": f"http://127.0.0.1:{child.port}{PATH}",
        "integration_code": INTEGRATION_CODE,
        "service_code": "1.001776",
        "officer_code": "DEMO",
        "requests_per_second": RATE,
        "instead_of_files": source == "service",
    }


def main() -> None:
    """Serve a folder's people until ended; prints the address as JSON when ready."""
    die_with_parent()
    parser = argparse.ArgumentParser(description="Dịch vụ dân cư tại chỗ / local national-ID service")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--rate", type=float, default=RATE)
    parser.add_argument("--home", type=Path)
    given = parser.parse_args()
    with serving(Service({}, per_second=given.rate, folder=given.folder), given.port) as url:
        if given.home is not None:
            announce(given.home, NAME, int(url.removesuffix(PATH).rpartition(":")[2]))
        print(orjson.dumps({"url": url, "integration_code": INTEGRATION_CODE}).decode(), flush=True)
        threading.Event().wait()


if __name__ == "__main__":
    main()
