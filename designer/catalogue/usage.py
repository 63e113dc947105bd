"""What one node makes of its declaration: parameters and options worked out, expressions included, and its own ports."""

from collections.abc import Mapping
from dataclasses import replace

from frozendict import frozendict

from designer.catalogue.options import OPTIONS
from designer.catalogue.parameters import Objection, Parameter, Text, Values, resolve
from designer.catalogue.spec import LayerSpec
from designer.document.expressions import ExpressionError, Names, evaluate, is_expression
from designer.document.graph import NO_PARAMETERS, Parameters, Value

NO_NAMES: Names = frozendict()
DEFAULT_OPTIONS, _ = resolve(OPTIONS, NO_PARAMETERS)


def resolve_with(
    parameters: tuple[Parameter, ...], given: Parameters, names: Names
) -> tuple[Values, tuple[Objection, ...]]:
    """Return what `resolve` returns, expressions worked out over `names` first. Texts are taken as they stand."""
    if not any(is_expression(value) for value in given.values()):
        return resolve(parameters, given)
    plain = {parameter.name for parameter in parameters if isinstance(parameter.type, Text)}
    known: dict[str, Value] = {}
    failed: list[Objection] = []
    for name, value in given.items():
        if isinstance(value, str) and is_expression(value) and name not in plain:
            try:
                known[name] = evaluate(value, names)
            except ExpressionError as error:
                failed.append(Objection(name, f"`{name}` {error}."))
        else:
            known[name] = value
    values, objections = resolve(parameters, known)
    return values, (*failed, *objections)


def resolve_options(given: Parameters, names: Names) -> tuple[Values, tuple[Objection, ...]]:
    """Return the options of a node, worked out as its parameters are."""
    return resolve_with(OPTIONS, given, names) if given else (DEFAULT_OPTIONS, ())


_fitted: dict[tuple[int, Values], LayerSpec] = {}
_MOST_FITTED = 10_000


def fit_ports(spec: LayerSpec, values: Values) -> LayerSpec:
    """Return the declaration with the ports that a layer has under these values; the same one for the same values."""
    if spec.ports is None:
        return spec
    key = (id(spec), values)
    fitted = _fitted.get(key)
    if fitted is None:
        if len(_fitted) >= _MOST_FITTED:
            _fitted.clear()
        inputs, outputs = spec.ports(values)
        call = spec.call if spec.calls is None else spec.calls(values)
        fitted = _fitted[key] = replace(spec, inputs=inputs, outputs=outputs, call=call)
    return fitted


def is_switched_off(options: Mapping[str, object]) -> bool:
    """Return whether a layer is left out: what enters its first input goes on unchanged."""
    return options["when"] is False


def are_ports_filled(spec: LayerSpec, ports: tuple[int, ...]) -> bool:
    """Return whether wires into these ports, in rising order, give the layer each of its inputs exactly once."""
    fixed = len(spec.inputs)
    if not spec.inputs or not spec.inputs[-1].many:
        return ports == tuple(range(fixed))
    return len(ports) > fixed and ports[: fixed - 1] == tuple(range(fixed - 1)) and len(set(ports)) == len(ports)
