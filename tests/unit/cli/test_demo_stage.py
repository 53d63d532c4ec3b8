"""The demo's stage: ports that are free and its own."""

from __future__ import annotations

import socket

from app.cli.demo.stage import HOST, free_ports


def test_free_ports_are_different_and_can_be_taken() -> None:
    """Every port is another one and can be bound at once."""
    ports = free_ports(5)
    assert len(set(ports)) == 5
    for port in ports:
        with socket.socket() as taken:
            taken.bind((HOST, port))
