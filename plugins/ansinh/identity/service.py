"""Asking the national population service about one person a call: paced, patient with a busy service, never in a hurry to give up."""

from __future__ import annotations

import json
import os
import random
import time
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import httpx
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ansinh.core.errors import AnsinhError, PartnerUnavailable, UsageError
from ansinh.core.settings import services
from ansinh.identity.service_messages import Caller, Question, answer_record, question_xml
from ansinh.text import say

VARIABLE = "ANSINH_NATIONAL_ID_SERVICE"
TRIES = 6
LONGEST_WAIT = 30.0
_BUSY = {429, 500, 502, 503, 504}


class ServiceEndpoint(BaseModel):
    """Where the service is and who we are to it. `url` is the address one question is posted to.

    `instead_of_files`: the province has this service and no file drop.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    url: str
    integration_code: str
    service_code: str
    officer_code: str
    requests_per_second: float = Field(5.0, gt=0)
    most_per_run: int = Field(2000, gt=0)
    instead_of_files: bool = False

    @property
    def caller(self) -> Caller:
        return Caller(self.integration_code, self.service_code, self.officer_code)


def service_endpoint() -> ServiceEndpoint | None:
    """The service from `ANSINH_NATIONAL_ID_SERVICE` (JSON), else from services.json; None where the province has none.

    Raises UsageError when its description is wrong.
    """
    named = os.environ.get(VARIABLE)
    try:
        found = json.loads(named) if named else services().get("national_id_service")
        return ServiceEndpoint.model_validate(found) if found else None
    except (json.JSONDecodeError, ValidationError) as error:
        raise UsageError(say("errors.register.malformed"), say("errors.register.malformed_fix", variable=VARIABLE)) from error


class Refused(AnsinhError):
    """The service found this one question malformed: asking again is useless, the next person can be asked."""

    exit_code = 3


class ServiceClient:
    """One connection to the service. `tries` counts every call made, `waited` the seconds it had to be patient."""

    def __init__(self, endpoint: ServiceEndpoint, *, sleep: Callable[[float], None] = time.sleep, timeout: float = 20.0) -> None:
        self.endpoint, self._sleep = endpoint, sleep
        self._http = httpx.Client(timeout=timeout, headers={"Content-Type": "text/xml; charset=utf-8"})
        self._next_call = 0.0
        self.tries = 0
        self.waited = 0.0

    def __enter__(self) -> ServiceClient:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def ask(self, question: Question) -> dict[str, Any] | None:
        """The register's record of the person, or None when it knows nobody with this number, name and birth.

        Raises Refused for a malformed question, UsageError when we have no right to ask, PartnerUnavailable when the service
        stays away after six tries.
        """
        for attempt in range(TRIES):
            answer = self._post(question_xml(question, self.endpoint.caller, uuid4().hex))
            if answer is not None and answer.status_code == httpx.codes.OK:
                return answer_record(answer.content)
            if answer is not None and answer.status_code not in _BUSY:
                _give_up(answer.status_code)
            if attempt + 1 < TRIES:
                self._wait(_patience(attempt, answer))
        raise PartnerUnavailable(say("errors.register.silent"), say("errors.register.silent_fix"))

    def _post(self, body: bytes) -> httpx.Response | None:
        """One paced call; None when the connection failed."""
        pause = self._next_call - time.monotonic()
        if pause > 0:
            self._sleep(pause)
        self._next_call = max(self._next_call, time.monotonic()) + 1 / self.endpoint.requests_per_second
        self.tries += 1
        try:
            return self._http.post(self.endpoint.url, content=body)
        except httpx.TransportError:
            return None

    def _wait(self, seconds: float) -> None:
        self.waited += seconds
        self._sleep(seconds)


def _patience(attempt: int, answer: httpx.Response | None) -> float:
    """What the service asks for in Retry-After, else twice as long each time, a little scattered."""
    asked = answer.headers.get("Retry-After", "") if answer is not None else ""
    if asked.isdigit():
        return min(float(asked), LONGEST_WAIT)
    return min(2.0**attempt, LONGEST_WAIT) * random.uniform(0.5, 1.0)  # noqa: S311 - scatter, not a secret


def _give_up(status: int) -> None:
    if status in (401, 403):
        raise UsageError(say("errors.register.denied"), say("errors.register.denied_fix"))
    raise Refused("Dịch vụ dân cư không nhận câu hỏi này.", "Kiểm tra họ tên, ngày sinh và số định danh của dòng.", code=str(status))
