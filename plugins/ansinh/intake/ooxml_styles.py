"""Cell formats of an .xlsx: the sender's own format with another fill, and the few formats of our sheet."""

from __future__ import annotations

from lxml import etree

from ansinh.intake.mark_cells import RED, YELLOW
from ansinh.intake.ooxml_parts import MAIN, NotPreservable, Parts

STYLES = "xl/styles.xml"
_FONTS = {
    "title": '<font xmlns="{ns}"><b/><sz val="14"/><color rgb="FF1F3864"/><name val="Times New Roman"/><family val="1"/></font>',
    "bold": '<font xmlns="{ns}"><b/><sz val="12"/><name val="Times New Roman"/><family val="1"/></font>',
    "plain": '<font xmlns="{ns}"><sz val="12"/><name val="Times New Roman"/><family val="1"/></font>',
    "link": '<font xmlns="{ns}"><u/><sz val="12"/><color rgb="FF0563C1"/><name val="Times New Roman"/><family val="1"/></font>',
}


class Styles:
    """New formats are appended, so every index the sender's cells use stays what it was."""

    def __init__(self, parts: Parts) -> None:
        self.parts = parts
        self.root = parts.tree(STYLES)
        if self.root.tag != f"{{{MAIN}}}styleSheet":
            raise NotPreservable("unknown style sheet")
        self._formats = self._need("cellXfs")
        self._fills = self._need("fills")
        self._cache: dict[tuple[int, str | None], int] = {}
        self._own: dict[tuple[str, str | None], int] = {}
        self._fill_ids: dict[str, int] = {}

    def filled(self, style: int, colour: str | None) -> int:
        """The format `style` with a solid fill of an ARGB colour, or without fill when None."""
        key = (style, colour)
        if key not in self._cache:
            original = self._formats[style] if style < len(self._formats) else self._formats[0]
            copy = etree.fromstring(etree.tostring(original))
            copy.set("fillId", str(self._fill(colour)))
            copy.set("applyFill", "1")
            self._cache[key] = self._append(copy)
        return self._cache[key]

    def own(self, font: str, colour: str | None = None) -> int:
        """A wrapped text format of our sheet; `font` is title, bold, plain or link."""
        key = (font, colour)
        if key not in self._own:
            fonts = self._need("fonts")
            fonts.append(etree.fromstring(_FONTS[font].format(ns=MAIN)))
            fonts.set("count", str(len(fonts)))
            made = etree.Element(
                f"{{{MAIN}}}xf", numFmtId="49", fontId=str(len(fonts) - 1), fillId=str(self._fill(colour)), borderId="0", xfId="0"
            )
            for name in ("applyNumberFormat", "applyFont", "applyFill", "applyAlignment"):
                made.set(name, "1")
            made.set("quotePrefix", "1")
            etree.SubElement(made, f"{{{MAIN}}}alignment", vertical="top", wrapText="0" if font == "title" else "1")
            self._own[key] = self._append(made)
        return self._own[key]

    def is_ours(self, style: int) -> bool:
        """Whether a format's fill is one of our two mark colours."""
        if style >= len(self._formats):
            return False
        number = int(self._formats[style].get("fillId") or 0)
        colour = self._fills[number].find(f".//{{{MAIN}}}fgColor") if number < len(self._fills) else None
        return colour is not None and colour.get("rgb") in (RED, YELLOW)

    def save(self) -> None:
        self.parts.write(STYLES, self.root)

    def _fill(self, colour: str | None) -> int:
        if colour is None:
            return 0
        if colour not in self._fill_ids:
            fill = etree.SubElement(self._fills, f"{{{MAIN}}}fill")
            pattern = etree.SubElement(fill, f"{{{MAIN}}}patternFill", patternType="solid")
            etree.SubElement(pattern, f"{{{MAIN}}}fgColor", rgb=colour)
            etree.SubElement(pattern, f"{{{MAIN}}}bgColor", indexed="64")
            self._fills.set("count", str(len(self._fills)))
            self._fill_ids[colour] = len(self._fills) - 1
        return self._fill_ids[colour]

    def _append(self, style: etree._Element) -> int:
        self._formats.append(style)
        self._formats.set("count", str(len(self._formats)))
        return len(self._formats) - 1

    def _need(self, name: str) -> etree._Element:
        found = self.root.find(f"{{{MAIN}}}{name}")
        if found is None or len(found) == 0:
            raise NotPreservable(f"no {name}")
        return found
