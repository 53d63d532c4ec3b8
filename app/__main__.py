"""`python -m app` and the `qianliyan` command."""

from __future__ import annotations

import faulthandler
import sys


def main() -> None:
    """Choose a role by the command line. Ends with one sentence and code 2 for what a person wrote wrongly, 1 for
    what the machine, a device or the store refuses; a defect of ours keeps its traceback."""
    from app.cli.main import app
    from app.cli.streams import no_room, show_anything, with_all_written
    from app.errors import ConfigurationFault, InternalFault, QianliyanError
    from app.launcher import die_with_parent

    die_with_parent()
    if sys.stderr is not None:  # a windowed program on Windows has none
        faulthandler.enable()  # a crash in native code must say in the log where it was
    show_anything()
    try:
        with_all_written(app)
    except InternalFault:
        raise
    except QianliyanError as error:
        sys.stderr.write(f"qianliyan: {error}\n")
        sys.exit(2 if isinstance(error, ConfigurationFault) else 1)
    except OSError as error:
        if not no_room(error):
            raise
        sys.stderr.write(f"qianliyan: {error.filename or 'the output'} cannot be written: {error.strerror}\n")
        sys.exit(1)


if __name__ == "__main__":
    main()
