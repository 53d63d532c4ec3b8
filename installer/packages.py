"""System packages as data: which, for what, for which profile, and their names on each system.

A profile includes the ones before it: `run` ⊂ `test` ⊂ `bench`.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["PACKAGES", "PROFILES", "Package", "packages_for"]

PROFILES = ("run", "test", "bench")


@dataclass(frozen=True)
class Package:
    """One system package. `names` are the names it has in different releases; one of them is enough."""

    names: tuple[str, ...]
    why: str
    profile: str = "run"

    @property
    def name(self) -> str:
        """Return the name it is best known by."""
        return self.names[0]


def _debian() -> tuple[Package, ...]:
    """Return the packages for Debian 12 and its relatives (t64: names since the 64-bit time transition)."""
    qt = ("libgl1", "libegl1", "libxkbcommon0", "libdbus-1-3", "libfontconfig1")
    # Without any one of these Qt names libxcb-cursor0 as missing, whichever it is.
    xcb = (
        "libxcb-cursor0", "libxcb-icccm4", "libxcb-keysyms1", "libxkbcommon-x11-0", "libxcb-shape0", "libxcb-xkb1",
        "libxcb-randr0", "libxcb-xfixes0", "libxcb-sync1", "libx11-xcb1",
    )  # fmt: skip
    wayland = ("libwayland-client0", "libwayland-cursor0")
    return (
        Package(("libglib2.0-0", "libglib2.0-0t64"), "Qt"),
        *(Package((name,), "Qt") for name in qt),
        *(Package((name,), "Qt on X11") for name in xcb),
        *(Package((name,), "Qt on Wayland") for name in wayland),
        # Noto, not the smaller WenQuanYi: real medium and bold weights, and the same picture everywhere (docs/adr).
        Package(("fonts-noto-cjk",), "Chinese text"),
        Package(("fonts-inter",), "Latin text and figures"),
        # The room sounds through the system's player; one of these is enough.
        Package(("alsa-utils", "pipewire-bin", "pulseaudio-utils"), "the room's sounds"),
        Package(("postgresql-15", "postgresql-16", "postgresql-17"), "the store's tests", "test"),
        Package(("gcc",), "the reference server of the benchmarks", "bench"),
        Package(("libc6-dev",), "the reference server of the benchmarks", "bench"),
        Package(("libmodbus-dev",), "the reference server of the benchmarks", "bench"),
    )


PACKAGES: dict[str, tuple[Package, ...]] = {
    "debian": _debian(),
    # Qt's wheels bring all they need there, and both systems have Chinese fonts.
    "macos": (
        Package(("postgresql@15",), "the store's tests", "test"),
        Package(("libmodbus",), "the reference server of the benchmarks", "bench"),
    ),
    "windows": (Package(("PostgreSQL.PostgreSQL.15",), "the store's tests", "test"),),
}


def packages_for(system: str, profile: str) -> tuple[Package, ...]:
    """Return what `profile` needs on `system`; nothing for a system we know no names for."""
    wanted = PROFILES[: PROFILES.index(profile) + 1]
    return tuple(p for p in PACKAGES.get(system, ()) if p.profile in wanted)
