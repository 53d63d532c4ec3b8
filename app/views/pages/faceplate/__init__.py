"""The faceplate of one equipment: everything known about it, and its commands, in a panel at the right of the page."""
