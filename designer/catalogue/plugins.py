"""Layers from other packages: whoever installs one with an entry point in the group `designer.layers` finds it here.

The entry point names a LayerSpec, several of them, or a function that returns them. A plug-in's own torch code is a file
of its package that stands alone, as those of designer/recipes do: `TorchCall(..., recipe="package:file")`. Installed
code is trusted, but it is not believed: what is wrong with a plug-in is a sentence, and everything else works.
"""

import importlib.util
import keyword
import sys
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, get_args

from designer.catalogue.parameters import Parameter, Unacceptable
from designer.catalogue.spec import Family, LayerSpec, Port, ShapeError, TorchCall

GROUP = "designer.layers"
FAMILIES = frozenset(get_args(Family)) - {"block", "data"}


@dataclass(frozen=True, slots=True)
class Plugin:
    """An entry point: its name, and the object it names as `module:attribute`."""

    name: str
    target: str


@dataclass(frozen=True, slots=True)
class Loaded:
    """The layers of all plug-ins, and a sentence for each that could not be taken."""

    specs: tuple[LayerSpec, ...] = ()
    faults: tuple[str, ...] = ()


class Unfit(Exception):
    """Why a declaration cannot be taken. The message finishes the sentence "The plug-in `name` ..."."""


def load_plugins(taken: Collection[str]) -> Loaded:
    """Return the layers of all installed plug-ins; `taken` are the kinds that exist already. Never raises."""
    specs: dict[str, LayerSpec] = {}
    faults: list[str] = []
    for plugin in find_plugins(sys.path):
        try:
            for spec in _read(plugin):
                _demand_fit(spec, {*taken, *specs})
                specs[spec.kind] = _guard(spec, plugin.name)
        except Unfit as reason:
            faults.append(f"The plug-in `{plugin.name}` {reason}. The rest of the program works.")
    return Loaded(tuple(specs.values()), tuple(faults))


def find_plugins(folders: Iterable[str]) -> tuple[Plugin, ...]:
    """Return the entry points of the group that packages in these folders declare, by name.

    Read straight from their metadata: `importlib.metadata` takes ten times as long to import as this to run.
    """
    found: dict[str, Plugin] = {}
    for folder in dict.fromkeys(folders):
        try:
            names = sorted(path.name for path in Path(folder or ".").iterdir() if path.suffix in _METADATA)
        except OSError:  # gone, or a zip file
            continue
        for name in names:
            try:
                text = Path(folder, name, "entry_points.txt").read_text("utf-8")
            except (OSError, ValueError):
                continue
            if GROUP in text:
                for plugin in _parse(text):
                    found.setdefault(plugin.name, plugin)
    return tuple(sorted(found.values(), key=lambda plugin: plugin.name))


_METADATA = (".dist-info", ".egg-info")


def _parse(text: str) -> Iterator[Plugin]:
    """Yield the entry points of the group: lines `name = module:attribute` under its heading."""
    section = ""
    for line in map(str.strip, text.splitlines()):
        if line.startswith("["):
            section = line.strip("[] ")
        elif section == GROUP and "=" in line and line[0] not in "#;":
            name, _, target = line.partition("=")
            yield Plugin(name.strip(), target.partition("[")[0].strip())


def _read(plugin: Plugin) -> tuple[LayerSpec, ...]:
    """Return what an entry point names, as declarations. Runs the plug-in; raises Unfit whatever happens in there."""
    module, _, attribute = plugin.target.partition(":")
    try:
        found: Any = importlib.import_module(module)
        for part in filter(None, attribute.split(".")):
            found = getattr(found, part)
        if callable(found):
            found = found()
        items = (found,) if isinstance(found, LayerSpec) else tuple(found)
    except (Exception, SystemExit) as error:
        raise Unfit(f"cannot be loaded ({_tell(error)})") from error
    for item in items:
        if not isinstance(item, LayerSpec):
            raise Unfit(f"gives a {type(item).__name__} where a LayerSpec belongs")
    return items


def _demand_fit(spec: LayerSpec, taken: Collection[str]) -> None:
    """Raise Unfit where a declaration would break what is derived from it."""
    kind = spec.kind
    if not isinstance(kind, str) or not kind.isidentifier() or keyword.iskeyword(kind):
        raise Unfit(f"declares the kind {kind!r}, which is not a name of letters and digits")
    if kind in taken:
        raise Unfit(f"declares `{kind}`, which exists already")
    if spec.family not in FAMILIES or spec.role != "layer":
        raise Unfit(f"declares `{kind}` in the family {spec.family!r}, which no plug-in can add to")
    if not isinstance(spec.call, TorchCall) or not all(map(callable, (spec.shape, spec.weights, spec.multiply_adds))):
        raise Unfit(f"declares `{kind}` without its rules")
    if not all(isinstance(port, Port) for port in (*spec.inputs, *spec.outputs)) or not spec.outputs:
        raise Unfit(f"declares `{kind}` with ports that are none")
    for parameter in spec.parameters:
        _demand_sound(kind, parameter)
    package, colon, _ = spec.call.recipe.partition(":")
    if colon and importlib.util.find_spec(package) is None:
        raise Unfit(f"declares `{kind}` with a recipe in `{package}`, which is not installed")


def _demand_sound(kind: str, parameter: Parameter) -> None:
    if not isinstance(parameter, Parameter):
        raise Unfit(f"declares `{kind}` with a parameter that is a {type(parameter).__name__}")
    try:
        parameter.type.accept(parameter.default)
    except (Unacceptable, AttributeError, TypeError) as error:
        raise Unfit(f"declares `{kind}` with a wrong default of `{parameter.name}` ({_tell(error)})") from error


def _guard(spec: LayerSpec, plugin: str) -> LayerSpec:
    """Return the declaration with rules that refuse instead of failing: a fault of the plug-in stays at its layer."""

    def guard(rule: Callable[..., Any]) -> Callable[..., Any]:
        def guarded(*given: object) -> Any:
            try:
                return rule(*given)
            except ShapeError:
                raise
            except Exception as error:
                what = f"cannot be used: the plug-in `{plugin}` it comes from failed ({_tell(error)})"
                raise ShapeError(what) from error

        return guarded

    return replace(spec, shape=guard(spec.shape), weights=guard(spec.weights), multiply_adds=guard(spec.multiply_adds))


def _tell(error: BaseException) -> str:
    return " ".join(f"{type(error).__name__}: {error}".split())[:200]
