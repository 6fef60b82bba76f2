"""The last line of defence of everything started at a terminal: sentences and exit codes, never a traceback."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from types import FrameType

import typer
from typer.exceptions import TyperException

from ansinh.core.errors import AnsinhError
from ansinh.text import say


def guarded(work: Callable[[], int]) -> int:
    """Do the work; whatever goes wrong becomes a sentence on stderr and its exit code. A polite kill unwinds like Ctrl-C."""
    signal.signal(signal.SIGTERM, _terminated)
    try:
        return work()
    except AnsinhError as error:
        print(f"{error.reason}\n{error.instruction}".strip(), file=sys.stderr)
        return error.exit_code
    except TyperException as error:  # an unknown option, a missing argument
        show = getattr(error, "show", None)
        print(error, file=sys.stderr) if show is None else show()
        return error.exit_code
    except (KeyboardInterrupt, typer.Abort):
        print(say("cli.interrupted"), file=sys.stderr)
        return 130
    except BrokenPipeError:  # `ansinh … | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        if os.environ.get("ANSINH_DEBUG"):
            raise
        from ansinh.core.failures import without_values

        said = without_values(error)
        print(f"{said.reason}\n{said.instruction}", file=sys.stderr)
        return said.exit_code


def _terminated(number: int, frame: FrameType | None) -> None:
    """A polite kill unwinds like Ctrl-C, so whatever was started is taken down again."""
    sys.exit(128 + number)
