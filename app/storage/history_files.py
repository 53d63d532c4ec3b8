"""History on SQLite: a file for what lives for ever, and one for each month.

The lock of the first is the fence: whoever writes a month holds it meanwhile, so nobody can lead in between.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import sqlalchemy as sa

from app.errors import StoreTooOld
from app.storage.columns import HISTORY_OWNER
from app.storage.foreign import mapped_errors
from app.storage.history_link import MonthPlace, check_fence, raise_fence
from app.storage.history_numbers import count_drop, first_group
from app.storage.months import month_name, month_named, month_of
from app.storage.sqlite import SqliteBackend, engine_of, make_file, sync_folder
from app.storage.tables_history import FILE_MONTH, meta, month

__all__ = ["MONTH_REVISION", "FileHistoryLink", "MonthFiles", "check_month", "month_file", "month_files"]

MONTH_REVISION: Final = 1
"""Of the tables in a file of a month; the file carries it as its `user_version`."""
_KEPT_OPEN: Final = 3
_BUSY_S: Final = 5.0
_PREFIX, _SUFFIX, _DROPPED = "history-", ".sqlite", ".dropped"


def month_file(folder: Path, month_ms: int) -> Path:
    """Return where a month's file stands, or would."""
    return folder / f"{_PREFIX}{month_name(month_ms)}{_SUFFIX}"


def month_files(folder: Path) -> dict[int, Path]:
    """Return the files of the months there are, by month, ascending."""
    found = {}
    for file in folder.glob(f"{_PREFIX}*{_SUFFIX}"):
        month_ms = month_named(file.name.removeprefix(_PREFIX).removesuffix(_SUFFIX))
        if month_ms is not None:
            found[month_ms] = file
    return dict(sorted(found.items()))


def check_month(connection: sa.Connection, file: Path) -> None:
    """Raise StoreTooOld unless this program knows the tables of a month's file."""
    has = int(connection.exec_driver_sql("PRAGMA user_version").scalar_one())
    if has != MONTH_REVISION:
        what = "run `qianliyan store migrate` while no engine runs" if has < MONTH_REVISION else "install a newer one"
        raise StoreTooOld(f"{file} is at revision {has} and this program needs {MONTH_REVISION}: {what}")


class MonthFiles:
    """Engines on the files of months, opened when they are needed; the least lately used are closed again."""

    def __init__(self, folder: Path, *, mode: str, kept_open: int = _KEPT_OPEN) -> None:
        self._folder: Final = folder
        self._mode: Final = mode
        self._kept_open: Final = kept_open
        self._open: OrderedDict[int, tuple[sa.Engine, int]] = OrderedDict()

    def engine(self, month_ms: int) -> sa.Engine | None:
        """Return the engine of a month; None if there is no file. A file in the place of another counts as new."""
        file = month_file(self._folder, month_ms)
        try:
            number = file.stat().st_ino
        except FileNotFoundError:
            self.forget(month_ms)
            return None
        held = self._open.get(month_ms)
        if held is not None and held[1] == number:
            self._open.move_to_end(month_ms)
            return held[0]
        self.forget(month_ms)
        engine = engine_of(file, mode=self._mode, busy_s=_BUSY_S, wipes=False)
        try:
            with engine.connect() as connection:
                check_month(connection, file)
        except sa.exc.OperationalError:
            if file.exists():
                raise
            return None  # it was dropped in this moment
        self._open[month_ms] = (engine, number)
        while len(self._open) > self._kept_open:
            self.forget(next(iter(self._open)))
        return engine

    def forget(self, month_ms: int) -> None:
        """Close a month's file."""
        held = self._open.pop(month_ms, None)
        if held is not None:
            held[0].dispose()

    def close(self) -> None:
        """Close all files."""
        for month_ms in list(self._open):
            self.forget(month_ms)


