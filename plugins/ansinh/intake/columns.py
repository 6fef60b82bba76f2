"""From header fields to one column a field: duplicates are settled by their values, doubt becomes a question."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ansinh.identity.id_number import contradictions, read_id
from ansinh.intake import whose_name
from ansinh.intake.amount_column import MONEY, amount_of_several, is_money, texts_of
from ansinh.intake.amounts import read_amount
from ansinh.intake.by_values import can_be_told, holds, proves_any, year_of
from ansinh.intake.header import Header
from ansinh.intake.name_column import check_name, find_name
from ansinh.intake.settled import Settled, letter
from ansinh.intake.vocabulary import KEY_FIELDS, WEIGHTS

_SAMPLE = 60
_A_NUMBER = re.compile(r"[\s(\d.)]+")  # `(2)` below the heading of names
_MOST_AGREE = 0.6
#: Beside a plain name column, these labels are something else.
_NOT_THE_NAME = {"ten doi tuong": "group_words"}
_READ = {
    "stt", "full_name", "surname", "id_number", "cmnd", "old_cmnd", "birth", "birth_year", "birth_male", "birth_female", "birth_day", "birth_month",
    "sex", "sex_male", "sex_female", "phone", "channel", "channel_bank", "channel_cash", "channel_home", "bank", "account_number", "account_name", "group_code", "group_level", "group_words",
    "coefficient", "amount", "total", "arrears", "standard", "payee_name", "payee_id_number", "payee_relation", "mandate_until",
    "subject_id_number", "certified_on", "decided_on", "entitled_from", "moved_from", "children_count", "hamlet", "address", "note", "decision_number",
}  # fmt: skip
#: Fields told by their values, each with the fields that make the search needless.
_TOLD_BY_VALUES = {
    "sex": {"sex", "sex_male", "sex_female", "birth_male", "birth_female"},
    "birth": {"birth", "birth_year", "birth_male", "birth_female"},
    "group_words": {"group_words", "group_code", "group_level"},
    "group_code": {"group_words", "group_code", "group_level"},
    "account_number": {"account_number"},
    "bank": {"bank"},
    "amount": {"amount", "total"},
    "channel": {"channel", "channel_bank", "channel_cash", "channel_home"},
    "hamlet": {"hamlet", "address"},
    "account_name": {"account_name"},
    "phone": {"phone"},
}
#: Headings of these words may stand above it: `Số TK mở tại NH`, `Ngày sinh theo CCCD`, `Trợ cấp diện`.
_MISTAKEN = {"account_number": ("bank",), "birth": ("id_number", "birth_day"), "group_words": ("amount", "total")}
#: Two columns of these are a question unless their values settle it; of all others the first one is read.
_MUST_BE_ONE = {"full_name", "id_number", "account_number", "amount", "group_code", "coefficient", "bank"}


def settle(header: Header, body: list[list[Any]], confirmed: Mapping[str, str] | None = None) -> Settled:
    """One column a field. `confirmed` (column letter → field) is a person's answer and wins over everything."""
    if confirmed:
        named = {position: confirmed.get(letter(position)) for position in range(len(header.fields))}
        given_name = next((position for position, name in named.items() if name == "given_name"), None)
        return Settled({name: position for position, name in named.items() if name in _READ}, given_name)
    found: dict[str, list[int]] = {}
    sample, settled = body[:_SAMPLE], Settled()
    if header.name_may_be:
        find_name(settled, header, sample)
    for position, name in enumerate(header.fields):
        if name == "full_name" and header.labels[position] in _NOT_THE_NAME and header.fields.count("full_name") > 1:
            name = _NOT_THE_NAME[header.labels[position]]
        if name in _READ:
            found.setdefault(name, []).append(position)
    for name, positions in found.items():
        chosen = _choose(name, positions, header, sample, found) if len(positions) > 1 else positions[0]
        if chosen is None:
            settled.questions.append((name, positions))
        else:
            settled.columns[name] = chosen
    check_name(settled, header, sample)
    _names(settled, header, sample)
    _misnamed(settled, header, sample)
    _by_values(settled, header, sample, ("birth",))
    _identity(settled, header, sample)
    _money(settled, header, sample, found)
    _by_values(settled, header, sample, tuple(_TOLD_BY_VALUES))
    _men_and_women(settled, sample)
    if "birth" not in settled.columns and "birth_year" in settled.columns and not settled.columns.keys() & {"birth_day", "birth_month"}:
        settled.columns["birth"] = settled.columns.pop("birth_year")
    if "group_words" not in settled.columns and "group_level" in settled.columns:
        settled.columns["group_words"] = settled.columns.pop("group_level")
    return settled


