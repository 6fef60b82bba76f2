"""Who carries the files: ours, a plain `paramiko.put`, and Airflow's `SFTPOperator`; each with what its officers do after a failure.

The two peers retry as their DAGs usually do (`retries=2`, that is three tries) and believe an upload that raised nothing.
"""

from __future__ import annotations

import json
import logging
import os
from abc import ABC, abstractmethod
from typing import Any, Protocol

from ansinh.core.errors import AnsinhError, BlockedByData
from ansinh.core.remote import Endpoint, endpoint, open_sftp
from ansinh.payment import delivery, file_state, manifest
from ansinh.payment.resolve import resolve
from ansinh.payment.session import money

from tests.support.money import SENDER

TRIES = 3


class Courier(Protocol):
    """`send` raises what it notices; `bring_home` is called after a fault and says whether a person had to decide."""

    name: str

    def send(self, run_id: str) -> object: ...

    def in_doubt(self, run_id: str) -> bool: ...

    def bring_home(self, run_id: str) -> str: ...


class Ours:
    """The product: intent, evidence, hidden name, read back, rename; doubt is resolved by evidence only."""

    name = "ansinh"

    def send(self, run_id: str) -> object:
        return delivery.send(run_id, SENDER)

    def in_doubt(self, run_id: str) -> bool:
        with money() as connection:
            return any(file.state in file_state.DOUBTFUL for file in file_state.files_of(connection, run_id))

    def bring_home(self, run_id: str) -> str:
        """Send again; where that is refused for doubt, resolve; never anything else. Returns why a person is needed, or nothing."""
        for _ in range(6):
            try:
                if delivery.send(run_id, SENDER).state in ("sent", "reconciled", "closed"):
                    return ""
            except BlockedByData as error:
                if error.code != "UNKNOWN_DELIVERY":
                    return error.code
                try:
                    resolve(run_id, SENDER)
                except AnsinhError as open_question:
                    return open_question.code or type(open_question).__name__
            except AnsinhError:
                continue
        return "not sent after six tries"


class _Retrying(ABC):
    """A task without memory: all files again until none raises."""

    def send(self, run_id: str) -> object:
        for path in sorted(manifest.outbox(run_id).glob("*.xml")):
            self.put(str(path), path.name)
        return None

    @abstractmethod
    def put(self, local: str, name: str) -> None:
        """One try at one file."""

    def in_doubt(self, run_id: str) -> bool:
        return False  # it knows no doubt

    def bring_home(self, run_id: str) -> str:
        for _ in range(TRIES):
            try:
                self.send(run_id)
            except Exception:  # noqa: S112 - the next try
                continue
            return ""
        return "failed after three tries"


class ParamikoPut(_Retrying):
    """`SFTPClient.put` to the final name, as most scripts do, over the same careful connection as ours."""

    name = "paramiko.put"

    def put(self, local: str, name: str) -> None:
        with open_sftp(endpoint("ansinh_bank")) as sftp:
            sftp.put(local, f"inbox/{name}")


class AirflowOperator(_Retrying):
    """`SFTPOperator(operation="put")` of the locked provider, with the host key pinned."""

    name = "SFTPOperator"

    def __init__(self) -> None:
        os.environ.setdefault("AIRFLOW_HOME", os.environ["ANSINH_HOME"] + "/airflow")
        logging.disable(logging.CRITICAL)
        from airflow.providers.sftp.operators.sftp import SFTPOperator

        self._operator: Any = SFTPOperator

    def put(self, local: str, name: str) -> None:
        os.environ["AIRFLOW_CONN_ANSINH_BANK"] = _connection(endpoint("ansinh_bank"))
        task = self._operator(
            task_id="put", ssh_conn_id="ansinh_bank", local_filepath=local, remote_filepath=f"/inbox/{name}", operation="put"
        )
        task.execute({})


def _connection(where: Endpoint) -> str:
    extra = {"key_file": str(where.key_file), "host_key": where.host_key, "look_for_keys": "false"}
    return json.dumps({"conn_type": "sftp", "host": where.host, "port": where.port, "login": where.user, "extra": extra})


COURIERS: dict[str, type[Any]] = {made.name: made for made in (Ours, ParamikoPut, AirflowOperator)}
