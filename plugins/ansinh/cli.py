"""The `ansinh` command. Data on stdout, talk on stderr; every expected error is a sentence with its exit code.

Nothing heavy is imported here: each command imports what it needs when it runs, so that help is instant.
"""

from __future__ import annotations

import sys
from importlib import import_module

import typer

from ansinh.local.guard import guarded
from ansinh.text import say

# Where the commands live, in the order of the help page.
PARTS = (
    "ansinh.local.commands",
    "ansinh.intake.commands",
    "ansinh.intake.held_commands",
    "ansinh.payment.commands",
    "ansinh.identity.commands",
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
    arguments = sys.argv[1:] if argv is None else argv
    sys.exit(guarded(lambda: _command(arguments)))


def _command(arguments: list[str]) -> int:
    code = typer.main.get_command(build_app()).main(args=arguments or ["--help"], prog_name="ansinh", standalone_mode=False)
    sys.stdout.flush()
    return code if isinstance(code, int) else 0


if __name__ == "__main__":
    main()
