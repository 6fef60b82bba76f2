"""Who is deciding: the login, and only in a demo home the name somebody types."""

from __future__ import annotations

import getpass

from ansinh.core import remote
from ansinh.core.errors import UsageError
from ansinh.text import say


def decider(typed: str | None) -> str:
    """The name a decision is written under.

    `--as NAME` counts only while the bank is the embedded one of this home; against a real bank the decider is the login.
    Raises UsageError when a name is typed there, or when a demo home was given none.
    """
    if remote.is_local("ansinh_bank"):
        if not typed or not typed.strip():
            raise UsageError(say("payment.name_needed"), say("payment.name_needed_fix"))
        return typed.strip()
    login = getpass.getuser()
    if typed and typed.strip() != login:
        raise UsageError(say("payment.not_as_here"), say("payment.not_as_here_fix", login=login))
    return login
