"""Build a layer of the warehouse: dbt in this process, one invocation a layer, results kept as counts.

Nothing published changes here: models land in `<schema>_next` (see dbt_project/macros/generate_schema_name.sql)
and `ansinh.warehouse.publish` swaps them in once the gates are green.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

from ansinh.core.clock import now
from ansinh.core.db import connect, dsn_parts
from ansinh.core.errors import AnsinhError, PartnerUnavailable, UsageError
from ansinh.core.period import Period
from ansinh.core.settings import home, load_settings, project_root, warehouse_dsn
from ansinh.text import say
from ansinh.warehouse.nodes import BuildResult, NodeResult, read_result, scrub

Stage = Literal["warehouse", "entitle", "settle"]
Layer = Literal["staging", "standardise", "deduplicate", "marts"]

_LAYERS: dict[str, list[str]] = {
    "staging": ["resource_type:seed", "path:models/staging/{stage}"],
    "standardise": ["path:models/intermediate/{stage}/standardise"],
    "deduplicate": ["path:models/intermediate/{stage}/deduplicate", "person_xref"],
    "marts": ["path:models/marts/{stage}", "path:models/analytics/{stage}"],
}
_PARSED_FOLDERS = ("models", "seeds", "macros", "snapshots", "tests")
FIRST_LAYER = "staging"
# A build is a few large statements over tables anybody can build again: room to hash and sort, both cores, no waiting for the disk.
_SESSION = {
    "work_mem": "96MB",
    "max_parallel_workers_per_gather": "2",
    "parallel_tuple_cost": "0.02",
    "default_statistics_target": "30",
    "synchronous_commit": "off",
    "jit": "off",
}
_MANIFESTS: dict[tuple[str, ...], Any] = {}


def build(stage: Stage, period: str, layer: Layer | None, run_id: str, *, keep: bool = True) -> BuildResult:
    """Build one layer of a stage (all of it when `layer` is None) for a payout month.

    `keep=False` works everything out anew, also what the published month has for records that did not change: the same
    answer, later (dbt_project/macros/kept.sql).

    Raises UsageError for an unknown stage, layer or period, PartnerUnavailable when the warehouse does not answer,
    AnsinhError (code WAREHOUSE_BUILD) when a model or a data test fails; its text names nodes, never data.
    """
    if stage not in ("warehouse", "entitle", "settle") or (layer is not None and layer not in _LAYERS):
        raise UsageError(say("errors.warehouse.unknown_layer", stage=stage, layer=layer), say("errors.warehouse.unknown_layer_fix"))
    month = str(Period.parse(period))
    if layer in (None, FIRST_LAYER):
        _clear_leftovers(stage)
    started = time.monotonic()
    nodes = _invoke(stage, month, layer, run_id, {} if keep else {"keep": False})
    found = BuildResult(nodes, time.monotonic() - started, [node for node in nodes if node.is_bad])
    _save(found, stage, month, layer, run_id)
    if found.failures:
        raise AnsinhError(
            say("errors.warehouse.failed", count=len(found.failures), nodes="; ".join(_say(node) for node in found.failures[:5])),
            say("errors.warehouse.failed_fix"),
            code="WAREHOUSE_BUILD",
        )
    return found


def _say(node: NodeResult) -> str:
    rows = f", {node.failures} dòng" if node.failures else ""
    return f"{node.unique_id} ({node.status}{rows}) {node.message}".strip()


def _say_exception(error: BaseException | None) -> str:
    """A parse or compilation error speaks of our own files and is told whole; anything else may quote data."""
    text = str(error)
    return " ".join(text.split())[:600] if "Compilation" in text or "Parsing" in text else scrub(text)


def build_variables(stage: str, period: str) -> dict[str, Any]:
    """The vars every model may read: the month, the stage and the settings that are not law."""
    settings = load_settings()
    return {
        "period": period,
        "stage": stage,
        **settings.identity.model_dump(),
        "province_code": settings.communes.province_code,
        "code_system": settings.communes.code_system,
        "expected_communes": settings.communes.expected,
        "year_only_counts_from": settings.communes.year_only_counts_from,
        "months_together": settings.payment.months_of(period),
        "provincial_amounts": [own.model_dump(mode="json") for own in settings.payment.provincial_amounts],
        "shared_account_limit": settings.payment.shared_account_limit,
        "today": now().date().isoformat(),  # signed waivers expire by the same clock as everything else
    }


def _invoke(stage: str, period: str, layer: str | None, run_id: str, more: dict[str, Any]) -> list[NodeResult]:
    root = home() / "run" / "dbt"
    target = root / run_id / f"{stage}-{layer or 'all'}"
    target.mkdir(parents=True, exist_ok=True)
    variables = build_variables(stage, period) | more
    select = [text.format(stage=stage) for text in _LAYERS[layer]] if layer else [f"tag:{stage}"]
    with dbt_environment():
        manifest = _manifest(stage, variables, root / "parsed", target)
        command = ("build", "--select", *select, "--indirect-selection", "buildable", "--exclude-resource-type", "unit_test")
        outcome = run_dbt(_arguments(command, variables, target), manifest)
    if outcome.result is None:
        raise AnsinhError(
            say("errors.warehouse.dbt", says=_say_exception(outcome.exception)),
            say("errors.warehouse.dbt_fix"),
            code="WAREHOUSE_BUILD",
        )
    return [read_result(result) for result in outcome.result.results]


def _arguments(command: Iterable[str], variables: dict[str, Any], target: Path) -> list[str]:
    return [
        "--log-level", "none", "--log-level-file", "none", "--no-write-json", "--no-use-colors", "--no-version-check", *command,
        "--vars", json.dumps(variables), "--target-path", str(target), "--log-path", str(target),
    ]  # fmt: skip


def _manifest(stage: str, variables: dict[str, Any], kept: Path, target: Path) -> Any:
    """The parsed project of a stage. Read once in a process: the month is no part of it (models ask for it when they run)."""
    digest = _project_digest()
    fixed = {name: value for name, value in variables.items() if name not in ("period", "today")}
    key = (digest, warehouse_dsn(), json.dumps(fixed, sort_keys=True, default=str))
    if key not in _MANIFESTS:
        parsed = kept / f"{stage}-{digest}.msgpack"
        if parsed.exists():
            shutil.copyfile(parsed, target / "partial_parse.msgpack")
        outcome = run_dbt(_arguments(("parse",), variables, target))
        _keep_parse(target / "partial_parse.msgpack", parsed)
        if outcome.result is None:
            raise AnsinhError(
                say("errors.warehouse.dbt", says=_say_exception(outcome.exception)),
                say("errors.warehouse.dbt_fix"),
                code="WAREHOUSE_BUILD",
            )
        while len(_MANIFESTS) >= 3:  # the stages of one warehouse
            _MANIFESTS.pop(next(iter(_MANIFESTS)))
        _MANIFESTS[key] = outcome.result
    return _MANIFESTS[key].deepcopy()


def run_dbt(arguments: list[str], manifest: Any = None) -> Any:
    """One dbt invocation in this process; the caller has entered `dbt_environment`. Returns dbt's own result.

    `manifest`: the project as parsed before, else dbt parses it.
    """
    from dbt.cli.main import dbtRunner

    project = str(project_root() / "dbt_project")
    return dbtRunner(manifest=manifest).invoke([*arguments, "--project-dir", project, "--profiles-dir", project])


def _project_digest() -> str:
    """Changes with any file of the dbt project: dbt's own partial parsing misses a seed that arrives after its description."""
    project = project_root() / "dbt_project"
    files = sorted(path for folder in _PARSED_FOLDERS for path in (project / folder).rglob("*") if path.is_file())
    stamps = [(str(path.relative_to(project)), path.stat().st_size, path.stat().st_mtime_ns) for path in files]
    return hashlib.sha256(repr(stamps).encode()).hexdigest()[:16]


