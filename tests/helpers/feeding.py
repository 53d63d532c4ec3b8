"""Sets values of a LiveValues by path, as one frame would."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from app.model.quality import Quality
from app.series.batch import SampleBatch
from app.views.state.live import LiveValues

__all__ = ["batch_of", "feed"]


def batch_of(live: LiveValues, values: Mapping[str, float], *, t: int, quality: int = Quality.GOOD) -> SampleBatch:
    """Return a batch of these values, all of source time `t` (UTC ms)."""
    specs = {path: live.spec(path) for path in values}
    missing = [path for path, spec in specs.items() if spec is None]
    assert not missing, f"the site has no tags {missing}"
    n = len(values)
    return SampleBatch(
        np.array([spec.number for spec in specs.values() if spec], np.int32),
        np.array(list(values.values()), np.float64),
        np.full(n, quality, np.uint16),
        np.full(n, t, np.int64),
        t,
    )


def feed(live: LiveValues, values: Mapping[str, float], *, t: int, quality: int = Quality.GOOD) -> None:
    """Apply them."""
    live.apply(batch_of(live, values, t=t, quality=quality))
