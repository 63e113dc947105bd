"""What a training script does on the way to a batch: the order in which rows come, and what is done to samples."""

from designer.catalogue.augmentation import AugmentationSpec, augmentations
from designer.catalogue.parameters import Values, resolve
from designer.catalogue.sampling import BALANCED, samplings
from designer.codegen.layout import STEP, Group, Piece, lay_out
from designer.codegen.objectives import count_parts
from designer.codegen.readiness import Setup
from designer.codegen.recipes import Definition, collect_definitions
from designer.codegen.source import write_piece
from designer.document.graph import Value
from designer.document.project import Data

RECIPE = "augmentation"


def draws_order(setup: Setup) -> bool:
    """Return whether rows are drawn by their class instead of taken once each."""
    return setup.data.sampling.kind == BALANCED and setup.learns_target


def write_order(setup: Setup) -> list[str]:
    """Return `draw_order`, nothing where every row comes once an epoch."""
    if not draws_order(setup):
        return []
    strength = resolve(samplings[BALANCED].parameters, setup.data.sampling.parameters)[0]["strength"]
    return [
        "def draw_order(y: Tensor, generator: torch.Generator) -> Tensor:",
        f'{STEP}"""Return the rows of an epoch in the order in which they are learned; y are the training targets."""',
        f"{STEP}return draw_balanced(y, {write_piece(strength)}, generator)",
    ]


def list_steps(data: Data) -> list[tuple[AugmentationSpec, Values]]:
    """Return what is done to samples, with its values, in order."""
    found = []
    for choice in data.augmentation:
        spec = augmentations[choice.kind]
        values, _ = resolve(spec.parameters, choice.parameters)
        if values["on"]:
            found.append((spec, values))
    return found


def mixes(data: Data) -> bool:
    """Return whether targets are mixed with samples."""
    return any(spec.mixes for spec, _ in list_steps(data))


def write_augment(data: Data, classes: int = 0) -> list[str]:
    """Return `augment`, nothing where samples are learned as they are.

    Targets that are mixed are numbers of so many classes, or numbers already where that is 0.
    """
    calls: list[tuple[AugmentationSpec, dict[str, Value]]] = []
    for spec, values in list_steps(data):
        given = {**spec.fixed, **{name: value for name, value in values.items() if name != "on"}}
        last = calls[-1] if calls else None
        if last is not None and last[0].function == spec.function and not last[1].keys() & given.keys():
            last[1].update(given)
        else:
            calls.append((spec, given))
    if not calls:
        return []
    lines: list[str] = []
    given_back = "x, y" if mixes(data) else "x"
    for place, (spec, given) in enumerate(calls, 1):
        items: list[tuple[str, Piece]] = [("", "x"), *((("", "y"),) if spec.mixes else ())]
        items += [(f"{name}=", write_piece(value)) for name, value in given.items()]
        if spec.mixes and classes:
            lines.append(f"{STEP}y = make_shares(y, {classes})")
            classes = 0
        made = "x, y" if spec.mixes else "x"
        is_end = place == len(calls) and made == given_back
        before = "return " if is_end else f"{made} = "
        lines += lay_out(before, Group(f"{spec.function}(", tuple(items)), "", STEP)
    if made != given_back:
        lines.append(f"{STEP}return {given_back}")
    if mixes(data):
        head = "def augment(x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:"
        about = "Return a batch as it is learned from: each sample changed at random, targets mixed as samples are."
        return [head, f'{STEP}"""{about}"""', *lines]
    about = "Return a batch as it is learned from: each sample changed at random, in its own way."
    return ["def augment(x: Tensor) -> Tensor:", f'{STEP}"""{about}"""', *lines]


def count_mixed(setup: Setup) -> int:
    """Return of how many classes the targets are numbers, 0 where the loss takes them as they are."""
    return setup.output.elements if setup.loss.target == "class" else 0


def call_augment(setup: Setup) -> list[str]:
    """Return the line of `train_step` that changes its batch, nothing where samples are learned as they are."""
    if not list_steps(setup.data):
        return []
    if mixes(setup.data):
        return ["x, y = augment(x, y)"]
    if count_parts(setup).x > 1:
        return ["x = tuple(augment(part) for part in x)"]
    # Where the sample itself is compared, what is to come out is what went in.
    return ["x = y = augment(x)" if setup.objective.compares == "input" else "x = augment(x)"]


def collect_batches(setup: Setup) -> tuple[Definition, ...]:
    """Return the definitions of recipes that are needed."""
    balance = collect_definitions("balance", ["draw_balanced"]) if draws_order(setup) else ()
    return (*balance, *collect_augmentation(setup.data, count_mixed(setup)))


def collect_augmentation(data: Data, classes: int = 0) -> tuple[Definition, ...]:
    """Return the definitions that `augment` needs."""
    functions = [spec.function for spec, _ in list_steps(data)]
    return collect_definitions(RECIPE, [*functions, *(["make_shares"] if mixes(data) and classes else [])])