def _keep_parse(fresh: Path, kept: Path) -> None:
    """The parsed project serves the stage's next layer: 0.4 s instead of 3 s."""
    if fresh.exists():
        kept.parent.mkdir(parents=True, exist_ok=True)
        for old in kept.parent.glob(f"{kept.stem.rsplit('-', 1)[0]}-*.msgpack"):
            if old != kept:
                old.unlink(missing_ok=True)
        shutil.copyfile(fresh, kept.with_suffix(f".{os.getpid()}")).replace(kept)
        fresh.unlink()


@contextmanager
def dbt_environment() -> Iterator[None]:
    """What profiles.yml reads, from the warehouse DSN; telemetry off. The environment is put back afterwards."""
    parts = dsn_parts(warehouse_dsn())
    wanted = {
        "ANSINH_DBT_HOST": parts.get("host", "127.0.0.1"),
        "ANSINH_DBT_PORT": parts.get("port", "5432"),
        "ANSINH_DBT_USER": parts.get("user", "ansinh"),
        "ANSINH_DBT_PASSWORD": parts.get("password", ""),
        "ANSINH_DBT_DBNAME": parts.get("dbname", "ansinh"),
        "ANSINH_DBT_SSLMODE": parts.get("sslmode", "prefer"),
        "PGOPTIONS": " ".join(f"-c {name}={value}" for name, value in _SESSION.items()),
        "DO_NOT_TRACK": "1",
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    }
    before = {name: os.environ.get(name) for name in wanted}
    os.environ.update(wanted)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _clear_leftovers(stage: str) -> None:
    """Drop what an earlier, unpublished build of this stage left in the `_next` schemas."""
    from psycopg import sql

    with connect() as connection:
        left = connection.execute(
            "select n.nspname, c.relname, c.relkind from pg_class c join pg_namespace n on n.oid = c.relnamespace"
            " where c.relkind in ('r', 'v') and (n.nspname, c.relname) in"
            " (select schema_name, relation_name from ops.warehouse_node where stage = %s and schema_name is not null)",
            (stage,),
        ).fetchall()
        for schema, name, kind in left:
            if str(schema).endswith("_next"):
                word = sql.SQL("view" if kind == "v" else "table")
                connection.execute(sql.SQL("drop {} if exists {} cascade").format(word, sql.Identifier(str(schema), str(name))))


def _save(found: BuildResult, stage: str, period: str, layer: str | None, run_id: str) -> None:
    try:
        with connect() as connection, connection.cursor() as cursor:
            cursor.executemany(
                "insert into ops.warehouse_node (run_id, stage, period, layer, unique_id, resource_type, schema_name, relation_name,"
                " status, seconds, failures) values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"
                " on conflict (run_id, stage, unique_id) do update set status = excluded.status, seconds = excluded.seconds,"
                " failures = excluded.failures, layer = excluded.layer, at = now()",
                [
                    (run_id, stage, period, layer or "", n.unique_id, n.resource_type, n.schema_name, n.relation_name, n.status, n.seconds,
                     n.failures)
                    for n in found.nodes
                ],
            )  # fmt: skip
    except PartnerUnavailable:
        if not found.failures:  # the build's own failure says more than a lost connection
            raise
