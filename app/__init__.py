"""Qianliyan (千里眼): the control room of an environmental monitoring centre."""

from __future__ import annotations

__version__ = "0.1.0"
