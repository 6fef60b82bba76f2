"""Comments of one sheet: ours beside the sender's. A comment is a text in one part and a box in an old VML drawing."""

from __future__ import annotations

import re

from lxml import etree

from ansinh.intake.mark_cells import AUTHOR, Mark, column_number
from ansinh.intake.ooxml_parts import MAIN, NotPreservable, Parts
from ansinh.intake.plain_text import plain

_NOTES_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
_VML_TYPE = "application/vnd.openxmlformats-officedocument.vmlDrawing"
_REFERENCE = re.compile(r"^([A-Z]+)([0-9]+)$")
_SHAPE = re.compile(rb"<v:shape\b.*?</v:shape>", re.DOTALL)
_NUMBER = re.compile(rb"_x0000_s(\d+)")
_PLACE = re.compile(rb"<x:Row>\s*(\d+)\s*</x:Row>\s*<x:Column>\s*(\d+)\s*</x:Column>")
_EMPTY_VML = b"""<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:x="urn:schemas-microsoft-com:office:excel">
<o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="1"/></o:shapelayout>
<v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe"><v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>
</xml>"""
_BOX = (
    '<v:shape id="_x0000_s{number}" type="#_x0000_t202" style="position:absolute;margin-left:80pt;margin-top:5pt;width:260pt;height:{height}pt;'
    'z-index:1;visibility:hidden" fillcolor="#ffffe1" o:insetmode="auto"><v:fill color2="#ffffe1"/><v:shadow on="t" color="black" obscured="t"/>'
    '<v:path o:connecttype="none"/><v:textbox style="mso-direction-alt:auto"><div style="text-align:left"></div></v:textbox>'
    '<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/><x:Anchor>{left}, 15, {top}, 2, {right}, 31, {bottom}, 9</x:Anchor>'
    "<x:AutoFill>False</x:AutoFill><x:Row>{row}</x:Row><x:Column>{column}</x:Column></x:ClientData></v:shape>"
)


class Notes:
    """The comments of a sheet part; `save` writes them and returns the relation id of a drawing the sheet does not know yet."""

    def __init__(self, parts: Parts, sheet_part: str, drawing_id: str | None) -> None:
        self.parts, self._sheet = parts, sheet_part
        relations = parts.relations(sheet_part)
        self._part = next((target for kind, target in relations.values() if kind == "comments" and target in parts), None)
        self._drawing = relations[drawing_id][1] if drawing_id in relations else None
        if self._part is not None:
            self._root = parts.tree(self._part)
        else:
            self._root = etree.Element(f"{{{MAIN}}}comments", nsmap={None: MAIN})  # type: ignore[dict-item]
            etree.SubElement(self._root, f"{{{MAIN}}}authors")
            etree.SubElement(self._root, f"{{{MAIN}}}commentList")
        self._vml = parts.read(self._drawing) if self._drawing is not None else _EMPTY_VML
        if b"</xml>" not in self._vml:
            raise NotPreservable("unknown drawing")

    def take_back_ours(self) -> set[str]:
        """Remove the comments we wrote in an earlier round; returns their cells."""
        ours = str(self._author())
        gone = set()
        comments = self._list()
        for comment in list(comments):
            if comment.get("authorId") == ours:
                gone.add(comment.get("ref") or "")
                comments.remove(comment)
        places = {_place(cell) for cell in gone}
        self._vml = _SHAPE.sub(lambda shape: b"" if _place_of(shape[0]) in places else shape[0], self._vml)
        return gone

    def add(self, marks: dict[str, Mark]) -> None:
        """One comment a cell; the sender's own comment there stays, ours is written under it."""
        known = {comment.get("ref"): comment for comment in self._list()}
        boxes = []
        number = max((int(found) for found in _NUMBER.findall(self._vml)), default=1024)
        for cell, mark in marks.items():
            text = plain(mark.text)
            if cell in known:
                _append_text(known[cell], f"\n\n{AUTHOR}: {text}")
                continue
            number += 1
            self._new_comment(cell, text)
            boxes.append(_box(number, cell, text))
        head, end, tail = self._vml.rpartition(b"</xml>")
        self._vml = head + "".join(boxes).encode() + end + tail

    def save(self) -> str | None:
        """Write both parts. Returns the id of a new drawing relation, None when the sheet already names its drawing."""
        self._sort()
        if self._part is None:
            self._part = self.parts.free_name("xl/commentsAnSinh{}.xml")
            self.parts.declare(self._part, _NOTES_TYPE)
            self.parts.relate(self._sheet, "comments", self._part)
        self.parts.write(self._part, self._root)
        if self._drawing is not None:
            self.parts.write(self._drawing, self._vml)
            return None
        self._drawing = self.parts.free_name("xl/drawings/vmlDrawingAnSinh{}.vml")
        self.parts.declare_extension("vml", _VML_TYPE)
        self.parts.write(self._drawing, self._vml)
        return self.parts.relate(self._sheet, "vmlDrawing", self._drawing)

    def _author(self) -> int:
        authors = self._root.find(f"{{{MAIN}}}authors")
        if authors is None:
            authors = etree.Element(f"{{{MAIN}}}authors")
            self._root.insert(0, authors)
        names = [author.text for author in authors]
        if AUTHOR not in names:
            etree.SubElement(authors, f"{{{MAIN}}}author").text = AUTHOR
            return len(names)
        return names.index(AUTHOR)

    def _list(self) -> etree._Element:
        found = self._root.find(f"{{{MAIN}}}commentList")
        return found if found is not None else etree.SubElement(self._root, f"{{{MAIN}}}commentList")

    def _new_comment(self, cell: str, text: str) -> None:
        comment = etree.SubElement(self._list(), f"{{{MAIN}}}comment", ref=cell, authorId=str(self._author()))
        _append_text(comment, text)

    def _sort(self) -> None:
        comments = self._list()
        comments[:] = sorted(comments, key=lambda comment: _place(comment.get("ref") or ""))


def _append_text(comment: etree._Element, text: str) -> None:
    holder = comment.find(f"{{{MAIN}}}text")
    if holder is None:
        holder = etree.SubElement(comment, f"{{{MAIN}}}text")
    if len(holder) == 1 and holder[0].tag == f"{{{MAIN}}}t":  # a plain text cannot stand beside a run
        run = etree.Element(f"{{{MAIN}}}r")
        run.append(holder[0])
        holder.append(run)
    run = etree.SubElement(holder, f"{{{MAIN}}}r")
    piece = etree.SubElement(run, f"{{{MAIN}}}t")
    piece.text = text
    piece.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")


def _box(number: int, cell: str, text: str) -> str:
    row, column = _place(cell)
    lines = sum(1 + len(line) // 45 for line in text.split("\n"))
    height = min(320, 20 + 14 * lines)
    return _BOX.format(
        number=number,
        height=height,
        row=row,
        column=column,
        left=column + 1,
        right=column + 6,
        top=max(0, row - 1),
        bottom=row + height // 18,
    )


def _place(cell: str) -> tuple[int, int]:
    """Row and column from 0."""
    found = _REFERENCE.match(cell)
    return (int(found[2]) - 1, column_number(found[1]) - 1) if found else (-1, -1)


def _place_of(shape: bytes) -> tuple[int, int] | None:
    found = _PLACE.search(shape)
    return (int(found[1]), int(found[2])) if found else None
