"""Branches of unequal size that meet in one layer: how each could be brought to the size of another."""

import math
from collections.abc import Callable, Iterator

from designer.catalogue.check.adapters import Chain, pass_through, step
from designer.catalogue.demands import SPATIAL
from designer.catalogue.geometry import gather
from designer.catalogue.shapes import TOP, Inferred, Scope, infer_node
from designer.catalogue.spec import Outputs, TensorType

# One proposal: for each port of the layer a chain of layers to put on the wire, an empty one to leave the wire alone.
Plan = tuple[Chain, ...]
Way = Callable[[TensorType, TensorType], Chain | None]

MOST_BRANCHES = 32  # of more branches none is mended


def match_branches(known: Inferred, scope: Scope = TOP, *, steps: bool = False) -> Iterator[Plan]:
    """Yield plans under which a layer takes all its branches, likeliest first; each has been tried.

    Branches are brought to the smallest size first (He and others, 2015, project the way around), then to the others.
    `steps` says that a tensor of two axes is a sequence (length x features) and no signal (channels x length).
    """
    given = tuple(kind for kind in known.inputs if kind is not None)
    if not 1 < len(given) <= MOST_BRANCHES or len(given) < len(known.inputs):
        return
    joins = known.node.kind == "Concatenate"  # which takes any number of channels
    seen: set[Plan] = set()
    sizes = sorted(dict.fromkeys(given), key=lambda kind: math.prod(kind.sizes[1:]))
    for wanted in sizes if len(sizes) > 1 else ():
        for way in _order_ways(given, wanted, steps, joins):
            plan = _plan(given, wanted, way, joins)
            if plan is not None and plan not in seen and after_plan(known, plan, given, scope) is not None:
                seen.add(plan)
                yield plan


def after_plan(known: Inferred, plan: Plan, given: tuple[TensorType, ...], scope: Scope) -> Outputs | None:
    """Return what a layer gives once each of its inputs has gone through its chain; None where it refuses them."""
    inputs = tuple(pass_through(chain, kind) for chain, kind in zip(plan, given, strict=True))
    return None if None in inputs else infer_node(known.node, inputs, known.ports, scope=scope).outputs


def _plan(given: tuple[TensorType, ...], wanted: TensorType, way: Way, joins: bool) -> Plan | None:
    """Return the plan that brings every other branch to the wanted size in one way, None where one cannot."""
    plan: list[Chain] = []
    for kind in given:
        fits = kind == wanted or (joins and len(kind.sizes) == len(wanted.sizes) and kind.sizes[1:] == wanted.sizes[1:])
        chain = () if fits else way(kind, wanted)
        if chain is None:
            return None
        plan.append(chain)
    return tuple(plan)


def _order_ways(given: tuple[TensorType, ...], wanted: TensorType, steps: bool, joins: bool) -> tuple[Way, ...]:
    """Return the ways in the order in which a person would think of them."""
    if steps and len(wanted.sizes) == 2:
        return (_map_features, _slice, _flatten, _widen)
    alike = {kind.sizes[:1] for kind in given} == {wanted.sizes[:1]}
    whole = all(_is_whole(kind, wanted) for kind in given)
    if joins:
        first = (_pool, _upsample, _crop, _pad) if whole else (_crop, _pad, _pool, _upsample)
        return (*first, _map_features, _widen, _flatten)
    if not alike:
        return (_project, _flatten, _widen, _resize_and_project, _pool, _upsample, _crop, _pad)
    if whole:
        return (_pool, _upsample, _project, _widen, _flatten, _crop, _pad)
    return (_crop, _pad, _pool, _project, _upsample, _widen, _flatten)


def _is_whole(given: TensorType, wanted: TensorType) -> bool:
    """Whether one size is a whole multiple of the other along every axis of places."""
    pairs = list(zip(given.sizes[1:], wanted.sizes[1:], strict=False))
    return all(a % b == 0 for a, b in pairs) or all(b % a == 0 for a, b in pairs)


def _places(given: TensorType, wanted: TensorType) -> tuple[int, tuple[int, ...], tuple[int, ...]] | None:
    """Return the number of spatial axes and both sizes along them, None where the tensors are not of one form."""
    axes = len(given.sizes) - 1
    if len(given.sizes) != len(wanted.sizes) or axes not in SPATIAL or given.dtype != "float":
        return None
    return axes, given.sizes[1:], wanted.sizes[1:]


