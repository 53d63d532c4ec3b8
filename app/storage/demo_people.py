"""The two accounts that every demo store has, so that everything can be tried, also what needs two persons. A live
store never gets them."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa

from app.model.access import EVERYWHERE, Role
from app.storage import tables_desk as desk
from app.storage.backend import Backend
from app.storage.inserting import inserting_once

__all__ = ["DEMO_NAME", "DEMO_SECOND", "DEMO_SECOND_PASSWORD", "add_demo_people"]

DEMO_NAME: Final = "demo"
"""Signs in without a password."""
DEMO_SECOND: Final = "demo2"
"""Signs in, or signs second, with this password, which is in the handbook."""
DEMO_SECOND_PASSWORD: Final = "demo-second"

# The hash of that password, so that a demo store is made without the wait for one. A test checks that it fits.
_SECOND_HASH: Final = (
    "$argon2id$v=19$m=65536,t=3,p=4$5WBbWchJcL+aIbvlB3t0pQ$OnWpqA32Zfvv2nW1yJYfYSnszh/OxiYkTn9CkQK6KEE"
)
_ACCOUNTS: Final = ((DEMO_NAME, "Demo · 演示", ""), (DEMO_SECOND, "Demo 2 · 演示二", _SECOND_HASH))


def add_demo_people(backend: Backend, connection: sa.Connection) -> None:
    """Make the accounts unless they are there: engineers who are supervisors everywhere besides."""
    for name, full_name, password in _ACCOUNTS:
        row = {"name": name, "full_name": full_name, "password": password, "role": Role.ENGINEER.value}
        insert = inserting_once(connection, desk.person).values(**row, created_ms=backend.now_ms)
        connection.execute(insert)
        grant = {"person": name, "area": EVERYWHERE, "role": Role.SUPERVISOR.value, "until_ms": None, "given_by": ""}
        connection.execute(inserting_once(connection, desk.area_role), grant)
