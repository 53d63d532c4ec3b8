"""From the text of a formula to its syntax, by a grammar that Lark turns into an LALR parser. Nothing is evaluated."""

from __future__ import annotations

import math
from functools import cache
from typing import Any, Final

from lark import Lark, Token, Transformer
from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken

from app.site.formulas.syntax import Call, Problem, Quantity, Reference, Syntax

__all__ = ["LONGEST", "parse"]

LONGEST: Final = 1000
"""Characters of a formula."""

# A word takes - and / into itself: that is how tags are called. Signs between words have spaces around them.
_GRAMMAR: Final = r"""
?start: either

?either: both | either OR both -> binary
?both: inverse | both AND inverse -> binary
?inverse: comparison | NOT inverse -> unary
?comparison: sum | sum COMPARISON sum -> binary
?sum: product | sum SIGN product -> binary
?product: signed | product TIMES signed -> binary
?signed: power | SIGN signed -> unary
?power: atom | atom RAISED signed -> binary
?atom: NUMBER UNIT? -> quantity
     | WORD "(" [either ("," either)*] ")" -> call
     | WORD -> tag
     | "{" WORD "}" -> parameter
     | (TRUE | FALSE) -> truth
     | "(" either ")"

OR: "or"
AND: "and"
NOT: "not"
TRUE: "true"
FALSE: "false"
COMPARISON: "<=" | ">=" | "==" | "!=" | "<" | ">"
SIGN: "+" | "-" | "−"
TIMES: "*" | "/" | "×" | "÷" | "·"
RAISED: "^"
NUMBER: /\d+(\.\d+)?([eE][+-]?\d+)?/
WORD: /[a-z][a-z0-9_-]*(\/[a-z][a-z0-9_-]*)*/
UNIT: /(?!(and|or)\b)[^\s\d(){},+\-−*×÷·^<>=!\/.]+[²³]?[23]?(\/\d*[^\s\d(){},+\-−*×÷·^<>=!\/.]+[23]?)*/
%ignore /[\s\x07]+/
"""

_SIGNS: Final = {"−": "-", "×": "*", "·": "*", "÷": "/"}
_SIGN: Final = "a sign such as + or <"
_EXPECTED: Final = {
    "NUMBER": "a number", "WORD": "a tag or a function", "NOT": "not", "TRUE": "true", "FALSE": "false", "LPAR": "(",
    "LBRACE": "a {parameter}", "RBRACE": "}", "UNIT": "a unit", "OR": _SIGN, "AND": _SIGN, "COMPARISON": _SIGN,
    "SIGN": _SIGN, "TIMES": _SIGN, "RAISED": _SIGN, "COMMA": ",", "RPAR": ")",
}  # fmt: skip


def parse(text: str) -> Syntax | Problem:
    """Return what a formula says, or the first place at which it cannot be read."""
    if len(text) > LONGEST:
        return Problem(LONGEST, f"longer than {LONGEST} characters: give parts of it tags of their own")
    try:
        found = _parser().parse(text)
    except UnexpectedInput as error:
        return _problem(text, error)
    assert isinstance(found, Quantity | Reference | Call)
    return found


@cache
def _parser() -> Lark:
    # The contextual lexer looks for a unit only behind a number, and for a tag only where a value may stand.
    return Lark(_GRAMMAR, parser="lalr", lexer="contextual", transformer=_Tree(), maybe_placeholders=False)


def _problem(text: str, error: UnexpectedInput) -> Problem:
    if isinstance(error, UnexpectedToken):
        expected = set(error.accepts or error.expected)
        if error.token.type == "$END":
            return Problem(len(text.rstrip()), f"ends too early: {_wanted(expected)} is missing")
        if error.token.type == "COMPARISON":
            return Problem(error.token.start_pos or 0, "compares three things: write `a < b and b < c`")
        return Problem(error.token.start_pos or 0, f"{str(error.token)!r} is not understood here: {_told(expected)}")
    at = error.pos_in_stream if isinstance(error.pos_in_stream, int) else len(text)
    allowed = set(error.allowed or ()) if isinstance(error, UnexpectedCharacters) else set()
    return Problem(at, f"{text[at : at + 1]!r} is not understood here: {_told(allowed - {'RPAR'})}")


def _told(names: set[str]) -> str:
    return f"{_wanted(names)} is expected"


def _wanted(names: Any) -> str:
    words = list(dict.fromkeys(word for name, word in _EXPECTED.items() if name in names))
    if "a number" in words:
        return "a value"
    if _SIGN in words:  # tables of the parser are wider than what can come: brackets are told only where one is open
        words = [_SIGN, *(word for word in words if word in ("a unit", ")"))]
    return ", ".join(words[:-1]) + (" or " if len(words) > 1 else "") + words[-1] if words else "something else"


class _Tree(Transformer[Token, Syntax]):
    """Called while the parser goes: no tree of Lark's own is made, and nothing recurses."""

    def binary(self, parts: list[Any]) -> Syntax:
        left, sign, right = parts
        return Call(_at(sign), _SIGNS.get(str(sign), str(sign)), (left, right))

    def unary(self, parts: list[Any]) -> Syntax:
        sign, operand = parts
        name = _SIGNS.get(str(sign), str(sign))
        if name == "+":
            return operand  # type: ignore[no-any-return]
        return Call(_at(sign), "neg" if name == "-" else name, (operand,))

    def quantity(self, parts: list[Any]) -> Syntax:
        value = float(parts[0])
        if not math.isfinite(value):
            value = math.inf
        return Quantity(_at(parts[0]), value, str(parts[1]) if len(parts) > 1 else "")

    def call(self, parts: list[Any]) -> Syntax:
        return Call(_at(parts[0]), str(parts[0]), tuple(parts[1:]))

    def tag(self, parts: list[Any]) -> Syntax:
        return Reference(_at(parts[0]), str(parts[0]))

    def parameter(self, parts: list[Any]) -> Syntax:
        return Reference(_at(parts[0]), str(parts[0]), parameter=True)

    def truth(self, parts: list[Any]) -> Syntax:
        return Call(_at(parts[0]), str(parts[0]), ())


def _at(token: Token) -> int:
    return token.start_pos or 0
