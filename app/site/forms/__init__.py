"""What an engineer may write, one form per kind of file: strict pydantic models, used nowhere outside `app.site`."""
