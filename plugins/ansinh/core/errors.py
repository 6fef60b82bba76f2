"""Errors a person can act on: what went wrong, what to do, and whether trying again helps.

The exit code is part of the meaning: 1 our fault, 2 wrong usage, 3 blocked by data (a person must
act; retrying is useless), 4 a partner is unavailable (retrying helps).
"""

from __future__ import annotations


class AnsinhError(Exception):
    """Base of every expected error. `reason` says what is wrong, `instruction` how to go on."""

    exit_code = 1

    def __init__(self, reason: str, instruction: str = "", *, code: str = "") -> None:
        self.reason = reason
        self.instruction = instruction
        self.code = code
        super().__init__(f"{reason} {instruction}".strip())


class UsageError(AnsinhError):
    """The command, setting or argument is wrong."""

    exit_code = 2


class BlockedByData(AnsinhError):
    """A check is red or a person's answer is awaited."""

    exit_code = 3


class PartnerUnavailable(AnsinhError):
    """A database, SFTP server or bank does not answer; the same call may work later."""

    exit_code = 4
