"""The money tables of schema `ops` for SQLAlchemy Core. A test holds them equal to the migrations, which are the authority."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Computed, Date, DateTime, Integer, MetaData, SmallInteger, Table, Text
from sqlalchemy.dialects.postgresql import JSONB

metadata = MetaData(schema="ops")


def _moment(name: str, *, nullable: bool = True) -> Column[object]:
    return Column(name, DateTime(timezone=True), nullable=nullable)


def _text(name: str, *, key: bool = False, nullable: bool = False) -> Column[object]:
    return Column(name, Text, primary_key=key, nullable=nullable)


payment_run = Table(
    "payment_run",
    metadata,
    _text("run_id", key=True),
    _text("period"),
    _text("programme_group"),
    Column("run_number", Integer, nullable=False),
    _text("state"),
    Column("rows", Integer, nullable=False),
    Column("total_vnd", BigInteger, nullable=False),
    _text("created_by"),
    _moment("created_at", nullable=False),
    _text("planned_by", nullable=True),
    _text("sealed_by", nullable=True),
    _moment("sealed_at"),
    Column("execution_date", Date),
    _text("manifest_sha256", nullable=True),
    Column("required_approvals", Integer, nullable=False),
    _text("sent_by", nullable=True),
    _moment("closed_at"),
)

approval = Table(
    "approval",
    metadata,
    _text("run_id", key=True),
    _text("approver", key=True),
    _text("decision", key=True),
    _text("reason"),
    _text("manifest_sha256", key=True),
    _moment("at", nullable=False),
)

payment_file = Table(
    "payment_file",
    metadata,
    _text("file_id", key=True),
    _text("run_id"),
    _text("bank"),
    Column("sequence_number", Integer, nullable=False),
    _text("message_id"),
    _text("file_name"),
    _text("sha256"),
    Column("size_bytes", BigInteger, nullable=False),
    _text("encrypted_sha256", nullable=True),
    Column("rows", Integer, nullable=False),
    Column("total_vnd", BigInteger, nullable=False),
    _text("state"),
    Column("attempt", Integer, nullable=False),
    _moment("sent_at"),
    _text("encrypted_file_name", nullable=True),
    Column("encrypted_size_bytes", BigInteger),
)

payment_instruction = Table(
    "payment_instruction",
    metadata,
    _text("end_to_end_id", key=True),
    _text("run_id"),
    _text("file_id", nullable=True),
    _text("period"),
    _text("entitlement_id"),
    _text("guard_key"),
    _text("person_id"),
    _text("beneficiary_name", nullable=True),
    _text("programme_code"),
    _text("entitlement_code"),
    _text("subject_person_id", nullable=True),
    Column("share_no", SmallInteger, nullable=False),
    _text("payee_id"),
    _text("payee_name"),
    _text("bin", nullable=True),
    _text("account_number", nullable=True),
    _text("account_name", nullable=True),
    Column("amount_vnd", BigInteger, nullable=False),
    _text("channel"),
    _text("commune_code"),
    _text("hamlet", nullable=True),
    Column("attempt", Integer, nullable=False),
    _text("state"),
    _moment("sent_at"),
    _moment("settled_at"),
    _text("return_reason", nullable=True),
    Column("is_live", Boolean, Computed("state not in ('rejected', 'returned', 'cancelled', 'carried')", persisted=True)),
)

ledger_entry = Table(
    "ledger_entry",
    metadata,
    Column("entry_id", BigInteger, primary_key=True),
    _text("transaction_id"),
    _text("run_id"),
    _text("end_to_end_id", nullable=True),
    _text("account"),
    Column("amount_vnd", BigInteger, nullable=False),
    _moment("at", nullable=False),
)

audit_event = Table(
    "audit_event",
    metadata,
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    _moment("at", nullable=False),
    _text("actor"),
    _text("event"),
    Column("body", JSONB, nullable=False),
    _text("prev_hash"),
    _text("hash"),
)
