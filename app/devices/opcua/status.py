"""From OPC UA status codes and variants to our qualities and numbers."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final

from asyncua import ua
from asyncua.ua.status_codes import StatusCodes

from app.model.quality import Quality

__all__ = ["number_of", "proves_not_taken", "quality_of", "utc_ms"]

_S: Final = StatusCodes
_SPECIAL: Final[dict[int, Quality]] = {
    _S.GoodLocalOverride: Quality.MANUAL,
    _S.UncertainEngineeringUnitsExceeded: Quality.OUT_OF_RANGE,
    _S.UncertainSensorNotAccurate: Quality.UNCERTAIN,
    _S.BadCommunicationError: Quality.COMM_LOST,
    _S.BadNoCommunication: Quality.COMM_LOST,
    _S.BadNotConnected: Quality.COMM_LOST,
    _S.BadTimeout: Quality.COMM_LOST,
    _S.BadShutdown: Quality.COMM_LOST,
    _S.BadSensorFailure: Quality.SENSOR_FAULT,
    _S.BadDeviceFailure: Quality.SENSOR_FAULT,
    _S.BadOutOfRange: Quality.SENSOR_FAULT,
    _S.BadWaitingForInitialData: Quality.NOT_YET,
    _S.BadNodeIdUnknown: Quality.REFUSED,
    _S.BadNodeIdInvalid: Quality.REFUSED,
    _S.BadAttributeIdInvalid: Quality.REFUSED,
    _S.BadNotReadable: Quality.REFUSED,
    _S.BadUserAccessDenied: Quality.REFUSED,
}
_PERHAPS_TAKEN: Final = frozenset(
    {
        _S.BadTimeout, _S.BadRequestTimeout, _S.BadInternalError, _S.BadUnexpectedError, _S.BadCommunicationError,
        _S.BadNoCommunication, _S.BadDeviceFailure, _S.BadOutOfMemory, _S.BadResourceUnavailable, _S.BadShutdown,
        _S.BadServerHalted, _S.BadRequestInterrupted, _S.BadRequestCancelledByRequest, _S.BadRequestCancelledByClient,
        _S.BadConnectionClosed, _S.BadSecureChannelClosed, _S.BadDisconnect, _S.BadNotConnected, _S.BadUnknownResponse,
        _S.BadInvalidState, _S.BadOperationAbandoned,
    }
)  # fmt: skip
_SEVERITY: Final = (Quality.GOOD, Quality.UNCERTAIN, Quality.BAD, Quality.BAD)


def quality_of(status: int) -> Quality:
    """Return our quality of a status code: by its meaning where we have one, else by its severity (OPC 10000-4, 7.39).

    The lower 16 bits are flags and do not change the meaning.
    """
    special = _SPECIAL.get(status & 0xFFFF0000)
    return special if special is not None else _SEVERITY[(status >> 30) & 3]


def proves_not_taken(status: int) -> bool:
    """Return whether a status in answer to a write proves that nothing was written: bad, and none of those by which a
    server says that it failed, was interrupted or heard nothing while it was at it (OPC 10000-4, 7.39)."""
    return _SEVERITY[(status >> 30) & 3] is Quality.BAD and status & 0xFFFF0000 not in _PERHAPS_TAKEN


def number_of(value: Any, intern: Callable[[str], float] | None) -> float:
    """Return a variant's value as a number: booleans 0 and 1, times as UTC seconds, texts by `intern`; else NaN."""
    if isinstance(value, bool | int | float):
        return float(value)
    if isinstance(value, datetime):
        return utc_ms(value) / 1000
    if isinstance(value, ua.LocalizedText):
        value = value.Text
    if isinstance(value, str) and intern is not None:
        return intern(value)
    return math.nan


def utc_ms(time: datetime) -> int:
    """Return UTC milliseconds; a time without a zone is UTC by OPC UA's rule."""
    return round((time if time.tzinfo else time.replace(tzinfo=UTC)).timestamp() * 1000)
