"""Definitions that come from outside, the code of Custom layers and recipes of plug-ins: carried along as they stand.

Only a name that the script, a recipe or another such text has already is changed, everywhere in the text.
"""

import ast
import functools
import importlib.resources
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from designer.catalogue.blocks import BlockSpec
from designer.catalogue.shapes import Inferred
from designer.catalogue.spec import LayerSpec, TorchCall
from designer.catalogue.written import Mistake, read_code
from designer.codegen.forms import Form
from designer.codegen.imports import Import
from designer.codegen.names import RESERVED
from designer.codegen.readiness import refuse
from designer.codegen.recipes import (
    Definition,
    Recipe,
    collect_definitions,
    parse_recipe,
    pick_definitions,
    read_recipe,
)

# What the names mean that every script may bring in; an import of the same thing in other words is written in these.
_KNOWN: Mapping[str, Import] = {
    "F": ("torch.nn.functional", "", "F"),
    "Path": ("pathlib", "Path", ""),
    "Tensor": ("torch", "Tensor", ""),
    "DistributedDataParallel": ("torch.nn.parallel", "DistributedDataParallel", ""),
    "argparse": ("argparse", "", ""),
    "dist": ("torch.distributed", "", "dist"),
    "nn": ("torch", "nn", ""),
    "np": ("numpy", "", "np"),
    "os": ("os", "", ""),
    "pd": ("pandas", "", "pd"),
    "save_file": ("safetensors.torch", "save_file", ""),
    "torch": ("torch", "", ""),
}
_SAME: Mapping[Import, Import] = {
    ("torch.nn", "", "nn"): _KNOWN["nn"],
    ("torch.nn", "functional", "F"): _KNOWN["F"],
    ("torch", "distributed", "dist"): _KNOWN["dist"],
}


def settle_definitions(forms: Sequence[Form], given: Iterable[str] = ()) -> tuple[Definition, ...]:
    """Return all that the classes of a network need above them; layers get the names that their classes have there.

    None of these is one of those `given`. Raises NotReady where code of a Custom layer cannot stand in a script.
    """
    own: dict[str, set[str]] = {}
    outside: dict[tuple[str, str], list[tuple[Form, Inferred]]] = {}
    for form in forms:
        layers = list(map(form.inference.nodes.__getitem__, form.order))
        all_specs = [known.spec for known in layers]
        specs = dict(zip(map(id, all_specs), all_specs, strict=True))  # of which there are few
        needy = {key for key, spec in specs.items() if _needs_more(spec)}
        for known in [known for known in layers if id(known.spec) in needy] if needy else ():
            call = _call(known)
            if call.code or ":" in call.recipe:
                outside.setdefault((call.code, call.recipe), []).append((form, known))
            elif call.recipe:
                own.setdefault(call.recipe, set()).add(call.constructor)
    definitions = [item for recipe, names in own.items() for item in collect_definitions(recipe, names)]
    if outside:
        taken, bound = {*RESERVED, *_names_of_recipes(), *given}, dict(_KNOWN)
        for users in outside.values():
            definitions += _settle(users, forms[-1], taken, bound)
    return tuple(definitions)


def _needs_more(spec: LayerSpec | None) -> bool:
    """Return whether something must stand above the classes for layers of a kind."""
    return spec is not None and not isinstance(spec, BlockSpec) and bool(spec.call.code or spec.call.recipe)


def _settle(
    users: Sequence[tuple[Form, Inferred]], top: Form, taken: set[str], bound: dict[str, Import]
) -> list[Definition]:
    """Return the definitions that a text gives, with names that are free; these are taken from then on."""
    first = users[0][1]
    definitions = pick_definitions(_read(first), sorted({_call(known).constructor for _, known in users}))
    own = {definition.name for definition in definitions}
    new: dict[str, str] = {}
    for definition in definitions:
        name, number = definition.name, 2
        while name in taken or (name != definition.name and name in own):
            name, number = f"{definition.name}{number}", number + 1
        if name != definition.name:
            new[definition.name] = name
        taken.add(name)
    for form, known in users:
        call, spec = _call(known), known.spec
        if spec is not None and call.constructor in new:
            named = known._replace(spec=replace(spec, call=replace(call, constructor=new[call.constructor])))
            form.inference = replace(form.inference, nodes={**form.inference.nodes, known.node.id: named})
    node = next((known.node.id for form, known in users if form is top and _call(known).code), "")
    return [_adopt(one, new, node, first, bound, taken) for one in definitions]


