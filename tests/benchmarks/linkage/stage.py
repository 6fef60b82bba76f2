"""Our dedup stage in a process of its own: staging → standardise → person_xref, as the monthly DAG builds it.

`python -m tests.benchmarks.linkage.stage PERIOD JSON [publish] [anew]`; the warehouse is `ANSINH_DSN`, the home `ANSINH_HOME`.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

from ansinh.warehouse.build import Layer, build
from ansinh.warehouse.publish import publish

LAYERS: tuple[Layer, ...] = ("staging", "standardise", "deduplicate")


def run(period: str, *, to_publish: bool, keep: bool) -> dict[str, Any]:
    """Seconds of each layer and node; publishing (and the marts it needs) is not part of the stage and not counted."""
    layers, nodes = {}, {}
    for layer in LAYERS:
        began = time.perf_counter()
        built = build("warehouse", period, layer, f"bench-{period}", keep=keep)
        layers[layer] = round(time.perf_counter() - began, 2)
        nodes |= {node.unique_id.split(".", 2)[-1]: round(node.seconds, 2) for node in built.nodes}
    if to_publish:
        build("warehouse", period, "marts", f"bench-{period}")
        publish("warehouse", period)
    return {"seconds": layers, "total": round(sum(layers.values()), 2), "nodes": nodes}


def main() -> None:
    """Period, where the figures go, `publish`, and `anew` to take nothing over from the published month."""
    period, kept, *more = sys.argv[1:]
    Path(kept).write_text(json.dumps(run(period, to_publish="publish" in more, keep="anew" not in more)), encoding="utf-8")


if __name__ == "__main__":
    main()
