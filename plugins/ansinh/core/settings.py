"""Settings of one deployment: `$ANSINH_HOME/ansinh.toml`, every key documented here and shown by `ansinh doctor`.

Law (amounts, coefficients, ages) is never a setting: it is dated reference data in the warehouse.
"""

from __future__ import annotations

import json
import os
import tomllib
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ansinh.core.errors import UsageError
from ansinh.text import say


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Debtor(_Section):
    """Who pays: the account the bank debits."""

    name: str = Field("SO Y TE", description="Tên đơn vị trả tiền, không dấu / debtor name, ASCII")
    account_number: str = Field("3751000001", description="Tài khoản trả tiền / debtor account")
    bank_code: str = Field("01204001", description="Mã ngân hàng của đơn vị trả / debtor agent clearing code")


class Bank(_Section):
    """Which bank profile (expectations of its files) the province uses."""

    profile: str = Field("demo_bank", description="Tên tệp trong payment/profiles / profile file name")
    customer_id: str = Field("ANSINH", description="Mã khách hàng bank cấp, đứng đầu tên tệp")
    cut_off: str = Field("15:00", description="Giờ ngừng nhận trong ngày (giờ Việt Nam)")


class ApprovalTier(_Section):
    """From this total (đồng) on, so many approvers are needed."""

    from_vnd: int = 0
    approvers: int = 1


class ProvincialAmount(_Section):
    """A standard amount the province set higher than the national floor (NĐ 20/2021/NĐ-CP Đ4.3), with its resolution."""

    scheme: Literal["BTXH", "HTXH", "NCC"]
    amount_vnd: int = Field(gt=0)
    counted_from: date
    counted_to: date | None = None
    known_from: date | None = None
    legal_basis: str


class Payment(_Section):
    approval_tiers: list[ApprovalTier] = [ApprovalTier(from_vnd=0, approvers=1), ApprovalTier(from_vnd=100_000_000_000, approvers=2)]
    shared_account_limit: int = Field(4, description="Quá số người này chung một tài khoản thì hỏi lại")
    months_together: int | dict[str, int] = Field(
        1, description='Chi gộp mấy tháng, theo kỳ: {"2027-01" = 2} trước Tết; một số thì cho mọi kỳ'
    )
    provincial_amounts: list[ProvincialAmount] = Field(
        default_factory=list, description="Mức chuẩn của tỉnh, cao hơn mức trung ương, kèm nghị quyết"
    )

    def months_of(self, period: str) -> int:
        """How many months the list of a period pays together (1 unless somebody said otherwise)."""
        said = self.months_together
        return max(1, said.get(period, 1) if isinstance(said, dict) else said)


class Identity(_Section):
    abort_duplicate_share: float = Field(0.25, description="Tỷ lệ dòng trùng khiến kỳ dừng lại để xem")
    abort_rows_per_person: int = Field(12, description="Một người quá số dòng này thì dừng lại")
    link_weight: float = Field(7.0, description="Từ trọng số này (bit) hai dòng được nối")
    review_weight: float = Field(2.0, description="Từ trọng số này (bit) hỏi người xét")


class NationalId(_Section):
    """Where the population register is heard from, besides the connections."""

    source: Literal["auto", "files", "service", "both"] = Field(
        "auto", description="Lấy dữ liệu dân cư từ đâu: files (tệp SFTP), service (dịch vụ hỏi từng người), both; auto: theo các kết nối"
    )
    stale_after_days: int = Field(365, ge=0, description="Hồ sơ dân cư cũ hơn số ngày này thì hỏi lại dịch vụ; 0: không hỏi lại")


class Communes(_Section):
    province_code: str = Field("79", description="Mã tỉnh (danh mục 2025)")
    code_system: str = Field("gso_2025", description="Danh mục mã xã: gso_2025 hay gso_2024")
    expected: list[str] = Field(default_factory=list, description="Xã phải nộp danh sách, ngoài các xã đang có người hưởng")
    year_only_counts_from: str = Field("01-01", description="Người chỉ có năm sinh được tính tuổi từ ngày này")


class Settings(_Section):
    """Everything a province may set. Defaults run the demo."""

    debtor: Debtor = Debtor()  # type: ignore[call-arg]
    bank: Bank = Bank()  # type: ignore[call-arg]
    payment: Payment = Payment()  # type: ignore[call-arg]
    identity: Identity = Identity()  # type: ignore[call-arg]
    national_id: NationalId = NationalId()  # type: ignore[call-arg]
    communes: Communes = Communes()  # type: ignore[call-arg]


def home() -> Path:
    """`$ANSINH_HOME`, default `.ansinh` under the current folder; absolute."""
    return Path(os.environ.get("ANSINH_HOME", ".ansinh")).expanduser().absolute()


def project_root() -> Path:
    """The checkout that holds dags/, dbt_project/ and expectations/ (`ANSINH_PROJECT` overrides)."""
    named = os.environ.get("ANSINH_PROJECT")
    return Path(named).absolute() if named else Path(__file__).resolve().parents[3]


@lru_cache(maxsize=8)
def _read(path: Path, _mtime: int) -> Settings:
    try:
        return Settings.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (tomllib.TOMLDecodeError, ValidationError) as error:
        raise UsageError(say("errors.settings.mistake", name=path.name, error=error), say("errors.settings.mistake_fix")) from error


def load_settings() -> Settings:
    """The settings of this home; defaults where the file or a key is missing. Raises UsageError."""
    path = home() / "ansinh.toml"
    return _read(path, path.stat().st_mtime_ns) if path.exists() else Settings()


def services() -> dict[str, Any]:
    """What `ansinh up` wrote about the running embedded services, or an empty dict."""
    path = home() / "run" / "services.json"
    try:
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, json.JSONDecodeError):
        return {}
    return found


def warehouse_dsn() -> str:
    """`ANSINH_DSN`, else the DSN of the embedded server of this home. Raises UsageError if neither."""
    named = os.environ.get("ANSINH_DSN") or services().get("dsn")
    if not named:
        raise UsageError(say("errors.settings.no_warehouse"), say("errors.settings.no_warehouse_fix"))
    return str(named)
