"""What a script's own `load_data` makes on its way: the table, the rows of each part, what was fitted."""

import ast
from pathlib import Path
from typing import Any

from designer.engine.build import Script
from designer.engine.loading import check_place

PARTS = "parts"


def gather(script: Script, path: Path | None) -> dict[str, Any]:
    """Run `load_data` and return its variables by name, and as "parts" the pairs (x, y) that it returns.

    The text is the script's own, but for its last statement, which gives all variables instead. Raises what the
    recipes raise.
    """
    function = _find_loader(script.source.text)
    last = function.body[-1]
    assert isinstance(last, ast.Return)
    assert last.value is not None
    everything = ast.parse(f"dict(locals(), {PARTS}=None)", mode="eval").body
    assert isinstance(everything, ast.Call)
    everything.keywords[0].value = last.value
    last.value = ast.copy_location(everything, last.value)
    function.name, function.returns = "gather_data", None
    module = ast.fix_missing_locations(ast.Module([function], []))
    if path is not None:
        check_place(path)
    names = dict(script.names)  # a copy: the script keeps its own functions
    exec(compile(module, script.filename, "exec"), names)  # noqa: S102 - the text of a script that `build` ran
    given = {"path": path} if script.source.takes_path else {}
    found: dict[str, Any] = names["gather_data"](**given)
    return found


def _find_loader(text: str) -> ast.FunctionDef:
    """Return the definition of `load_data` in a script."""
    for statement in ast.parse(text).body:
        if isinstance(statement, ast.FunctionDef) and statement.name == "load_data":
            return statement
    raise ValueError("The script has no function `load_data`. Generate it again.")
