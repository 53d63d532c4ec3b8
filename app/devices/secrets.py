"""Passwords of devices: from the environment or from the operating system's key store, never from a site file."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from typing import Final

from app.errors import ConfigurationFault

__all__ = ["password_of", "variable_of"]

SERVICE: Final = "qianliyan"


def variable_of(device_id: str) -> str:
    """Return the environment variable that may carry the device's password."""
    return "QIANLIYAN_PASSWORD_" + re.sub(r"[^A-Z0-9]", "_", device_id.upper())


def password_of(device_id: str, *, environment: Mapping[str, str] | None = None) -> str:
    """Return the password of a device. Raises ConfigurationFault that names where to put it."""
    variable = variable_of(device_id)
    found = (os.environ if environment is None else environment).get(variable)
    if found is None:
        found = _from_key_store(device_id)
    if found is None:
        raise ConfigurationFault(
            f"no password for device {device_id}: set {variable} or run `keyring set {SERVICE} {device_id}`"
        )
    return found


def _from_key_store(device_id: str) -> str | None:
    # Imported here: it asks the desktop for its key store, which a server without one need not have.
    import keyring
    from keyring.errors import KeyringError

    try:
        found: str | None = keyring.get_password(SERVICE, device_id)
    except KeyringError:
        return None  # no key store on this machine, or locked: the message names the variable
    return found