def _project(given: TensorType, wanted: TensorType) -> Chain | None:
    """Return a learned map of every place alone: Linear for vectors and steps, a 1 x 1 convolution for the rest."""
    if len(given.sizes) != len(wanted.sizes) or not given.sizes:
        return None
    axes = len(given.sizes) - 1
    if axes == 0 or (axes == 1 and given.sizes[0] == wanted.sizes[0]):
        return (step("Linear", out_features=wanted.sizes[-1]),)
    strides = tuple(_stride(a, b) for a, b in zip(given.sizes[1:], wanted.sizes[1:], strict=True))
    if axes not in SPATIAL or 0 in strides:
        return None
    stride = gather(strides)
    settings = {"out_channels": wanted.sizes[0], "kernel_size": 1} | ({"stride": stride} if stride != 1 else {})
    return (step(f"Conv{axes}d", **settings),)


def _stride(size: int, wanted: int) -> int:
    """Return the stride that takes every size-th place so that `wanted` are left, 0 where there is none."""
    stride = -(-size // wanted)
    return stride if wanted <= size and (size - 1) // stride + 1 == wanted else 0


def _map_features(given: TensorType, wanted: TensorType) -> Chain | None:
    """Return a learned map of the features of every step, whatever the lengths are."""
    if len(given.sizes) != len(wanted.sizes) or not given.sizes or given.sizes[-1] == wanted.sizes[-1]:
        return None
    return (step("Linear", out_features=wanted.sizes[-1]),)


def _resize_and_project(given: TensorType, wanted: TensorType) -> Chain | None:
    """Return pooling or interpolation to the wanted size, then a projection of the channels."""
    for way in (_pool, _upsample) if given.sizes[1:] != wanted.sizes[1:] else ():
        if first := way(given, wanted):
            then = _project(TensorType((given.sizes[0], *wanted.sizes[1:])), wanted)
            return None if then is None else (*first, *then)
    return None


def _pool(given: TensorType, wanted: TensorType) -> Chain | None:
    """Return means over as many windows as there are wanted places."""
    places = _places(given, wanted)
    if places is None or any(a < b for a, b in zip(*places[1:], strict=True)):
        return None
    return (step(f"AdaptiveAvgPool{places[0]}d", output_size=gather(places[2])),)


def _upsample(given: TensorType, wanted: TensorType) -> Chain | None:
    """Return interpolation to the wanted size: by a factor where it is a whole one."""
    places = _places(given, wanted)
    if places is None or any(a > b for a, b in zip(*places[1:], strict=True)):
        return None
    factors = {b / a for a, b in zip(*places[1:], strict=True)}
    if len(factors) == 1 and (factor := factors.pop()) == int(factor):
        return (step("Upsample", scale_factor=factor),) if factor > 1 else None
    return (step("Upsample", size=_one_for_all(places[2])),)


def _crop(given: TensorType, wanted: TensorType) -> Chain | None:
    """Return the middle, of the wanted size."""
    places = _places(given, wanted)
    if places is None or any(a < b for a, b in zip(*places[1:], strict=True)):
        return None
    return (step("CenterCrop", size=_one_for_all(places[2])),)


def _pad(given: TensorType, wanted: TensorType) -> Chain | None:
    """Return a border of zeros up to the wanted size, half of it on each side."""
    places = _places(given, wanted)
    if places is None or any(a > b for a, b in zip(*places[1:], strict=True)):
        return None
    more = [b - a for a, b in zip(*places[1:], strict=True)]
    edges = tuple(edge for one in reversed(more) for edge in (one // 2, one - one // 2))  # the last axis first
    return (step(f"ZeroPad{places[0]}d", padding=gather(edges)),)


def _slice(given: TensorType, wanted: TensorType) -> Chain | None:
    """Return as many of the first elements of the first axis: the first steps of a sequence."""
    if len(given.sizes) != len(wanted.sizes) or given.sizes[1:] != wanted.sizes[1:] or given.sizes <= wanted.sizes:
        return None
    return (step("Slice", stop=wanted.sizes[0]),)


def _flatten(given: TensorType, wanted: TensorType) -> Chain | None:
    """Return all numbers in one row, where a vector meets a tensor of more axes."""
    return (step("Flatten"),) if len(wanted.sizes) == 1 < len(given.sizes) else None


def _widen(given: TensorType, wanted: TensorType) -> Chain | None:
    """Return axes of size 1, which are repeated: a vector of one number a channel meets a map, or a sequence."""
    if len(given.sizes) != 1 or len(wanted.sizes) < 2:
        return None
    if given.sizes[0] == wanted.sizes[0]:
        return (step("Reshape", shape=(given.sizes[0], *(1,) * (len(wanted.sizes) - 1))),)
    return (step("Unsqueeze", axis=0),) if len(wanted.sizes) == 2 and given.sizes[0] == wanted.sizes[1] else None


def _one_for_all(sizes: tuple[int, ...]) -> tuple[int, ...]:
    return sizes[:1] if len(set(sizes)) == 1 else sizes
