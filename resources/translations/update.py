"""Brings the Chinese translation up to date: `python resources/translations/update.py`.

Collects every text of app/views into qianliyan_zh.ts (what the code no longer has goes, what is new waits for a
translator as "unfinished") and compiles qianliyan_zh.qm. English is the source and needs no file. Prints what waits.
"""

from __future__ import annotations

import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).resolve().parent
VIEWS = HERE.parents[1] / "app" / "views"
TS, QM = HERE / "qianliyan_zh.ts", HERE / "qianliyan_zh.qm"


def tool(name: str) -> str:
    """Return one of PySide6's tools, which stand beside the interpreter."""
    folder = Path(sys.executable).parent
    return str(next(p for p in (folder / name, folder / f"{name}.exe") if p.exists()))


def collect(ts: Path) -> None:
    """Bring `ts` up to date with the code. Without line numbers: moving a line must not change the file."""
    files = sorted(str(p) for p in VIEWS.rglob("*.py"))
    options = ["-no-obsolete", "-locations", "none", "-source-language", "en", "-target-language", "zh_CN"]
    subprocess.run([tool("pyside6-lupdate"), *files, "-ts", str(ts), *options], check=True, capture_output=True)


def compile_to(ts: Path, qm: Path) -> None:
    """Compile `ts`."""
    subprocess.run([tool("pyside6-lrelease"), str(ts), "-qm", str(qm)], check=True, capture_output=True)


def waiting(ts: Path) -> Iterator[str]:
    """Yield `context: text` for each text that nobody has translated."""
    for context in ET.parse(ts).getroot().iter("context"):
        for message in context.iter("message"):
            translation = message.find("translation")
            if translation is None or translation.get("type") == "unfinished" or not translation.text:
                yield f"{context.findtext('name')}: {message.findtext('source')}"


def main() -> int:
    """Update both files; return 1 if something waits for a translator."""
    collect(TS)
    compile_to(TS, QM)
    missing = list(waiting(TS))
    for text in missing:
        sys.stdout.write(f"{text}\n")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
