"""The room put back to an instant of the past: which, how it stood then, and how one gets there and back."""
