"""How a bank takes files and gives answers: the `delivery`, `results` and `openpgp` parts of a bank profile.

Every default here is the demo bank's. A real bank's folders, waiting time and result columns are asked of the bank and written down.
"""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Delivery(_Part):
    """The bank's SFTP folders, relative to the endpoint's base, and when absence proves that nothing arrived.

    `evidence`: where a file goes after the bank took it. If the bank removes files and leaves no trace, say
    `shows_taken: false`: then absence proves nothing and a person must ask the bank.
    """

    inbox: str = "inbox"
    outbox: str = "outbox"
    evidence: tuple[str, ...] = ("inbox/processed", "inbox/failed")
    shows_taken: bool = True
    quiet_minutes: int = Field(0, ge=0, description="chờ bao lâu sau lần thử cuối mới được coi là chưa đến")
    control_suffix: str = Field("", description="hậu tố tệp kiểm gửi sau cùng, ví dụ .ctl; để trống nếu không cần")
    minutes_before_cut_off: int = Field(10, ge=0)


class ResultColumns(_Part):
    """Which column of a result file holds what: heading titles (csv, xlsx), or `from-to` character places (fixed, 1-based)."""

    end_to_end_id: str
    status: str
    reason: str = ""
    amount_vnd: str = ""
    account_number: str = ""
    account_name: str = ""
    booked_on: str = ""
    reference: str = ""


class ResultLayout(_Part):
    """A bank's own result file. `statuses` and `reasons` translate its words (compared without tones) to ISO 20022 codes.

    `books_money`: a success in this file is the bank's statement of the debit (no camt comes).
    """

    name_ends: tuple[str, ...] = (".csv",)
    format: Literal["csv", "fixed", "xlsx"] = "csv"
    encoding: str = "utf-8-sig"
    delimiter: str = ","
    date_format: str = "%d/%m/%Y"
    columns: ResultColumns
    statuses: dict[str, str]
    reasons: dict[str, str] = {}
    books_money: bool = False


class OpenPgp(_Part):
    """OpenPGP as the bank wants it. Key files are named from `$ANSINH_HOME` on, or absolutely.

    `bank_fingerprint` pins the bank's certificate: a file that was exchanged is noticed before anything is sealed for a stranger.
    `answers` is a demand, not a hope: what comes otherwise is refused and kept.
    """

    encrypt: bool = True
    sign: bool = True
    armor: bool = False
    suffix: str = Field(".pgp", pattern=r"^\.[a-z0-9]{2,8}$")
    our_key: str = Field("keys/ansinh.pgp", description="khóa bí mật của đơn vị, chỉ chủ tệp đọc được (0600)")
    our_key_password_file: str = Field("", description="tệp chứa mật khẩu của khóa (0600); để trống nếu khóa không có mật khẩu")
    bank_certificate: str = Field("keys/bank.asc", description="chứng thư công khai ngân hàng cấp")
    bank_fingerprint: str = Field(pattern=r"^(?:[0-9A-Fa-f]{40}|[0-9A-Fa-f]{64})$")
    answers: Literal["plain", "signed", "encrypted", "signed_and_encrypted"] = "plain"

    @model_validator(mode="after")
    def _does_something(self) -> OpenPgp:
        if not (self.encrypt or self.sign):
            raise ValueError("openpgp needs encrypt or sign; leave the section out for plain files")
        return self
