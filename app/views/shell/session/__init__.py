"""Who sits here: signing in and out, locking, the first account."""
