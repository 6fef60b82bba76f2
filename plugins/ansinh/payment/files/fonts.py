"""A font that can print Vietnamese, found on this machine: without one there are no PDF lists, only workbooks."""

from __future__ import annotations

from functools import lru_cache
from glob import escape
from importlib.util import find_spec
from pathlib import Path

# Every letter with its tones, so that no name gets an empty box.
LETTERS = (
    "ĂÂĐÊÔƠƯăâđêôơưẠẢẤẦẨẪẬẮẰẲẴẶẸẺẼẾỀỂỄỆỈỊỌỎỐỒỔỖỘỚỜỞỠỢỤỦỨỪỬỮỰỲỴỶỸạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹÀÁÃÈÉÌÍĨÒÓÕÙÚŨÝàáãèéìíĩòóõùúũý"
)
_PACKAGES = ("fontpkg_noto_sans", "rinoh_typeface_dejavusans", "matplotlib")
_FOLDERS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path.home() / ".local/share/fonts")
_NAMES = (
    "DejaVuSans.ttf",
    "NotoSans-Regular.ttf",
    "NotoSans[wdth,wght].ttf",
    "LiberationSans-Regular.ttf",
    "Arimo-Regular.ttf",
    "FreeSans.ttf",
)


def _candidates() -> list[Path]:
    folders = list(_FOLDERS)
    for package in _PACKAGES:
        spec = find_spec(package)
        folders += [Path(place) for place in (spec.submodule_search_locations or [])] if spec else []
    return [path for name in _NAMES for folder in folders if folder.is_dir() for path in sorted(folder.rglob(escape(name)))]


@lru_cache(maxsize=1)
def vietnamese_font() -> Path | None:
    """The first TrueType file that has every Vietnamese letter, or None."""
    from reportlab.pdfbase.ttfonts import TTFError, TTFont

    for path in _candidates():
        try:
            glyphs = TTFont("probe", str(path)).face.charToGlyph
        except TTFError:
            continue
        if all(ord(letter) in glyphs for letter in LETTERS):
            return path
    return None
