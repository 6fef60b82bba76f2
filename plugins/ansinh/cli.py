"""The `ansinh` command. Data on stdout, talk on stderr; every expected error is a sentence with its exit code.

Nothing heavy is imported here: each command imports what it needs when it runs, so that help is instant.
"""

from __future__ import annotations

import os
import signal
import sys
from importlib import import_module
from types import FrameType

import typer
from typer.exceptions import TyperException

from ansinh.core.errors import AnsinhError
from ansinh.text import say

# Where the commands live, in the order of the help page.
PARTS = (
    "ansinh.local.commands",
    "ansinh.intake.commands",
    "ansinh.identity.commands",
    "ansinh.payment.commands",
    "ansinh.quality.commands",
    "ansinh.local.province.commands",
)


def build_app() -> typer.Typer:
    """The whole command line."""
    app = typer.Typer(name="ansinh", help=say("cli.help"), add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)
    for part in PARTS:
        import_module(part).register(app)
    return app


def main(argv: list[str] | None = None) -> None:
    """Run one command and exit with its code: 0 done · 1 our fault · 2 usage · 3 blocked by data · 4 partner unavailable."""
    signal.signal(signal.SIGTERM, _terminated)
    sys.exit(_run(sys.argv[1:] if argv is None else argv))


def _run(argv: list[str]) -> int:
    try:
        code = typer.main.get_command(build_app()).main(args=argv or ["--help"], prog_name="ansinh", standalone_mode=False)
        sys.stdout.flush()
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
    return code if isinstance(code, int) else 0


def _terminated(number: int, frame: FrameType | None) -> None:
    """A polite kill unwinds like Ctrl-C, so whatever was started is taken down again."""
    sys.exit(128 + number)


if __name__ == "__main__":
    main()
