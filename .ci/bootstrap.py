"""Get uv into .tools/ with nothing but python3: run by `make setup`, does nothing when it is there already.

Tries, in this order: a virtual environment's pip, this Python's own pip, and, where Debian ships python3 without
either, the wheel straight from the package index with its published SHA-256 checked.
"""

import hashlib
import json
import os
import platform
import shutil
import stat
import subprocess
import sys
import urllib.request
import zipfile
from io import BytesIO
from pathlib import Path

VERSION = "0.13.9"
TOOLS = Path(__file__).resolve().parent.parent / ".tools"
INDEX = os.environ.get("UV_DEFAULT_INDEX") or os.environ.get("PIP_INDEX_URL") or "https://pypi.org/simple"


def works(uv: Path) -> bool:
    if not uv.exists():
        return False
    return subprocess.run([str(uv), "--version"], capture_output=True, check=False).returncode == 0


def with_venv() -> Path | None:
    place = TOOLS / "venv"
    shutil.rmtree(place, ignore_errors=True)
    steps = ([sys.executable, "-m", "venv", str(place)], [str(place / "bin" / "python"), "-m", "pip", "install", "-q", f"uv=={VERSION}"])
    return place / "bin" / "uv" if all(subprocess.run(step, check=False).returncode == 0 for step in steps) else None


def with_own_pip() -> Path | None:
    place = TOOLS / "lib"
    shutil.rmtree(place, ignore_errors=True)
    done = subprocess.run([sys.executable, "-m", "pip", "install", "-q", "--target", str(place), f"uv=={VERSION}"], check=False)
    return place / "bin" / "uv" if done.returncode == 0 else None


def from_index() -> Path | None:
    machine = {"x86_64": "x86_64", "aarch64": "aarch64", "arm64": "aarch64"}.get(platform.machine(), platform.machine())
    libc = "manylinux" if platform.libc_ver()[0] == "glibc" else "musllinux"
    request = urllib.request.Request(f"{INDEX.rstrip('/')}/uv/", headers={"Accept": "application/vnd.pypi.simple.v1+json"})
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            files = json.load(answer)["files"]
        ours = [
            one for one in files if one["filename"].startswith(f"uv-{VERSION}-") and libc in one["filename"] and machine in one["filename"]
        ]
        if not ours:
            return None
        with urllib.request.urlopen(ours[0]["url"], timeout=600) as answer:
            wheel = answer.read()
    except (OSError, ValueError, KeyError) as error:
        print(f"  {INDEX}: {error}", file=sys.stderr)
        return None
    if hashlib.sha256(wheel).hexdigest() != ours[0]["hashes"]["sha256"]:
        print("  SHA-256 của gói uv không khớp · wheel hash differs", file=sys.stderr)
        return None
    return unpack(wheel)


def unpack(wheel: bytes) -> Path:
    target = TOOLS / "bin" / "uv.new"
    with zipfile.ZipFile(BytesIO(wheel)) as archive:
        target.write_bytes(archive.read(f"uv-{VERSION}.data/scripts/uv"))
    target.chmod(target.stat().st_mode | stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH)
    return target


def main() -> int:
    uv = TOOLS / "bin" / "uv"
    if works(uv):
        return 0
    (TOOLS / "bin").mkdir(parents=True, exist_ok=True)
    for way in (with_venv, with_own_pip, from_index):
        found = way()
        if found is not None and works(found):
            uv.unlink(missing_ok=True)
            uv.symlink_to(os.path.relpath(found, uv.parent)) if found.name == "uv" else found.rename(uv)
            return 0
    print(
        "Không cài được uv bằng python3 của máy này (thiếu venv và pip, và không tới được kho gói).\n"
        "Cách sửa: cài gói python3-venv, hoặc đặt PIP_INDEX_URL tới một kho gói PyPI, rồi chạy lại.\n"
        "uv could not be installed: install python3-venv, or point PIP_INDEX_URL to a reachable package index.",
        file=sys.stderr,
    )
    return 4


if __name__ == "__main__":
    sys.exit(main())
