"""A paying bank's rules for files, read from `payment/profiles/<name>.yml` (or `$ANSINH_HOME/profiles/`): one new bank is one file.

No Vietnamese bank's host-to-host description is public, so everything a bank may decide stands in the profile and nothing in code.
"""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from ansinh.core.errors import UsageError
from ansinh.core.settings import home
from ansinh.payment.channel import Delivery, OpenPgp, ResultLayout
from ansinh.rules import reference
from ansinh.text import say

Format = Literal["pain.001.001.09", "pain.001.001.03", "csv", "fixed", "xlsx"]
FIELDS = frozenset(
    {
        "row_number",
        "end_to_end_id",
        "account_number",
        "account_name",
        "bank_code",
        "amount_vnd",
        "remittance",
        "currency",
        "text",
        "mark",
        "blank",
    }
)
# ISO 20022 external code list ExternalPurpose1Code, the part that fits social payments.
PURPOSES = frozenset({"SSBE", "PENS", "BENE", "BECH", "GOVT", "CHAR", "OTHR"})


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Limits(_Part):
    """What one file and one item may hold."""

    max_rows: int = Field(gt=0)
    max_bytes: int = Field(ge=10_000)
    max_item_vnd: int = Field(gt=0)


class TableColumn(_Part):
    """One column of a columnar layout. `width` in characters is needed for fixed text only; `text` is a constant."""

    field: str
    title: str = ""
    width: int = 0
    align: Literal["left", "right"] = "left"
    pad: str = " "
    text: str = ""


class TableLayout(_Part):
    """How a columnar file looks."""

    encoding: Literal["utf-8", "utf-8-sig", "ascii"] = "utf-8"
    delimiter: str = ","
    line_end: str = "\n"
    heading: bool = False
    first_line: str = ""
    last_line: str = ""
    columns: tuple[TableColumn, ...]


class BankProfile(_Part):
    """The rules of one bank. Amounts are whole đồng."""

    name: str
    title_vi: str
    format: Format
    bank_code: Literal["mmb_id", "bicfi"]
    clearing_codes: dict[str, str] = {}
    limits: Limits
    over_item: Literal["separate", "refuse"] = "refuse"
    category_purpose: str = "SSBE"
    purposes: dict[str, str] = {}
    remittance: str
    remittance_max: int = 140
    account_pattern: str
    name_max: int = Field(70, le=140)
    name_too_long: Literal["cut", "refuse"] = "cut"
    keep_diacritics: bool = False
    file_name: str
    batch_booking: bool = False
    status_lists: Literal["all", "rejects_only"] = "all"
    table: TableLayout | None = None
    delivery: Delivery = Delivery()  # type: ignore[call-arg]
    results: ResultLayout | None = None
    openpgp: OpenPgp | None = None

    @model_validator(mode="after")
    def _whole(self) -> BankProfile:
        if self.format in ("csv", "fixed", "xlsx"):
            if not self.table or not self.table.columns:
                raise ValueError("a columnar format needs `table.columns`")
            unknown = {column.field for column in self.table.columns} - FIELDS
            if unknown:
                raise ValueError(f"unknown fields: {', '.join(sorted(unknown))}")
            if self.format == "fixed" and any(column.width <= 0 or len(column.pad) != 1 for column in self.table.columns):
                raise ValueError("fixed text needs a width and a one-character pad for every column")
        if self.is_iso and (self.keep_diacritics or self.table):
            raise ValueError("pain.001 takes neither keep_diacritics nor a table")
        wrong = {self.category_purpose, *self.purposes.values()} - PURPOSES
        if wrong:
            raise ValueError(f"unknown purpose codes: {', '.join(sorted(wrong))}")
        return self

    @property
    def is_iso(self) -> bool:
        """Whether the file is a pain.001."""
        return self.format.startswith("pain.")

    def bank_codes(self) -> dict[str, str]:
        """BIN → what this bank calls the creditor's bank (clearing id or BIC); a BIN that is absent cannot be paid."""
        banks = reference.load("banks")
        if self.bank_code == "bicfi":
            return {row["bin"]: row["swift"] for row in banks if row.get("swift")}
        return {row["bin"]: row["bin"] for row in banks} | self.clearing_codes


@lru_cache(maxsize=16)
def _read(path: str, _mtime: int) -> dict[str, Any]:
    found = yaml.safe_load(Path(path).read_text(encoding="utf-8"))
    return found if isinstance(found, dict) else {}


def names() -> list[str]:
    """Every profile that can be named in `bank.profile`."""
    ours = Path(str(files("ansinh.payment.profiles")))
    return sorted({path.stem for folder in (ours, home() / "profiles") if folder.is_dir() for path in folder.glob("*.yml")})


def load_profile(name: str) -> BankProfile:
    """The profile of that name; a file in `$ANSINH_HOME/profiles` wins. Raises UsageError when absent or wrong."""
    for folder in (home() / "profiles", Path(str(files("ansinh.payment.profiles")))):
        path = folder / f"{name}.yml"
        if name.replace("_", "").isalnum() and path.is_file():
            try:
                return BankProfile.model_validate({"name": name, **_read(str(path), path.stat().st_mtime_ns)})
            except (ValidationError, yaml.YAMLError) as error:
                raise UsageError(say("payment.profile_wrong", name=name), str(error)) from error
    raise UsageError(say("payment.profile_missing", name=name), say("payment.profile_missing_fix", names=", ".join(names())))
