"""What the PLCs of the plant do: step functions over plain state, no sockets and no clock of their own."""
