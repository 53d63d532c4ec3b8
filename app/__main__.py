"""`python -m app` and the `qianliyan` command."""

from __future__ import annotations


def main() -> None:
    """Choose a role by the command line."""
    from app.cli.main import app

    app()


if __name__ == "__main__":
    main()
