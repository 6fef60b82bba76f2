"""The levels of agreement of `dbt_project/macros/compare.sql`, said once more for DuckDB, where the weights are trained.

A parity test holds both to the same level for the same pair. `prepare` gives DuckDB the two functions it lacks.
"""

from __future__ import annotations

from typing import Any

COMMON_WORD = 0.0004  # of dbt's variable `common_word`
OWN_NAMES = ("exact", "middle_missing", "typo", "word_order")

# Columns of `intermediate.int_person_records` that the comparisons read.
COLUMNS = [
    "row_id", "name_exact", "name_key", "name_words", "surname", "middle_name", "given_name", "surname_frequency", "middle_frequency",
    "given_frequency", "day_born", "birth_year", "birth_month", "birth_day", "day_key", "sex", "cccd", "cccd_is_valid", "cmnd",
    "commune_code", "moved_from_commune", "hamlet_key", "phone", "account_key",
]  # fmt: skip


def prepare(connection: Any) -> None:
    """Create the DuckDB macros the conditions use."""
    connection.execute(
        "create macro tones_agree(a, b, plain) as len(list_filter(list_zip(string_split(a, ' '), string_split(b, ' '),"
        " string_split(plain, ' ')), lambda x: not (x[1] = x[2] or x[1] = x[3] or x[2] = x[3]))) = 0"
    )
    connection.execute(
        "create macro number_off(a, b) as case when a = b then 0 when damerau_levenshtein(a, b) = 1 then 1"
        " else least(3, levenshtein(a, b)) end"
    )
    connection.execute("create macro digits(a) as nullif(regexp_replace(a, '[^0-9]', '', 'g'), '')")


def _other_word(part: str) -> str:
    often = part.replace("_name", "") + "_frequency"
    return f"({part}_l <> {part}_r and least({often}_l, {often}_r) > {COMMON_WORD})"


_NAME = f"""case
    when name_exact_l = name_exact_r then 'exact'
    when name_key_l = name_key_r then case when tones_agree(name_exact_l, name_exact_r, name_key_l) then 'exact' else 'tones_differ' end
    when surname_l = surname_r and given_name_l = given_name_r then case
        when contains(middle_name_r, middle_name_l) or contains(middle_name_l, middle_name_r) then 'middle_missing'
        when {_other_word("middle_name")} then 'middle_differs'
        when levenshtein(middle_name_l, middle_name_r) <= 2 then 'typo'
        else 'middle_differs' end
    when replace(name_key_l, ' ', '') = replace(name_key_r, ' ', '') then 'typo'
    when levenshtein(name_key_l, name_key_r) <= case when least(length(name_key_l), length(name_key_r)) >= 10 then 2 else 1 end
        then case when {_other_word("surname")} or {_other_word("middle_name")} or {_other_word("given_name")} then 'other_word' else 'typo' end
    when name_words_l = name_words_r then 'word_order'
    when given_name_l = given_name_r then 'given_only'
    else 'different' end"""

_BIRTH = """case
    when birth_year_l is null or birth_year_r is null then null
    when day_born_l is not null and day_born_r is not null then case
        when day_born_l = day_born_r then 'day'
        when day_key_l = day_key_r then 'swapped'
        when (birth_year_l = birth_year_r)::int + (birth_month_l = birth_month_r)::int + (birth_day_l = birth_day_r)::int = 2 then 'near'
        when birth_year_l = birth_year_r then 'year_but_other_day'
        else 'different' end
    when birth_year_l = birth_year_r then case
        when birth_month_l <> birth_month_r then 'year_but_other_day' when birth_month_l = birth_month_r then 'month' else 'year' end
    when abs(birth_year_l - birth_year_r) = 1 then 'year_off'
    else 'different' end"""

_COMMUNE = """case
    when commune_code_l is null or commune_code_r is null then null
    when commune_code_l = commune_code_r then 'equal'
    when moved_from_commune_l = commune_code_r or moved_from_commune_r = commune_code_l then 'moved'
    else 'different' end"""

_HAMLET = """case
    when commune_code_l <> commune_code_r or hamlet_key_l is null or hamlet_key_r is null then null
    when hamlet_key_l = hamlet_key_r or digits(hamlet_key_l) = digits(hamlet_key_r) then 'equal'
    else 'different' end"""


def _own_or_family(field: str) -> str:
    return (
        f"case when {field}_l = {field}_r then case when ({_NAME}) in {OWN_NAMES} then 'equal' else 'family' end"
        f" when {field}_l <> {field}_r then 'different' end"
    )


CONDITIONS: dict[str, str] = {
    "name": _NAME,
    "birth": _BIRTH,
    "sex": "case when sex_l = sex_r then 'equal' when sex_l <> sex_r then 'different' end",
    "cccd": "case when cccd_l is null or cccd_r is null then null when cccd_l = cccd_r then 'equal'"
    " when number_off(cccd_l, cccd_r) = 1 then 'one_off' when cccd_is_valid_l and cccd_is_valid_r then 'different' else 'doubtful' end",
    "cmnd": "case when cmnd_l is null or cmnd_r is null then null when cmnd_l = cmnd_r then 'equal'"
    " when number_off(cmnd_l, cmnd_r) = 1 then 'one_off' else 'different' end",
    "commune": _COMMUNE,
    "hamlet": _HAMLET,
    "phone": _own_or_family("phone"),
    "account": _own_or_family("account_key"),
}
