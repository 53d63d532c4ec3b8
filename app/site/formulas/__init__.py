"""The language of formulas: text to tree, with units checked. docs/expressions.md is its reference."""
