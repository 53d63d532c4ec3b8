"""Quality as files have it."""

from __future__ import annotations

import pyarrow as pa
import pytest

from app.exchange.quality_codes import QualityCodes, quality_of


@pytest.mark.parametrize(
    ("cells", "codes", "means"),
    [
        (["0", "130", "64", "1"], QualityCodes.OURS, [0, 130, 64, 1]),
        (["Good", "BAD", " uncertain", "0"], QualityCodes.OURS, [0, 128, 64, 0]),
        (["192", "216", "0", "24", "64", "255", "4288"], QualityCodes.OPC, [0, 0, 128, 128, 64, 0, 0]),
        (["Good", "bad", "Uncertain", "192"], QualityCodes.OPC, [0, 128, 64, 0]),
    ],
)
def test_codes_and_words_mean_ours(cells: list[str], codes: QualityCodes, means: list[int]) -> None:
    """Our own codes, those of OPC with limits and vendor bits, and the three words, also among numbers."""
    found, known, unsaid = quality_of(pa.array(cells), codes)
    assert found.tolist() == means
    assert known.all() and not unsaid.any()


@pytest.mark.parametrize(
    ("cell", "codes"),
    [("192", QualityCodes.OURS), ("-1", QualityCodes.OURS), ("0.5", QualityCodes.OURS), ("fine", QualityCodes.OURS),
     ("128", QualityCodes.OPC), ("70000", QualityCodes.OPC), ("nan", QualityCodes.OPC)],
)  # fmt: skip
def test_a_code_that_nobody_knows_is_none(cell: str, codes: QualityCodes) -> None:
    """192 is good elsewhere and would be bad here: what is not a code of ours is refused, not guessed."""
    _, known, _ = quality_of(pa.array(["0", cell]), codes)
    assert known.tolist() == [True, False]


def test_an_empty_cell_says_nothing() -> None:
    """Without a code a value is good; that nothing was said is told apart."""
    found, known, unsaid = quality_of(pa.array(["", "0", None]), QualityCodes.OURS)
    assert (found.tolist(), known.tolist(), unsaid.tolist()) == ([0, 0, 0], [False, True, False], [True, False, True])