class FileHistoryLink:
    """HistoryLink on a folder."""

    def __init__(self, backend: SqliteBackend) -> None:
        self._folder: Final = backend.folder
        self._writer = backend.writer(HISTORY_OWNER)
        self._reader = backend.reader(HISTORY_OWNER)
        self._months = MonthFiles(backend.folder, mode="rw")
        self._epoch: int | None = None
        self._untidy: set[int] | None = None
        """Months that may have free pages; None: look at all once."""

    def lead(self, epoch: int) -> None:
        with mapped_errors(), self._writer.begin() as connection:
            raise_fence(connection, epoch)
            self._sweep()
        self._epoch = epoch

    @contextmanager
    def lasting(self) -> Iterator[sa.Connection]:
        with mapped_errors(), self._writer.begin() as connection:
            check_fence(connection, self._epoch)
            yield connection

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        with mapped_errors(), self._reader.connect() as connection:
            yield connection

    def months(self) -> tuple[int, ...]:
        with mapped_errors():
            return tuple(month_files(self._folder))

    @contextmanager
    def writing(self, month_ms: int) -> Iterator[MonthPlace]:
        with self.lasting() as fenced:
            engine = self._months.engine(month_ms) or self._made(fenced, month_ms)
            if self._untidy is not None:
                self._untidy.add(month_ms)
            with engine.begin() as connection:
                yield MonthPlace(connection, FILE_MONTH, month_ms)

    @contextmanager
    def reading_month(self, month_ms: int) -> Iterator[MonthPlace | None]:
        # By the connection that writes: there is one writer, and this is its thread.
        with mapped_errors():
            engine = self._months.engine(month_ms)
            if engine is None:
                yield None
                return
            with engine.connect() as connection:
                yield MonthPlace(connection, FILE_MONTH, month_ms)

    def drop(self, month_ms: int) -> None:
        with self.lasting() as connection:
            count_drop(connection)  # is to be known before the month is gone
        with self.lasting() as connection:
            connection.execute(sa.delete(month).where(month.c.month_ms == month_ms))
            self._months.forget(month_ms)
            file = month_file(self._folder, month_ms)
            if file.exists():
                # Renamed first: after that nobody finds half of it, and readers that have it open go on with it.
                file.replace(file.with_suffix(_DROPPED))
                sync_folder(self._folder)
            self._sweep()

    def tidy(self, pages: int) -> bool:
        with self.lasting() as connection:
            if _shrink(connection, pages):
                return True
        if self._untidy is None:
            self._untidy = set(self.months())
        while self._untidy:
            month_ms = max(self._untidy)
            with mapped_errors():
                engine = self._months.engine(month_ms)
                if engine is not None:
                    with engine.begin() as connection:
                        if _shrink(connection, pages):
                            return True
            self._untidy.discard(month_ms)
        return False

    def close(self) -> None:
        self._epoch = None
        self._months.close()
        self._writer.dispose()
        self._reader.dispose()

    def _made(self, fenced: sa.Connection, month_ms: int) -> sa.Engine:
        file = month_file(self._folder, month_ms)
        for left in self._beside(file):
            left.unlink(missing_ok=True)  # the log of a month that was dropped would be taken for the new one's
        store_id = fenced.execute(sa.select(meta.c.store_id)).scalar_one()
        first = first_group(fenced)
        make_file(file, lambda connection: _fill(connection, month_ms, store_id, first), shrinks=True)
        engine = self._months.engine(month_ms)
        assert engine is not None, "a file that was just made is gone"
        return engine

    def _sweep(self) -> None:
        """Remove what a kill left of months that were dropped: first their logs, then the files themselves."""
        for dropped in self._folder.glob(f"{_PREFIX}*{_DROPPED}"):
            file = dropped.with_suffix(_SUFFIX)
            for left in (*(() if file.exists() else self._beside(file)), dropped):
                try:
                    left.unlink(missing_ok=True)
                except PermissionError:
                    break  # Windows, and a reader has it open still: the next leader removes it

    def _beside(self, file: Path) -> list[Path]:
        return [file.with_name(f"{file.name}{end}") for end in ("-wal", "-shm", "-journal")]


def _fill(connection: sa.Connection, month_ms: int, store_id: str, first: int) -> None:
    tables = FILE_MONTH
    tables.month_count.metadata.create_all(connection)
    row = {"longest": 0, "last_group": first, "changes": first}
    connection.execute(sa.insert(tables.month_count).values(month_ms=month_of(month_ms), store_id=store_id, **row))
    connection.exec_driver_sql(f"PRAGMA user_version = {MONTH_REVISION}")


def _shrink(connection: sa.Connection, pages: int) -> bool:
    """Give at most so many free pages back; False when there are none."""
    free = int(connection.exec_driver_sql("PRAGMA freelist_count").scalar_one())
    for _ in range(min(free, pages)):
        # One at a time: it gives a page back at each step, and Python's driver takes only one step of what has no rows.
        connection.exec_driver_sql("PRAGMA incremental_vacuum(1)")
    return free > 0
