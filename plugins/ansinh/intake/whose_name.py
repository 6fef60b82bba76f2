"""Whose names a column holds: the person's who is entitled, or somebody's who only receives, acts or cares for him.

Money paid under another's name is the dearest mistake of a list, so words decide only where they are plain, values only
where no heading claims another role, and everything else is a question.
"""

from __future__ import annotations

import re
from typing import Any

from ansinh.identity.names import nfc
from ansinh.intake.syllables import SURNAMES

_ENOUGH, _MOST, _LOOKED_AT = 3, 0.6, 40
_A_ROW_OF_THE_TABLE = 3  # filled cells: headings and totals in between say nothing
#: What a heading of the entitled person is made of (`Họ và tên người hưởng trợ cấp`, `Tên đối tượng BTXH`), folded.
_PLAIN = re.compile(
    r"(?:(?:ho (?:va )?(?:chu )?(?:ten|dem|lot)|hoten|dem va ten|ten|day du|nguoi|doi tuong|thu huong|duoc huong|huong|nhan tro cap|tro cap|tro giup|bao tro|"
    r"xa hoi|che do|chinh sach|btxh|tcxh|tc|dt|ca nhan|cong dan|ba con|cao tuoi|khuyet tat|tre em|nkt|nct|benh nhan|thuong binh|benh binh|co cong|in hoa|chu in|"
    r"viet hoa|khong dau|(?:nhu|theo|tren|trong) (?:so )?(?:cccd|can cuoc|the can cuoc|giay khai sinh)|ghi ro|hang thang|thuoc dien|duoc|nhan)(?: |$))+"
)
#: Words of another's part in it, folded.
_ANOTHER = re.compile(
    r"nhan (thay|ho|giup|dum|gium)|(linh|lanh) (thay|ho|giup|dum|gium)|giup nhan|(di|den) (nhan|linh|lanh)|uy quyen|giam ho|bao ho\b|dai dien|than nhan|"
    r"nguoi (than|nha|quen)\b|bao lanh|lien (he|lac)|chu (tk|tai khoan|the)\b|chu ho\b(?! doi tuong)|dung (ten|tk)|\b(cha|me|bo|vo|chong)\b|can bo|nguoi (lap|chi|ky|nop|nuoi)\b(?! duong)|"
    r"liet (si|sy)|(?<!nhan )(?<!duong )(cham soc|nuoi duong)"
)
#: Fields of which another's name is known, and must never be taken for the person's.
OF_ANOTHER = {"payee_name", "account_name", "subject_name", "other"}


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


def by_values(rows: list[list[Any]], labels: list[str], fields: list[str | None]) -> tuple[int | None, list[int]]:
    """(the person's column, columns to ask about) where no heading names the person.

    The one column of names nobody else claims is the person's. Several, or only columns of others, are a question.
    `Tên người thụ hưởng` is the account's holder beside another column of names, and the person where it stands alone.
    """
    named = columns_of_names(rows, len(labels))
    free = [column for column in named if fields[column] not in OF_ANOTHER and not claims_another(labels[column])]
    if not free:
        free = [column for column in named if fields[column] == "account_name" and is_plain(labels[column])]
    if len(free) == 1:
        return free[0], []
    return None, free or named


def is_well_filled(rows: list[list[Any]], column: int) -> bool:
    """Whether most rows of the table have a name there; few do in a column of those who receive for others."""
    rows = [row for row in rows if sum(1 for value in row if value != "") >= _A_ROW_OF_THE_TABLE]
    return 2 * sum(1 for row in rows if column < len(row) and row[column] != "") >= len(rows)
