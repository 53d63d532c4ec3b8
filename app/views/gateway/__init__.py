"""The only door of the room to storage, site and exchange: what blocks runs on threads of its own."""