def _choose(name: str, positions: list[int], header: Header, sample: list[list[Any]], found: dict[str, list[int]]) -> int | None:
    """The one column of several: the only filled one, the only one if all say the same, the best-fitting label."""
    filled = [position for position in positions if any(value != "" for value in texts_of(sample, position))]
    if len(filled) <= 1:
        return filled[0] if filled else positions[0]
    if all(texts_of(sample, position) == texts_of(sample, filled[0]) for position in filled[1:]):
        return filled[0]
    if name == "full_name":
        plain = [position for position in filled if whose_name.is_plain(header.labels[position])]
        own = plain if len(plain) == 1 else [position for position in filled if not whose_name.claims_another(header.labels[position])]
        sexes = whose_name.sexes_of(sample, header.fields)
        return own[0] if len(own) == 1 and whose_name.is_everybodys(sample, own[0], sexes, 0.5) else None
    if name == "amount":
        money = [position for position in filled if any(map(is_money, texts_of(sample, position)))]
        return money[0] if len(money) == 1 else amount_of_several(money or filled, header.labels, sample, found)
    if can_be_told(name):
        people = _people(found, sample)
        fitting = [position for position in filled if holds(name, texts_of(people, position), 1)]
        if len(fitting) == 1:
            return fitting[0]
    if name == "id_number":
        good = [
            p
            for p in filled
            if sum(1 for value in texts_of(sample, p) if value != "" and read_id(value, None, None).number) > len(sample) * 0.6
        ]
        return good[0] if len(good) == 1 else None
    return None if name in _MUST_BE_ONE else filled[0]


def _names(settled: Settled, header: Header, sample: list[list[Any]]) -> None:
    """`Họ và chữ đệm | Tên`, or one merged header over two filled columns."""
    columns = settled.columns
    if "surname" in columns:
        given = columns.get("full_name")
        columns["full_name"] = columns.pop("surname")
        settled.given_name = given
        return
    position = columns.get("full_name")
    if position is None or position + 1 >= len(header.fields):
        return
    next_label = header.labels[position + 1]
    if header.fields[position + 1] is None and next_label in ("", header.labels[position]):
        values = [value for value in texts_of(sample, position + 1) if value != ""]
        if len(values) > 0.6 * len(sample) and all(
            isinstance(value, str) and len(value.split()) == 1 and value.isalpha() for value in values
        ):
            settled.given_name = position + 1


def _men_and_women(settled: Settled, sample: list[list[Any]]) -> None:
    """`Nam | Nữ` without a parent above: births where they hold years, marks of sex otherwise."""
    columns = settled.columns
    if "sex_male" not in columns or "sex_female" not in columns or columns.keys() & {"birth", "birth_year", "birth_male"}:
        return
    values = [value for name in ("sex_male", "sex_female") for value in texts_of(sample, columns[name]) if value != ""]
    if values and sum(1 for value in values if re.search(r"\d{4}", str(value))) > 0.6 * len(values):
        columns["birth_male"], columns["birth_female"] = columns.pop("sex_male"), columns.pop("sex_female")


def _identity(settled: Settled, header: Header, sample: list[list[Any]]) -> None:
    columns = settled.columns
    if "cmnd" in columns:
        columns.setdefault("old_cmnd" if "id_number" in columns else "id_number", columns.pop("cmnd"))
    if "id_number" in columns or any(name == "id_number" for name, _ in settled.questions):
        return
    used = set(columns.values())
    for position in range(len(header.fields)):
        if position not in used and header.fields[position] in (None, "other") and _proves_itself(settled, sample, position):
            columns["id_number"] = position
            settled.by_content.append(("id_number", position))
            return


def _people(found: Mapping[str, list[int]], sample: list[list[Any]]) -> list[list[Any]]:
    """The rows of the sample that have a name: headings and totals in between prove nothing."""
    at = found.get("full_name", [-1])[0]
    return [row for row in sample if 0 <= at < len(row) and row[at] != "" and not _A_NUMBER.fullmatch(str(row[at]))]


