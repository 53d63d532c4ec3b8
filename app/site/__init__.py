"""Typed site files; compiles to `model.spec`, which is all that others see."""
