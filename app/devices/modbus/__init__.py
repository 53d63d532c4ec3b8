"""Modbus TCP, RTU over TCP and serial RTU."""
