"""`make bench`: every benchmark beside its peers, one after the other; tables on stdout, all figures in `bench.json`.

A benchmark is a module `bench_*.py` that prints a table and keeps its figures with `--json FILE`.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
ROOT = HERE.parents[1]


def run_one(name: str, folder: Path) -> Any:
    """Run one benchmark in a process of its own; its figures, or None when it failed (its words are on stderr)."""
    kept = folder / f"{name}.json"
    print(f"── {name}", flush=True)
    done = subprocess.run([sys.executable, "-m", f"tests.benchmarks.{name}", "--json", str(kept)], cwd=ROOT, check=False)
    return json.loads(kept.read_text(encoding="utf-8")) if done.returncode == 0 and kept.exists() else None


def main() -> int:
    """Run all of them; exit 1 when one failed."""
    names = sorted(path.stem for path in HERE.glob("bench_*.py"))
    with tempfile.TemporaryDirectory(prefix="ansinh-bench-") as folder:
        results = {name: run_one(name, Path(folder)) for name in names}
    machine = {"cores": len(os.sched_getaffinity(0)), "machine": platform.machine(), "python": platform.python_version()}
    (ROOT / "bench.json").write_text(json.dumps({"machine": machine, "results": results}, indent=1, ensure_ascii=False), encoding="utf-8")
    failed = [name for name, figures in results.items() if figures is None]
    print(f"bench.json · {len(results) - len(failed)} / {len(results)}" + (f" · failed: {', '.join(failed)}" if failed else ""))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
