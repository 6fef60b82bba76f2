"""What dbt says about a build, reduced to names, counts and seconds: nothing of a person leaves the database."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

_QUOTED = re.compile(r"""(["'(]).*?(["')])""", re.DOTALL)
_HEAD = re.compile(r"\A\s*(?:Database|Compilation|Runtime|Dependency|Parsing|Contract)?\s*Error.*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class NodeResult:
    """One node of a build. `failures` is the number of rows a test found; `message` carries no data."""

    unique_id: str
    resource_type: str
    schema_name: str | None
    relation_name: str | None
    status: str
    seconds: float
    failures: int | None
    message: str

    @property
    def is_bad(self) -> bool:
        return self.status in ("error", "fail", "runtime error", "partial success")


@dataclass(frozen=True, slots=True)
class BuildResult:
    """nodes: everything that ran, in order; seconds: wall time; failures: the nodes that stop the month."""

    nodes: list[NodeResult]
    seconds: float
    failures: list[NodeResult]

    def summary(self) -> dict[str, int | float]:
        """Counts fit for a log or an XCom."""
        return {
            "models": sum(node.resource_type in ("model", "seed", "snapshot") for node in self.nodes),
            "tests": sum(node.resource_type == "test" for node in self.nodes),
            "warnings": sum(node.status == "warn" for node in self.nodes),
            "failures": len(self.failures),
            "seconds": round(self.seconds, 1),
        }


def scrub(message: str | None) -> str:
    """The first sentence of an engine's message without any quoted or bracketed value, which may be a person's."""
    if not message:
        return ""
    lines = [line.strip() for line in message.splitlines() if line.strip()]
    kept = [line for line in lines[:2] if not line.upper().startswith(("DETAIL", "CONTEXT", "LINE", "HINT"))]
    return " ".join(_QUOTED.sub(r"\1…\2", line) for line in kept)[:300]


def read_result(result: Any) -> NodeResult:
    """A dbt RunResult as ours."""
    node = result.node
    relation = node.resource_type in ("model", "seed", "snapshot")
    return NodeResult(
        unique_id=str(node.unique_id),
        resource_type=str(node.resource_type),
        schema_name=str(node.schema) if relation else None,
        relation_name=str(node.alias) if relation else None,
        status=str(result.status),
        seconds=float(result.execution_time or 0),
        failures=int(result.failures) if result.failures is not None else None,
        message=scrub(result.message) if str(result.status) not in ("success", "pass") else "",
    )
