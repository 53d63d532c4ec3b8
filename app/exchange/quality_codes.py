"""Quality as files have it: our own codes, words, or the codes of OPC Data Access."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from app.exchange.numbers import numbers
from app.model.quality import Quality

__all__ = ["QualityCodes", "quality_of"]

_WORDS: Final = {"good": Quality.GOOD, "uncertain": Quality.UNCERTAIN, "bad": Quality.BAD}
_OPC: Final = {"good": "192", "uncertain": "64", "bad": "0"}
_OURS: Final = np.array(sorted(int(q) for q in Quality))
_OPC_HIGHEST: Final = 0xFFFF
_OPC_MEANS: Final = np.array([Quality.BAD, Quality.UNCERTAIN, -1, Quality.GOOD])
"""By the two highest bits of the low byte (OPC Data Access 3.00, 6.8); the third has no meaning."""


class QualityCodes(StrEnum):
    """Whose codes they are. The words good, uncertain and bad are understood in both."""

    OURS = "ours"
    OPC = "opc"


def quality_of(column: Any, codes: QualityCodes) -> tuple[NDArray[np.uint16], NDArray[np.bool_], NDArray[np.bool_]]:
    """Return our codes (GOOD where none), which cells are a code that we know, which are empty."""
    found, whole, unsaid = numbers(_without_words(column, codes))
    whole &= (np.where(whole, found, 0) % 1 == 0) & (found >= 0) & (found <= _OPC_HIGHEST)
    code = np.where(whole, found, 0).astype(np.int64)
    if codes is QualityCodes.OPC:
        means = _OPC_MEANS[code >> 6 & 3]
        whole &= means >= 0
        code = np.where(whole, means, 0)
    else:
        whole &= np.isin(code, _OURS)
    return np.where(whole, code, 0).astype(np.uint16), whole, unsaid


def _without_words(column: Any, codes: QualityCodes) -> Any:
    if not (pa.types.is_string(column.type) or pa.types.is_large_string(column.type)):
        return column
    try:
        pc.cast(pc.if_else(pc.equal(column, ""), None, column), pa.float64())
        return column
    except pa.ArrowInvalid:
        text = pc.utf8_lower(pc.utf8_trim_whitespace(column))
        for word, code in _WORDS.items():
            number = _OPC[word] if codes is QualityCodes.OPC else str(int(code))
            text = pc.if_else(pc.equal(text, word), number, text)
        return text
