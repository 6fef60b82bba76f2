"""Whose names a column holds: the person's who is entitled, or somebody's who only receives, acts or cares for him.

Money paid under another's name is the dearest mistake of a list, so words decide only where they are plain, values only
where no heading claims another role, and everything else is a question.
"""

from __future__ import annotations

import re
from typing import Any

from ansinh.identity.names import fold, nfc
from ansinh.intake.syllables import SURNAMES

_ENOUGH, _MOST, _LOOKED_AT = 3, 0.6, 40
_NEARLY_ALL, _DISTINCT, _DIFFERING = 0.8, 0.75, 0.3
_NOT_DIGITS = re.compile(r"\D")
_A_ROW_OF_THE_TABLE = 3  # filled cells: headings and totals in between say nothing
#: What a heading of the entitled person is made of (`Họ và tên người hưởng trợ cấp`, `Tên đối tượng BTXH`), folded.
_PLAIN = re.compile(
    r"(?:(?:ho (?:va )?(?:chu )?(?:ten|dem|lot)|hoten|dem va ten|ten|day du|nguoi|doi tuong|thu huong|duoc huong|huong|nhan tro cap|tro cap|doi tuong (?:tro giup|bao tro)|duoc tro giup|"
    r"xa hoi|che do|chinh sach|btxh|tcxh|tc|dt|ca nhan|cong dan|ba con|cao tuoi|khuyet tat|tre em|nkt|nct|benh nhan|thuong binh|benh binh|co cong|in hoa|chu in|"
    r"viet hoa|khong dau|(?:nhu|theo|tren|trong) (?:so )?(?:cccd|can cuoc|the can cuoc|giay khai sinh)|ghi ro|hang thang|thuoc dien|duoc|nhan)(?: |$))+"
)
#: Words of another's part in it, folded.
_ANOTHER = re.compile(
    r"nhan (thay|ho|giup|dum|gium)|(linh|lanh) (thay|ho|giup|dum|gium)|giup nhan|(di|den) (nhan|linh|lanh)|uy quyen|giam ho|bao ho\b|nguoi (bao tro|tro giup)\b|dai dien|than nhan|"
    r"nguoi (than|nha|quen)\b|bao lanh|lien (he|lac)|chu (tk|tai khoan|the)\b|chu ho\b(?! doi tuong)|dung (ten|tk)|\b(cha|me|bo|vo|chong)\b|can bo|nguoi (lap|chi|ky|nop|nuoi)\b(?! duong)|"
    r"liet (si|sy)|(?<!nhan )(?<!duong )(cham soc|nuoi duong)"
)
#: Fields of which another's name is known, and must never be taken for the person's.
OF_ANOTHER = {"payee_name", "account_name", "subject_name"}


def is_plain(label: str) -> bool:
    """Whether a heading (a header key) says nothing but "the person's name"."""
    return not claims_another(label) and _PLAIN.fullmatch(label) is not None


def claims_another(label: str) -> bool:
    """Whether a heading (a header key) names somebody beside the person."""
    return _ANOTHER.search(label) is not None


def columns_of_names(rows: list[list[Any]], width: int) -> list[int]:
    """Columns of `rows` (below a header) whose texts are nearly all names of people: a surname first, two to six words."""
    rows = [row for row in rows[:_LOOKED_AT] if sum(1 for value in row if value != "") >= _A_ROW_OF_THE_TABLE]
    found = []
    for column in range(width):
        texts = [row[column] for row in rows if column < len(row) and row[column] != ""]
        names = sum(1 for text in texts if isinstance(text, str) and _is_name(text))
        if names >= _ENOUGH and names >= _MOST * len(texts):
            found.append(column)
    return found


def _is_name(text: str) -> bool:
    words = nfc(text).split()
    return 2 <= len(words) <= 6 and words[0].lower() in SURNAMES and all(word.isalpha() for word in words)


def pick(
    rows: list[list[Any]], named: list[int], labels: list[str], fields: list[str | None], sexes: list[bool | None]
) -> tuple[int | None, list[int]]:
    """(the person's column, columns to ask about) of the columns of names where no heading names the person.

    The one column nobody else claims that is the people's by its values. Several, or only columns of others, are a question.
    `Tên người thụ hưởng` is the account's holder beside another column of names, and the person where it stands alone.
    """
    free = [column for column in named if fields[column] not in OF_ANOTHER and not claims_another(labels[column])]
    if not free:
        free = [column for column in named if fields[column] == "account_name" and is_plain(labels[column])]
    own = [column for column in free if is_everybodys(rows, column, sexes)]
    if len(own) == 1:
        return own[0], []
    return None, own or named


def is_everybodys(rows: list[list[Any]], column: int, sexes: list[bool | None], filled: float = _NEARLY_ALL) -> bool:
    """Whether nearly every row has a name of its own there, of the sex the row says.

    Those who receive for others stand in some rows only, officers and householders in many, and their sex is their own.
    """
    own = [
        (str(row[column]) if column < len(row) else "", sex)
        for row, sex in zip(rows, sexes, strict=False)
        if sum(1 for value in row if value != "") >= _A_ROW_OF_THE_TABLE
    ]
    names = [nfc(name).lower().strip() for name, _ in own if name.strip()]
    people = [name for name in names if _is_name(name)]  # a heading said again below is none
    if len(names) < filled * len(own) or len(set(people)) < _DISTINCT * len(people):
        return False
    said = [(_sex_of(name), sex) for name, sex in own if sex is not None]
    differing = sum(1 for of_name, sex in said if of_name is not None and of_name != sex)
    agreeing = sum(1 for of_name, sex in said if of_name == sex)
    return differing < 2 or differing <= _DIFFERING * (agreeing + differing)


def _sex_of(name: str) -> bool | None:
    """True for a man (`Văn`), False for a woman (`Thị`), None where the middle names do not say."""
    middle = nfc(name).lower().split()[1:-1]
    if "thị" in middle or "thi" in middle:
        return False
    return True if "văn" in middle else None


def sexes_of(rows: list[list[Any]], fields: list[str | None]) -> list[bool | None]:
    """What the sex column of the rows says, else the fourth digit of the CCCD: True for a man, None where unknown."""
    column = fields.index("sex") if "sex" in fields else -1
    number = fields.index("id_number") if "id_number" in fields else -1
    found: list[bool | None] = []
    for row in rows:
        word = fold(str(row[column])).strip() if 0 <= column < len(row) else ""
        digits = _NOT_DIGITS.sub("", str(row[number])) if 0 <= number < len(row) and isinstance(row[number], str) else ""
        if word in ("nam", "nu"):
            found.append(word == "nam")
        else:
            found.append(int(digits[3]) % 2 == 0 if len(digits) == 12 and digits.isascii() else None)
    return found
