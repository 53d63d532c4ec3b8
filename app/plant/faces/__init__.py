"""How the plant is seen from outside: Modbus TCP, RTU-over-TCP and OPC UA servers, with faults on demand."""
