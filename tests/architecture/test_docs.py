"""The documents name what there is: every command, every variable, every decision; and every link leads somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import typer
from typer.main import get_command

from app.cli.main import app
from tests.helpers.sources import ROOT, python_files

# Options of other programs that the documents name.
FOREIGN = {"--system", "--home-dir", "--create-home", "--groups", "--now", "--strict", "--full"}
OPTION = re.compile(r"(?<![\w-])--[a-z][a-z-]*")
DOCS = sorted([*(ROOT / "docs").rglob("*.md"), *ROOT.glob("*.md")])


def _verbs() -> list[str]:
    """Return every command of the terminal, "store verify" for a verb of a group."""
    if not (app.registered_commands or app.registered_groups):
        return []
    root = get_command(app)
    found = []
    for name, command in getattr(root, "commands", {}).items():
        below = getattr(command, "commands", None)
        found += [f"{name} {verb}" for verb in below] if below else [name]
    return found


def _options() -> dict[str, set[str]]:
    """Return the options of every command and group, "store verify" for a verb of a group."""
    root = get_command(app)
    found = {}
    for name, command in getattr(root, "commands", {}).items():
        below = {f"{name} {verb}": c for verb, c in getattr(command, "commands", {}).items()}
        for path, one in {name: command, **below}.items():
            found[path] = {"--help", *(o for p in one.params for o in (*p.opts, *p.secondary_opts))}
    return found


def _wrong_lines(text: str) -> list[str]:
    """Return what the lines of a document call and the terminal does not have: a verb of a group, or an option."""
    known = _options()
    groups = {path.partition(" ")[0] for path in known if " " in path}
    wrong = []
    for verb, rest in re.findall(r"(?<!keyring set )(?<!-u )\bqianliyan ([a-z][a-z-]*)([^`\n#]*)", text):
        below, options = rest.split()[:1], set(OPTION.findall(rest))
        path = f"{verb} {below[0]}" if below and not below[0].startswith("-") and verb in groups else verb
        if path not in known or not options <= known[path] | FOREIGN:
            wrong.append(f"qianliyan {verb}{rest}")
    return wrong


@pytest.mark.parametrize("document", DOCS, ids=lambda p: str(p.relative_to(ROOT)))
def test_what_a_document_calls_is_there(document: Path) -> None:
    """Every option exists, and every line that begins a command could be typed."""
    text = document.read_text(encoding="utf-8")
    assert set(OPTION.findall(text)) - FOREIGN - set().union(*_options().values()) == set()
    assert _wrong_lines(text) == []


@pytest.mark.parametrize(
    "line",
    ["qianliyan probe 192.0.2.1:502", "qianliyan store init --force", "qianliyan stores", "qianliyan live --once x"],
)
def test_a_wrong_line_is_seen(line: str) -> None:
    """The check above is not blind: of these lines the last could be typed."""
    assert bool(_wrong_lines(line)) is not line.endswith("x")


@pytest.mark.parametrize("verb", _verbs())
def test_every_command_is_documented(verb: str) -> None:
    """docs/settings.md lists the command."""
    assert f"`qianliyan {verb}" in (ROOT / "docs/settings.md").read_text(encoding="utf-8")


def test_every_variable_is_documented() -> None:
    """docs/settings.md lists every environment variable that the product reads."""
    named = {
        m for p in python_files("app", "tests") for m in re.findall(r"QIANLIYAN_[A-Z_]*[A-Z]", p.read_text("utf-8"))
    }
    text = (ROOT / "docs/settings.md").read_text(encoding="utf-8")
    assert {n for n in named if not n.startswith("QIANLIYAN_PASSWORD") and n not in text} == set()


def test_every_decision_is_listed() -> None:
    """The list of decisions has a line for each file."""
    listed = (ROOT / "docs/adr/README.md").read_text(encoding="utf-8")
    assert [p.name for p in (ROOT / "docs/adr").glob("0*.md") if p.name not in listed] == []


@pytest.mark.parametrize("document", DOCS, ids=lambda p: str(p.relative_to(ROOT)))
def test_links_lead_somewhere(document: Path) -> None:
    """Every relative link of a document names a file or folder that exists."""
    targets = re.findall(r"\]\(([^)#\s]+)[^)]*\)", document.read_text(encoding="utf-8"))
    local = [t for t in targets if "://" not in t and not t.startswith("mailto:")]
    assert [t for t in local if not (document.parent / t).exists()] == []


def test_the_command_line_is_a_typer_application() -> None:
    """The list of commands above is read from the application itself, so it cannot be empty once verbs exist."""
    assert isinstance(app, typer.Typer)
    assert len(_verbs()) == len(set(_verbs()))
