"""All Qt: the room."""
