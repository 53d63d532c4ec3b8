"""A YAML file as plain data, with the line and column of every key and value.

The text is composed to nodes by ruamel.yaml's round-trip loader and turned into plain data here, because this alone
finds repeated keys, refuses anchors (an alias bomb would grow without bound; templates are what types are for) and
never builds an object of another class.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from ruamel.yaml.reader import ReaderError

from app.site.faults import FaultList

__all__ = ["Document", "Loc", "read_document", "read_text"]

Loc = Sequence[str | int]
"""Keys and indices from the root of a document down to a node."""

MAX_BYTES: Final = 4_000_000
_INT: Final = re.compile(r"[-+]?(0x[0-9a-fA-F]+|0o[0-7]+|[0-9]+)")


@dataclass(slots=True)
class Document:
    """One file: its name relative to the site's folder, its plain data and where each node stands."""

    file: str
    data: Any
    faults: FaultList
    root: Node | None = None
    _children: dict[int, dict[str | int, tuple[Node, Node]]] = field(default_factory=dict)

    def where(self, loc: Loc) -> tuple[int, int]:
        """Return line and column of the key at `loc`, or of its nearest ancestor that exists; both from 1."""
        node, line, column = self.root, 1, 1
        for step in loc:
            found = self._child(node, step)
            if found is None:
                break
            key, node = found
            line, column = key.start_mark.line + 1, key.start_mark.column + 1
        return line, column

    def within(self, loc: Loc, at: int) -> tuple[int, int]:
        """Return line and column of the character `at` of the text at `loc`, however it is quoted or folded."""
        node = self.root
        for step in loc:
            found = self._child(node, step)
            node = found[1] if found is not None else None
        if not isinstance(node, ScalarNode) or node.start_mark.buffer is None:
            return self.where(loc)
        buffer = node.start_mark.buffer
        # Quoting and folding change nothing but space between words: so characters are counted without it.
        text = node.value.replace("\a", "")
        ahead, at_end = sum(1 for character in text[:at] if character > " "), not text[at:].strip()
        place = node.start_mark.pointer + (1 if node.style in ("'", '"') else 0)
        if node.style in (">", "|"):
            place = buffer.find("\n", place)
        while place < len(buffer) and (ahead or (buffer[place] <= " " and not at_end)):
            ahead -= buffer[place] > " "
            place += 1
        before = buffer[:place]
        return before.count("\n") + 1, len(before) - before.rfind("\n")

    def fault(self, loc: Loc, message: str, *, cause: str = "", at: int | None = None) -> None:
        """Note a fault at `loc`, or at a character of the text there; `cause` as in `FaultList.add`."""
        line, column = self.where(loc) if at is None else self.within(loc, at)
        self.faults.add(self.file, line, column, message, cause=cause)

    def _child(self, node: Node | None, step: str | int) -> tuple[Node, Node] | None:
        if node is None:
            return None
        if id(node) not in self._children:
            self._children[id(node)] = _children_of(node)
        return self._children[id(node)].get(step if isinstance(node, SequenceNode) else str(step))


def _children_of(node: Node) -> dict[str | int, tuple[Node, Node]]:
    if isinstance(node, MappingNode):
        return {key.value: (key, value) for key, value in node.value if isinstance(key, ScalarNode)}
    if isinstance(node, SequenceNode):
        return {index: (value, value) for index, value in enumerate(node.value)}
    return {}


def read_text(folder: Path, file: str, faults: FaultList) -> str | None:
    """Return the text of a file (UTF-8, with or without a byte order mark), or None with a fault noted."""
    try:
        if not (folder / file).is_file():
            # A pipe would be waited for without end.
            faults.add(file, 1, 1, "cannot be read: not a regular file")
            return None
        with (folder / file).open("rb") as stream:
            raw = stream.read(MAX_BYTES + 1)
    except OSError as error:
        faults.add(file, 1, 1, f"cannot be read: {error.strerror or error}")
        return None
    if len(raw) > MAX_BYTES:
        faults.add(file, 1, 1, f"larger than {MAX_BYTES} bytes: not a site file")
        return None
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = error.object[: error.start]
        line, column = before.count(b"\n") + 1, len(before) - (before.rfind(b"\n") + 1) + 1
        faults.add(file, line, column, "not UTF-8 text")
        return None


def read_document(folder: Path, file: str, faults: FaultList) -> Document | None:
    """Read and compose one YAML file; return None with its faults noted if it is not YAML at all."""
    text = read_text(folder, file, faults)
    if text is None:
        return None
    document = Document(file, None, faults)
    try:
        document.root = YAML(typ="rt").compose(text)
        if document.root is None:
            faults.add(file, 1, 1, "the file is empty")
            return None
        document.data = _Plain(document).data(document.root)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        faults.add(file, line, column, f"not YAML: {error.problem or error.context or error}")
        return None
    except ReaderError as error:
        before = text[: error.position]
        faults.add(
            file, before.count("\n") + 1, len(before) - before.rfind("\n"), "a character that YAML does not admit"
        )
        return None
    except (YAMLError, ValueError, RecursionError) as error:
        reason = "nested too deeply" if isinstance(error, RecursionError) else str(error)
        faults.add(file, 1, 1, f"not YAML: {reason}")
        return None
    return document


class _Plain:
    """Turns nodes into dicts, lists and scalars; repeated keys, aliases and foreign tags become faults."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._seen: set[int] = set()

    def data(self, node: Node) -> Any:
        if id(node) in self._seen:
            return self._fault(node, "anchors and aliases are not used in site files: say it in a type or a layout")
        self._seen.add(id(node))
        if isinstance(node, MappingNode):
            return self._mapping(node)
        if isinstance(node, SequenceNode):
            return [self.data(child) for child in node.value]
        return self._scalar(node)

    def _mapping(self, node: MappingNode) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for key, child in node.value:
            if not isinstance(key, ScalarNode):
                self._fault(key, "a key must be a word or a number")
            elif key.value in result:
                self._fault(key, f"{key.value!r} is said twice here")
            else:
                self._text(key)
                result[key.value] = self.data(child)
        return result

    def _scalar(self, node: Node) -> Any:
        kind = str(node.tag).removeprefix("tag:yaml.org,2002:")
        text = str(node.value)
        if kind == "null":
            return None
        if kind == "bool" and text.lower() in ("true", "false"):
            return text.lower() == "true"
        if kind in ("int", "float"):
            return self._number(node, text)
        if kind not in ("str", "timestamp"):
            return self._fault(node, f"{node.tag} is not used in site files")
        return self._text(node)

    def _text(self, node: Node) -> str:
        if any("\ud800" <= character <= "\udfff" for character in node.value):
            self._fault(node, "half of a surrogate pair is not a character")
            return ""
        return str(node.value.replace("\a", ""))  # where a folded text was folded

    def _number(self, node: Node, text: str) -> int | float | None:
        digits = text.replace("_", "")
        try:
            if len(digits) > 40:
                raise ValueError
            if _INT.fullmatch(digits):
                return int(digits, 0) if digits.lstrip("+-")[:2] in ("0x", "0o") else int(digits)
            number = float(digits)
            if number - number != 0:
                raise ValueError
        except ValueError:
            self._fault(node, f"{text[:40]!r} is not a number that a site can use")
            return None
        return number

    def _fault(self, node: Node, message: str) -> None:
        mark = node.start_mark
        self._document.faults.add(self._document.file, mark.line + 1, mark.column + 1, message)