def _adopt(
    one: Definition, new: Mapping[str, str], node: str, known: Inferred, bound: dict[str, Import], taken: set[str]
) -> Definition:
    """Return a definition under its new name, its imports under names that mean the same in the whole script."""
    imports = []
    for given in one.imports:
        item = _SAME.get(given, given)
        name = item[2] or item[1] or item[0].partition(".")[0]
        before = bound.get(name)
        plain = not item[1] and not item[2] and before is not None and not before[1] and not before[2]
        if (before is None and name in taken) or (before is not None and before != item and not plain):
            what = f"{item[0]}.{item[1]}" if item[1] else item[0]
            message = (
                f"imports `{what}` as `{name}`, a name that the script has for something else. Import it under another"
            )
            raise refuse(f"{known.subject} {message}.", known.node.id)
        bound.setdefault(name, item)
        taken.add(name)
        imports.append(item)
    text = one.text
    if new:
        try:
            text = rename(one.text, new)
        except Clash as clash:
            message = f"calls something `{clash}` within its code that the script has too. Give it another name"
            raise refuse(f"{known.subject} {message}.", known.node.id) from None
    return replace(one, name=new.get(one.name, one.name), text=text, imports=frozenset(imports), node=node)


class Clash(Exception):
    """A name that cannot be changed in a text without changing what it means."""


def rename(text: str, new: Mapping[str, str]) -> str:
    """Return the text of one definition with other names for some of the top level. Raises Clash."""
    (top,) = ast.parse(text).body
    lines = [line.encode() for line in text.split("\n")]
    places: list[tuple[int, int, str]] = []
    if isinstance(top, ast.FunctionDef | ast.ClassDef) and top.name in new:
        before = lines[top.lineno - 1][top.col_offset :]
        places.append((top.lineno, top.col_offset + before.index(top.name.encode()), top.name))
    for item in ast.walk(top):
        if isinstance(item, ast.Name) and item.id in new:
            if not isinstance(item.ctx, ast.Load):
                raise Clash(item.id)
            places.append((item.lineno, item.col_offset, item.id))
        elif isinstance(item, ast.arg) and item.arg in new:
            raise Clash(item.arg)
        elif isinstance(item, ast.Global | ast.Nonlocal) and (shared := [name for name in item.names if name in new]):
            raise Clash(shared[0])
        elif isinstance(item, ast.alias) and (item.asname or item.name.partition(".")[0]) in new:
            raise Clash(item.asname or item.name)
    for line, column, name in sorted(places, reverse=True):
        row = lines[line - 1]
        lines[line - 1] = row[:column] + new[name].encode() + row[column + len(name.encode()) :]
    return "\n".join(line.decode() for line in lines)


def _read(known: Inferred) -> Recipe:
    call = _call(known)
    if not call.code:
        return read_recipe(call.recipe)
    code = read_code(call.code)
    if isinstance(code, Mistake):  # inference has said so before
        raise refuse(f"{known.subject}: line {code.line} of its code {code.message}.", known.node.id)
    return parse_recipe(call.code)


def _call(known: Inferred) -> TorchCall:
    assert known.spec is not None
    return known.spec.call


@functools.cache
def _names_of_recipes() -> frozenset[str]:
    """Return the names of all definitions that a script may carry from designer/recipes."""
    files = importlib.resources.files("designer.recipes").iterdir()
    names = [file.name.removesuffix(".py") for file in files if file.name.endswith(".py") and file.name[0] != "_"]
    return frozenset(name for file in names for name in read_recipe(file).definitions)
