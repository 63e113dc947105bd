"""Problems of blocks: those that contain themselves, what is wrong inside them, and options that cannot stand."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from designer.catalogue.blocks import BlockSpec, declare_blocks
from designer.catalogue.check.nodes import find_node_faults
from designer.catalogue.check.problem import Fix, Problem
from designer.catalogue.check.screen import has_options
from designer.catalogue.check.structure import find_lost_wires, find_open_inputs, find_structure_faults
from designer.catalogue.check.study import Study
from designer.catalogue.options import fits_initializer, part_weights
from designer.catalogue.registry import optimizers
from designer.catalogue.shapes import Inference, Inferred, Scope, find_shared, infer
from designer.catalogue.usage import resolve_with
from designer.document.blocks import find_recursion, look_inside, put_back
from designer.document.edits import set_option
from designer.document.graph import NO_PARAMETERS
from designer.document.project import Project
from designer.document.wording import show_name


def find_block_faults(study: Study) -> Iterator[Problem]:
    """Yield blocks that contain themselves, and what is wrong inside each block as it is first used."""
    blocks = study.project.blocks
    if not blocks:
        return
    recursive = find_recursion(blocks)
    for key in recursive:
        name = show_name(blocks[key].name)
        yield Problem(
            "error",
            None,
            f"The block `{name}` contains itself, so it would never end. Take it out of itself.",
            block=key,
        )
    for key in blocks:
        if key in recursive:
            continue
        inner = replace(study, project=look_inside(study.project, key), inference=infer_first_use(study.inference, key))
        for rule in INNER_RULES:
            for problem in rule(inner):
                yield replace(
                    problem,
                    message=f"In block `{show_name(blocks[key].name)}`: {problem.message}",
                    fixes=tuple(_fix_inside(key, fix) for fix in problem.fixes),
                    block=key,
                )
        ways_in = sum(node.kind == "Input" for node in blocks[key].graph.nodes.values())
        ways_out = sum(node.kind == "Output" for node in blocks[key].graph.nodes.values())
        if not (ways_in and ways_out):
            lacking = "Input" if not ways_in else "Output"
            yield Problem(
                "error" if _is_used(study.inference, key) else "warning",
                None,
                f"The block `{show_name(blocks[key].name)}` has no {lacking} inside. Add one.",
                block=key,
            )


def infer_first_use(inference: Inference, block: str) -> Inference:
    """Return what is known of the inside of a block where it is first used; by its defaults where it is used nowhere."""
    found = _find_inside(inference, block)
    if found is not None:
        return found
    blocks = inference.scope.blocks
    spec = declare_blocks(blocks)[block]
    values, _ = resolve_with(spec.parameters, NO_PARAMETERS, {})
    scope = Scope(blocks, values, (None,) * len(spec.inputs), (block,))
    return infer(blocks[block].graph, None, None, scope)


def _find_inside(inference: Inference, block: str) -> Inference | None:
    pending, seen = [inference], {id(inference)}
    while pending:
        there = pending.pop(0)
        for known in there.nodes.values():
            if isinstance(known.spec, BlockSpec) and known.spec.block == block and known.inside:
                return known.inside[0]
            for inner in known.inside[:1]:
                if id(inner) not in seen:
                    seen.add(id(inner))
                    pending.append(inner)
    return None


def _is_used(inference: Inference, block: str) -> bool:
    return _find_inside(inference, block) is not None


def _fix_inside(block: str, fix: Fix) -> Fix:
    """Return a fix of the inside of a block as one of the whole project."""

    def edit(project: Project) -> Project:
        return put_back(project, block, fix.edit(look_inside(project, block)))

    return Fix(fix.title, edit)


def find_option_faults(study: Study) -> Iterator[Problem]:
    """Yield options that cannot do what they say: weights shared with a layer that has others, and the like."""
    for known in study.where(has_options):
        key = known.node.id
        if known.spec is None or known.outputs is None:
            continue
        owner = known.options["shared_with"]
        if owner and not find_shared(study.inference, key):
            yield Problem("error", key, _explain_unshared(study, known, owner), (_reset(key, "shared_with"),))
        if known.options["repeat"] > 1 and not isinstance(known.spec, BlockSpec):
            message = f"{known.subject} has `repeat` set, which only a block obeys. Make a block of it, or reset it."
            yield Problem("warning", key, message, (_reset(key, "repeat"),))
        idle = [name for name in ("frozen", "lr_factor", "l1", "l2") if name in known.node.options]
        if idle and not known.parameters and not known.is_off:
            message = f"{known.subject} has `{idle[0]}` set, but nothing in it learns. Reset it."
            yield Problem("hint", key, message, (_reset(key, idle[0]),))


def find_idle_initializers(study: Study) -> Iterator[Problem]:
    """Yield layers none of whose weights or biases the chosen initializer can fill."""
    for known in study.where(has_options):
        key = known.node.id
        if known.outputs is None or known.is_off:
            continue
        for option, names in zip(("weight_init", "bias_init"), part_weights(known.weights), strict=True):
            kind = known.options[option]
            if kind is None or any(fits_initializer(kind, known.weights[name]) for name in names):
                continue
            what = option.removesuffix("_init")
            why = f"has no {what}" if not names else f"has a {what} with too few or too many axes for it"
            message = f"{known.subject} is to begin with {kind}, but {why}. Choose another initializer, or reset it."
            yield Problem("warning", key, message, (_reset(key, option),))


def find_lone_rates(study: Study) -> Iterator[Problem]:
    """Yield layers with a learning rate of their own under an optimizer that has one for all."""
    spec = optimizers.get(study.project.training.optimizer.kind)
    if spec is None or not spec.one_group:
        return
    for known in study.where(has_options):
        key = known.node.id
        if key in study.live and known.options["lr_factor"] != 1:
            message = f"{known.subject} has `lr_factor` set, but {spec.kind} has one learning rate for all. Reset it."
            yield Problem("error", key, message, (_reset(key, "lr_factor"),))


def _explain_unshared(study: Study, known: Inferred, owner: str) -> str:
    there = study.inference.nodes.get(owner)
    if there is None or there is known:
        return f"{known.subject} shares its weights with a layer that is not there. Choose another, or none."
    if there.options["shared_with"]:
        return f"{known.subject} shares the weights of {there.subject}, which has none of its own. Choose the layer that has."
    return (
        f"{known.subject} cannot share the weights of {there.subject}: they are not of one size. "
        "Give both the same settings and the same input, or let each have its own."
    )


def _reset(node: str, option: str) -> Fix:
    return Fix(f"Reset {option}", lambda project: set_option(project, [node], option, None))


# The rules that hold inside a block as well.
INNER_RULES: tuple[Callable[[Study], Iterator[Problem]], ...] = (
    find_structure_faults,
    find_lost_wires,
    find_node_faults,
    find_option_faults,
    find_idle_initializers,
    find_open_inputs,
)
