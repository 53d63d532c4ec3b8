"""Where things live: the store and this workstation's folders. From options, then environment, then default."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import platformdirs

from app.errors import ConfigurationFault

__all__ = ["Config", "load_config"]

_LANGUAGES: Final = ("zh", "en")
_LEVELS: Final = ("DEBUG", "INFO", "WARNING", "ERROR")


@dataclass(frozen=True, slots=True)
class Config:
    """Settings of one process.

    `store` is a folder (SQLite files) or a `postgresql://` URL. `private` keeps certificates and keys of this
    workstation, never the store.
    """

    store: str
    private: Path
    language: str = "zh"
    log_level: str = "INFO"


def load_config(*, store: str | None = None, private: Path | None = None) -> Config:
    """Read settings: the argument first, then QIANLIYAN_STORE, QIANLIYAN_PRIVATE, QIANLIYAN_LANG, QIANLIYAN_LOG.

    Raises ConfigurationFault for a language or a level of logs that there is not."""
    env = os.environ
    data = Path(platformdirs.user_data_dir("qianliyan", appauthor=False))
    return Config(
        store=store or env.get("QIANLIYAN_STORE") or str(data / "store"),
        private=private or Path(env.get("QIANLIYAN_PRIVATE") or data / "private"),
        language=_language(env.get("QIANLIYAN_LANG") or "zh"),
        log_level=_level(env.get("QIANLIYAN_LOG") or "INFO"),
    )


def _language(word: str) -> str:
    """Return "zh" or "en"; "en_GB.UTF-8" and "zh-Hans" are of them too."""
    language = re.split(r"[_.@-]", word, maxsplit=1)[0].lower()
    if language not in _LANGUAGES:
        raise ConfigurationFault(f"QIANLIYAN_LANG is {' or '.join(_LANGUAGES)}, and not {word}")
    return language


def _level(word: str) -> str:
    if word.upper() not in _LEVELS:
        raise ConfigurationFault(f"QIANLIYAN_LOG is one of {', '.join(_LEVELS)}, and not {word}")
    return word.upper()