def _by_values(settled: Settled, header: Header, sample: list[list[Any]], names: tuple[str, ...]) -> None:
    """A field no heading names is the column left over whose values are all of its kind, whatever stands above.

    Where money goes by it and two columns fit, a person is asked; of all others the first one is read.
    """
    people = _people({"full_name": [settled.columns.get("full_name", -1)]}, sample)
    asked = {name for name, _ in settled.questions}
    for name in names:
        also = _TOLD_BY_VALUES[name]
        if settled.columns.keys() & also or asked & also:
            continue
        used = set(settled.columns.values())
        free = [p for p, known in enumerate(header.fields) if p not in used and _is_free(known, name, settled)]
        fitting = [position for position in free if holds(name, texts_of(people, position))]
        if name == "account_number":  # twelve digits may be the number of the person, not of the account
            fitting = [position for position in fitting if not holds("id_number", texts_of(people, position))]
        if not fitting:
            continue
        chosen: int | None = fitting[0]
        if len(fitting) > 1 and name in _MUST_BE_ONE:
            chosen = _choose(name, fitting, header, people, {})
        if chosen is None:
            settled.questions.append((name, fitting))
        else:
            settled.columns[name] = chosen
            settled.by_content.append((name, chosen))


def _misnamed(settled: Settled, header: Header, sample: list[list[Any]]) -> None:
    """`Chế độ (đồng)` over money, `Số thẻ` over accounts: where no value is what the words say and all are something else, values win."""
    people = _people({"full_name": [settled.columns.get("full_name", -1)]}, sample)
    for name, position in list(settled.columns.items()):
        if not can_be_told(name) or name == "account_name":
            continue
        values = texts_of(people, position)
        if not proves_any(name, values) and any(holds(other, values) for other in _TOLD_BY_VALUES if other != name):
            del settled.columns[name]
            header.fields[position] = None


def _is_free(known: str | None, name: str, settled: Settled) -> bool:
    """No heading claims the column, or it claims what another column was chosen for (`Tài khoản: Số | Mở ở đâu`)."""
    return known in (None, "other", *_MISTAKEN.get(name, ())) or (known in settled.columns and known != name)


def _proves_itself(settled: Settled, sample: list[list[Any]], position: int) -> bool:
    """A column of 12 digits under an unknown header is the CCCD when nearly all numbers agree with the birth year of their row."""
    birth = settled.columns.get("birth", settled.columns.get("birth_year"))
    if birth is None or len(sample) < 3:
        return False
    agreeing = filled = 0
    for value, born in zip(texts_of(sample, position), texts_of(sample, birth), strict=True):
        year = year_of(born)
        if value == "" or year is None:
            continue
        filled += 1
        number = read_id(value, None, year).number
        agreeing += number is not None and len(number) == 12 and not contradictions(number, None, year)
    return agreeing >= 3 and agreeing >= _MOST_AGREE * filled


def _money(settled: Settled, header: Header, sample: list[list[Any]], found: dict[str, list[int]]) -> None:
    """Without a monthly amount, the total is it; of two totals (`Thành tiền`, `Thực lĩnh`) the one without the arrears."""
    columns = settled.columns
    totals = found.get("total", [])
    if "amount" not in columns and len(totals) == 2 and not any(name == "amount" for name, _ in settled.questions):
        monthly = amount_of_several(totals, header.labels, sample, found)
        arrears = found.get("arrears", [])
        if monthly is None and not any((read_amount(value)[0] or 0) >= MONEY for p in arrears for value in texts_of(sample, p)):
            monthly = totals[0]
        if monthly is not None:
            columns["amount"], columns["total"] = monthly, next(position for position in totals if position != monthly)
            return
    if "amount" not in columns and "total" in columns and not any(name == "amount" for name, _ in settled.questions):
        if "arrears" in columns and any(value not in ("", 0, 0.0) for value in texts_of(sample, columns["arrears"])):
            return
        columns["amount"] = columns.pop("total")


def strength(header: Header) -> float:
    """How much a header proves (for choosing among sheets)."""
    return sum(WEIGHTS.get(name, 1) for name in set(header.fields) if name in KEY_FIELDS)
