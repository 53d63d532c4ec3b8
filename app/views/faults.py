"""Errors that nobody caught: logged and shown, and the room goes on."""

from __future__ import annotations

import logging
import sys
import threading
import traceback
from types import TracebackType

from PySide6.QtCore import QObject, Signal

__all__ = ["Faults"]

_log = logging.getLogger(__name__)


class Faults(QObject):
    """`happened` carries one sentence to whoever shows it; `count` is for the tour."""

    happened = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.count = 0

    def install(self) -> None:
        """Take over the hooks of the interpreter and of its threads."""
        sys.excepthook = self._hook
        threading.excepthook = self._thread_hook

    def _hook(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        self.count += 1
        _log.critical("an error that nobody caught:\n%s", "".join(traceback.format_exception(kind, error, trace)))
        self.happened.emit(f"{kind.__name__}: {error}")

    def _thread_hook(self, args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None:
            self._hook(args.exc_type, args.exc_value, args.exc_traceback)

    def tell(self, sentence: str) -> None:
        """Log and show a trouble that is no defect."""
        _log.error("%s", sentence)
        self.happened.emit(sentence)

    def uninstall(self) -> None:
        """Give the hooks back."""
        sys.excepthook = sys.__excepthook__
        threading.excepthook = threading.__excepthook__
