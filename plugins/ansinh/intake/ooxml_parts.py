"""The parts of an .xlsx package being changed: read, replaced, added, dropped; everything else passes through untouched."""

from __future__ import annotations

import io
import posixpath
import zipfile

from lxml import etree

from ansinh.intake.archive import Package

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATED = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
CONTENT_TYPES = "[Content_Types].xml"


class NotPreservable(Exception):
    """The package is built in a way we do not dare to edit; the caller rebuilds the workbook from its values."""


def parse(xml: bytes) -> etree._Element:
    """An element tree without entities, network or DTD. Raises NotPreservable for broken XML."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        return etree.fromstring(xml, parser)
    except etree.XMLSyntaxError as error:
        raise NotPreservable("broken XML") from error


def unparse(root: etree._Element) -> bytes:
    """UTF-8 with the declaration Excel expects."""
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


class Parts:
    """Changes over a package whose directory was checked."""

    def __init__(self, package: Package) -> None:
        self._package = package
        self._changed: dict[str, bytes] = {}
        self._dropped: set[str] = set()

    def __contains__(self, name: str) -> bool:
        return name in self._changed or (name in self._package.entries and name not in self._dropped)

    def read(self, name: str) -> bytes:
        """A part as it now is. Raises NotPreservable when there is none."""
        if name not in self:
            raise NotPreservable(f"no part {name}")
        return self._changed[name] if name in self._changed else self._package.read(name)

    def tree(self, name: str) -> etree._Element:
        return parse(self.read(name))

    def write(self, name: str, content: bytes | etree._Element) -> None:
        self._changed[name] = content if isinstance(content, bytes) else unparse(content)
        self._dropped.discard(name)

    def drop(self, name: str) -> None:
        """Forget a part, its relations and its content type."""
        for gone in (name, relations_name(name)):
            self._changed.pop(gone, None)
            self._dropped.add(gone)
        types = self.tree(CONTENT_TYPES)
        for override in types.findall(f"{{{_TYPES}}}Override"):
            if override.get("PartName") == f"/{name}":
                types.remove(override)
        self.write(CONTENT_TYPES, types)

    def has_folder(self, folder: str) -> bool:
        """Whether any part of the sender lies in a folder."""
        return any(name.startswith(folder) for name in self._package.entries)

    def free_name(self, pattern: str) -> str:
        """The first `pattern` (with `{}` for a number) no part has."""
        number = 1
        while pattern.format(number) in self or pattern.format(number) in self._package.entries:
            number += 1
        return pattern.format(number)

    def relations(self, part: str) -> dict[str, tuple[str, str]]:
        """id → (type's last word, target part) of a part's inner relations."""
        name = relations_name(part)
        if name not in self:
            return {}
        found = {}
        for relation in self.tree(name).findall(f"{{{_RELATIONS}}}Relationship"):
            if relation.get("TargetMode") != "External":
                kind = (relation.get("Type") or "").rsplit("/", 1)[-1]
                found[relation.get("Id") or ""] = (kind, _target(part, relation.get("Target") or ""))
        return found

    def relate(self, part: str, kind: str, target: str) -> str:
        """Add a relation and return its id."""
        name = relations_name(part)
        root = self.tree(name) if name in self else etree.Element(f"{{{_RELATIONS}}}Relationships", nsmap={None: _RELATIONS})  # type: ignore[dict-item]
        taken = {relation.get("Id") for relation in root}
        number = 1
        while f"rIdAnSinh{number}" in taken:
            number += 1
        key = f"rIdAnSinh{number}"
        etree.SubElement(root, f"{{{_RELATIONS}}}Relationship", Id=key, Type=f"{RELATED}/{kind}", Target=f"/{target}")
        self.write(name, root)
        return key

    def unrelate(self, part: str, key: str) -> None:
        root = self.tree(relations_name(part))
        for relation in root.findall(f"{{{_RELATIONS}}}Relationship"):
            if relation.get("Id") == key:
                root.remove(relation)
        self.write(relations_name(part), root)

    def content_type(self, part: str) -> str | None:
        """The declared type of one part, if it has its own declaration."""
        for override in self.tree(CONTENT_TYPES).findall(f"{{{_TYPES}}}Override"):
            if override.get("PartName") == f"/{part}":
                return override.get("ContentType")
        return None

    def declare(self, part: str, content_type: str) -> None:
        """Give a part its content type."""
        types = self.tree(CONTENT_TYPES)
        for override in types.findall(f"{{{_TYPES}}}Override"):
            if override.get("PartName") == f"/{part}":
                override.set("ContentType", content_type)
                break
        else:
            etree.SubElement(types, f"{{{_TYPES}}}Override", PartName=f"/{part}", ContentType=content_type)
        self.write(CONTENT_TYPES, types)

    def declare_extension(self, extension: str, content_type: str) -> None:
        types = self.tree(CONTENT_TYPES)
        if all((known.get("Extension") or "").lower() != extension for known in types.findall(f"{{{_TYPES}}}Default")):
            types.insert(0, etree.Element(f"{{{_TYPES}}}Default", Extension=extension, ContentType=content_type))
            self.write(CONTENT_TYPES, types)

    def packed(self) -> bytes:
        """The new package: parts in their old order, new ones after them."""
        target = io.BytesIO()
        kept = [name for name in self._package.entries if name in self and not name.endswith("/")]
        added = [name for name in self._changed if name not in self._package.entries]
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=4) as archive:
            for name in kept + added:
                archive.writestr(name, self.read(name))
        return target.getvalue()


def relations_name(part: str) -> str:
    """`xl/workbook.xml` → `xl/_rels/workbook.xml.rels`."""
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def _target(part: str, target: str) -> str:
    if target.startswith("/"):
        return target.lstrip("/")
    return posixpath.normpath(posixpath.join(posixpath.dirname(part), target))
