"""OPC UA on asyncua."""
