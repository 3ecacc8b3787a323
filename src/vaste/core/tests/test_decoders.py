"""Structs are described while modules are imported, never by the first requests: two at once would end the process (ADR 43)."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import vaste

_ROOT = Path(vaste.__file__).parent
_MODULES = sorted(path for path in _ROOT.rglob("*.py") if "tests" not in path.relative_to(_ROOT).parts)
_FORMS = {"json", "msgpack", "toml", "yaml"}
# A decoder of ours, which describes its shape when it is made.
_DECODER = _ROOT / "core" / "toml.py"


def _decodes_a_type(node: ast.AST) -> bool:
    """Tell whether this is msgspec.<form>.decode(…, type=…)."""
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "decode"
        and isinstance(node.func.value, ast.Attribute)
        and node.func.value.attr in _FORMS
        and any(keyword.arg == "type" for keyword in node.keywords)
    )


def _lines_that_decode_when_called(source: str) -> Iterator[int]:
    for function in ast.walk(ast.parse(source)):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            yield from (node.lineno for node in ast.walk(function) if _decodes_a_type(node))


@pytest.mark.parametrize("module", [path for path in _MODULES if path != _DECODER], ids=lambda path: str(path.relative_to(_ROOT)))
def test_no_function_has_a_type_described_at_its_first_call(module):
    assert not list(_lines_that_decode_when_called(module.read_text(encoding="utf-8")))


def test_a_decoding_in_a_function_is_found():
    assert list(_lines_that_decode_when_called("def read(octets):\n    return msgspec.json.decode(octets, type=Words)")) == [2]
    assert not list(_lines_that_decode_when_called("WORDS = msgspec.toml.decode(octets, type=Words)"))
