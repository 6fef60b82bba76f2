"""How and to whom the money goes: account, bank, way of payment, phone, payee."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from difflib import SequenceMatcher
from typing import Any

from ansinh.identity.id_number import read_id
from ansinh.identity.names import fold, name_key
from ansinh.intake.accounts import Account, lost_zero, read_account, read_phone
from ansinh.intake.banks import Bank, bank_of_heading, find_bank, find_channel
from ansinh.intake.dates import read_date
from ansinh.intake.model import Channel
from ansinh.intake.table import Table, to_text

_CHILD_YEARS = 16  # Luật Trẻ em 2016 Đ1
_NEARLY = 0.88  # one or two letters of a usual name
_NOTHING = Account()


@dataclass(slots=True)
class Paying:
    """Per row: where the money goes. A channel of None is unresolved: its line is held until somebody says."""

    bins: list[str | None] = field(default_factory=list)
    accounts: list[str | None] = field(default_factory=list)
    account_names: list[str | None] = field(default_factory=list)
    channels: list[Channel | None] = field(default_factory=list)
    inferred: list[bool] = field(default_factory=list)
    phones: list[str | None] = field(default_factory=list)
    payee_names: list[str | None] = field(default_factory=list)
    payee_ids: list[str | None] = field(default_factory=list)
    relations: list[str | None] = field(default_factory=list)
    mandates: list[date | None] = field(default_factory=list)


def read_paying(table: Table, names: list[str | None], ages: list[int | None]) -> Paying:
    """Read all columns about payment; unresolved and doubtful ones are written down."""
    paying = Paying()
    _payees(table, paying)
    banks, channels = table.texts("bank"), _channel_words(table)
    bank_memo = {text: find_bank(text) if text else None for text in dict.fromkeys(banks)}
    channel_memo: dict[str, Channel | None] = {text: find_channel(text) if text else None for text in dict.fromkeys(channels)}
    of_heading = None if table.has("bank") else bank_of_heading(table.account_heading)
    paying.account_names = [text or None for text in table.texts("account_name")]
    for index, value in enumerate(table.decoded("account_number")):
        account = _NOTHING if value == "" else _account(table, index, value, bank_memo[banks[index]])
        bank = bank_memo[banks[index]] or account.bank or (of_heading if account.number else None)
        said = channel_memo[channels[index]]
        if channels[index] and said is None and channels[index] not in ("-", "x", "X"):
            table.add(index, "channel", "CHANNEL_UNREADABLE", value=channels[index])
        if said == "bank" and account.number and bank is not None and not bank.is_wallet:  # what nearly every row says
            paying.accounts.append(account.number)
            paying.bins.append(bank.bin)
            paying.channels.append("bank")
            paying.inferred.append(False)
        else:
            _resolve(table, index, paying, account, bank, banks[index], said)
        if account.number and names[index]:
            _holder(table, index, paying, names[index] or "", ages[index])
    paying.phones = _phones(table)
    return paying


def _channel_words(table: Table) -> list[str]:
    """The words of the channel column, or of the heading whose column is marked (`Chuyển khoản | Tiền mặt`)."""
    words = table.texts("channel")
    for name, said in (("channel_home", "tại nhà"), ("channel_cash", "tiền mặt"), ("channel_bank", "chuyển khoản")):
        if table.has(name):
            marks = table.texts(name)
            words = [said if mark and mark not in ("-", "0") else word for word, mark in zip(words, marks, strict=True)]
    return words


def _account(table: Table, index: int, value: Any, bank: Bank | None) -> Account:
    account = read_account(value)
    if account.code:
        table.add(index, "account_number", account.code, value=to_text(value).strip())
        return account
    if account.number and not isinstance(value, str):
        restored = lost_zero(account.number, bank or account.bank)
        if restored:
            name = (bank or account.bank or Bank("", "", False, ())).name
            table.add(index, "account_number", "ACCOUNT_ZERO_RESTORED", value=account.number, account=restored, bank=name)
            return account._replace(number=restored)
    return account


def _resolve(table: Table, index: int, paying: Paying, account: Account, bank: Bank | None, bank_text: str, said: Channel | None) -> None:
    """The channel: what is said, else what the account shows, else cash with a question."""
    said = said or (find_channel(account.words) if account.words and not account.number else None)
    if said is None and bank is None and bank_text and not account.number:
        said = find_channel(bank_text)
    channel: Channel | None = said
    inferred = False
    if account.number and bank is None and said in (None, "bank"):
        missing = not bank_text and not account.words
        table.add(index, "bank", "BANK_MISSING" if missing else "BANK_UNKNOWN", value=bank_text or account.words)
        channel = None
    elif account.number and said is None:
        channel, inferred = "bank", True
    elif said in ("bank", None) and account.code:
        channel = None
    elif said == "bank" and not account.number:
        table.add(index, "account_number", "ACCOUNT_MISSING")
        channel = None
    elif said is None:
        channel, inferred = "cash", True
        table.add(index, "account_number" if table.has("account_number") else "channel", "CASH_INFERRED")
    if channel == "bank" and bank is not None and bank.is_wallet:
        channel = "wallet"
    paying.accounts.append(account.number)
    paying.bins.append(bank.bin if bank and (account.number or channel == "wallet") else None)
    paying.channels.append(channel)
    paying.inferred.append(inferred)


def _holder(table: Table, index: int, paying: Paying, name: str, age: int | None) -> None:
    holder = paying.account_names[index]
    if not holder:
        return
    if name.upper() == holder or (own := fold(name)) == (held := fold(holder)) or held.replace(" ", "") == own.replace(" ", ""):
        if age is not None and age < _CHILD_YEARS * 12:
            table.add(index, "account_name", "CHILD_OWN_ACCOUNT", age=age // 12)
        return
    key, held_key = name_key(name), name_key(holder)
    payee = paying.payee_names[index]
    if key == held_key or (payee is not None and name_key(payee).replace(" ", "") == held_key.replace(" ", "")):
        return
    if payee is None and SequenceMatcher(None, key, held_key).ratio() >= _NEARLY:
        table.add(index, "account_name", "ACCOUNT_NAME_SPELLING", value=holder, name=name)
    else:
        table.add(index, "account_name", "ACCOUNT_OF_ANOTHER", value=holder)


def _phones(table: Table) -> list[str | None]:
    if not table.has("phone"):
        return [None] * len(table.rows)
    readings = [read_phone(value) if value != "" else (None, None) for value in table.values("phone")]
    restored = [index for index, (_, code) in enumerate(readings) if code == "PHONE_ZERO_RESTORED"]
    values = table.values("phone") if restored or any(code for _, code in readings) else []
    habit = len(restored) * 2 >= sum(1 for phone, _ in readings if phone)
    for index, (phone, code) in enumerate(readings):
        if code == "PHONE_ZERO_RESTORED" and isinstance(values[index], str) and not habit:
            table.add(index, "phone", "PHONE_ODD", value=values[index])  # typed as nine digits among whole numbers: a slip
        elif code and (phone or any(c.isdigit() for c in to_text(values[index]))):
            table.add(index, "phone", code, value=to_text(values[index]))
    return [phone for phone, _ in readings]


def _payees(table: Table, paying: Paying) -> None:
    count = len(table.rows)
    paying.payee_names = [text if text and any(c.isalpha() for c in text) else None for text in table.texts("payee_name")]
    paying.relations = [text or None for text in table.texts("payee_relation")]
    paying.payee_ids = id_column(table, "payee_id_number", "PAYEE_ID_ODD")
    paying.mandates = date_column(table, "mandate_until") if table.has("mandate_until") else [None] * count
    if table.period is None:
        return
    for index, until in enumerate(paying.mandates):
        if until is not None and until < table.period.first_day:
            table.add(index, "mandate_until", "MANDATE_EXPIRED", value=until.strftime("%d/%m/%Y"))


def id_column(table: Table, name: str, code: str) -> list[str | None]:
    """Identity numbers of other people named in the row: only whole numbers count, nothing proves a repair."""
    if not table.has(name):
        return [None] * len(table.rows)
    found: list[str | None] = []
    for index, value in enumerate(table.values(name)):
        reading = read_id(value) if value != "" else None
        if reading is not None and reading.number is None and reading.codes not in (("ID_MISSING",), ("ID_WORDS",)):
            table.add(index, name, code, value=to_text(value).strip())
        found.append(reading.number if reading else None)
    return found


def date_column(table: Table, name: str) -> list[date | None]:
    """Dates of a column besides the birth; unreadable ones are written down."""
    if not table.has(name):
        return [None] * len(table.rows)
    found: list[date | None] = []
    for index, value in enumerate(table.values(name)):
        day = read_date(value, table.is_1904) if value != "" else None
        if day is None and value != "" and to_text(value).strip() not in ("-", "x", "X", "/"):
            table.add(index, name, "DATE_UNREADABLE", value=to_text(value), field=name)
        found.append(day)
    return found
