"""Reads the fields of times that have one shape: digits are added up for all rows at once."""

from __future__ import annotations

import re
from typing import Final

import numpy as np
from numpy.typing import NDArray

__all__ = ["read_alike"]

Longs = NDArray[np.int64]
Flags = NDArray[np.bool_]

_DAY_MS: Final = 86_400_000
_AFTERNOON: Final = ("p", "P", "下午")


def read_alike(text: str, letters: NDArray[np.uint8], pattern: re.Pattern[str]) -> tuple[Longs, Flags, bool] | None:
    """Read rows (bytes, one row each) that all look like `text` but for their digits. Returns ms, which are times
    that a clock can show, and whether they say their zone; None if this is no time at all."""
    found = pattern.fullmatch(text)
    if found is None:
        return None
    begins = _byte_places(text)
    fields = {
        name: _digits(letters[:, begins[found.start(name)] : begins[found.end(name)]])
        for name in found.groupdict()
        if name not in ("z", "p") and found.group(name) is not None
    }
    ms, good = _date(fields)
    hour = fields.get("H", fields.get("I"))
    if hour is not None:
        hour, fine = _hour(hour, found.groupdict().get("p"), "I" in fields)
        minute, second = fields.get("M", 0), fields.get("S", 0)
        good &= fine & (minute < 60) & (second < 60)
        ms = ms + hour * 3_600_000 + minute * 60_000 + second * 1_000
    if "f" in fields:
        places = found.end("f") - found.start("f")
        ms = ms + (fields["f"] * 1_000 // 10**places)
    zone = found.groupdict().get("z")
    if zone is None:
        return ms, good, False
    if zone == "Z":
        return ms, good, True
    ahead, fine = _ahead(zone, letters[:, begins[found.start("z")] : begins[found.end("z")]])
    return ms - ahead, good & fine, True


def _byte_places(text: str) -> list[int]:
    """Return at which byte each character begins, and the end."""
    places = [0]
    for letter in text:
        places.append(places[-1] + len(letter.encode("utf-8")))
    return places


def _digits(letters: NDArray[np.uint8]) -> Longs:
    number = np.zeros(len(letters), np.int64)
    for column in range(letters.shape[1]):
        number = number * 10 + (letters[:, column].astype(np.int64) - 48)
    return number


def _date(fields: dict[str, Longs]) -> tuple[Longs, Flags]:
    """Return the first instant of a day, and whether there is such a day."""
    month, day = fields["m"], fields["d"]
    year = fields["Y"] if "Y" in fields else 2000 + fields["y"]
    good = (month >= 1) & (month <= 12) & (day >= 1)
    first = ((year - 1970) * 12 + np.where(good, month, 1) - 1).astype("M8[M]")
    days = first.astype("M8[D]").astype(np.int64)
    length = (first + 1).astype("M8[D]").astype(np.int64) - days
    return (days + day - 1) * _DAY_MS, good & (day <= length)


def _hour(hour: Longs, half: str | None, of_twelve: bool) -> tuple[Longs, Flags]:
    if not of_twelve:
        return hour, hour < 24
    late = half is not None and half.startswith(_AFTERNOON)
    return hour % 12 + (12 if late else 0), (hour >= 1) & (hour <= 12)


def _ahead(zone: str, letters: NDArray[np.uint8]) -> tuple[Longs, Flags]:
    """Return how far a zone such as +08:00, +0800 or +08 is ahead of UTC, ms."""
    hours = _digits(letters[:, 1:3])
    minutes = _digits(letters[:, -2:]) if len(zone) > 3 else np.zeros(len(letters), np.int64)
    ahead = hours * 3_600_000 + minutes * 60_000
    return (-ahead if zone[0] == "-" else ahead), (hours <= 15) & (minutes < 60)
