"""What an objective changes in a training script: the parts of samples and answers, and the loss made of losses."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from designer.catalogue import registry
from designer.catalogue.shapes import Inference
from designer.codegen.flow import Place
from designer.codegen.layout import Group, Piece
from designer.codegen.readiness import Setup
from designer.codegen.recipes import Definition, collect_definitions
from designer.codegen.source import write_piece
from designer.document.project import Project

RECIPE = "objectives"
CORRUPTIONS = {"gaussian": "add_gaussian", "mask": "mask_share"}


def find_extra_results(project: Project, inference: Inference, order: Sequence[str]) -> tuple[Place, ...]:
    """Return the values the network gives beside those of its Outputs: mean and log-variance where a loss needs them."""
    objective = registry.objectives.get(project.training.objective.kind)
    if objective is None or objective.form != "variational":
        return ()
    draws = [node for node in order if inference.graph.nodes[node].kind == "Reparameterize"]
    edges = inference.graph.incoming.get(draws[0], ()) if len(draws) == 1 else ()
    return tuple((edge.source, edge.source_port) for edge in edges)


@dataclass(frozen=True, slots=True)
class Parts:
    """Of how many tensors a sample, an answer and a target consist; 1 is a tensor by itself, more are a tuple."""

    x: int
    outputs: int
    y: int

    @property
    def plain(self) -> bool:
        """Whether all three are one tensor."""
        return self.x == self.outputs == self.y == 1


def count_parts(setup: Setup) -> Parts:
    """Return the number of tensors that come and go."""
    outputs = {"variational": 3, "adversarial": 2}.get(setup.objective.form, max(len(setup.heads), 1))
    return Parts(setup.facts.inputs, outputs, max(len(setup.heads), 1))


def count_learned(setup: Setup) -> Parts:
    """Return the number of tensors where rows are learned from: weights of the rows come with their targets."""
    parts = count_parts(setup)
    return replace(parts, y=2) if setup.weighs else parts


def name_type(parts: int) -> str:
    """Return the annotation of a sample, an answer or a target."""
    return "Tensor" if parts == 1 else f"tuple[{', '.join(['Tensor'] * parts)}]" if parts < 4 else "tuple[Tensor, ...]"


def pick(name: str, parts: int, rows: str) -> str:
    """Return the expression for some rows of a sample or a target."""
    return f"{name}[{rows}]" if parts == 1 else f"tuple(part[{rows}] for part in {name})"


def count_rows(name: str, parts: int) -> str:
    """Return the expression for the number of samples."""
    return f"len({name})" if parts == 1 else f"len({name}[0])"


def call(network: str, x: str, parts: int) -> str:
    """Return the expression for what a network gives for samples."""
    return f"{network}({x})" if parts == 1 else f"{network}(*{x})"


def detach(name: str, parts: int) -> str:
    """Return the expression for an answer cut off from the graph of gradients."""
    return f"{name}.detach()" if parts == 1 else f"tuple(part.detach() for part in {name})"


def split(name: str, parts: int, count: str) -> str:
    """Return the expression for a sample or a target cut into so many pieces."""
    return f"{name}.tensor_split({count})" if parts == 1 else f"zip(*(part.tensor_split({count}) for part in {name}))"


def join(name: str, parts: int) -> str:
    """Return the expression for one answer out of a list of pieces."""
    return f"torch.cat({name})" if parts == 1 else f"tuple(torch.cat(part) for part in zip(*{name}, strict=True))"


def move(name: str, parts: int) -> str:
    """Return the expression for a sample or a target on the device."""
    return f"{name}.to(device)" if parts == 1 else f"tuple(part.to(device) for part in {name})"


def corrupt(setup: Setup, x: str, seed: int | None = None) -> str:
    """Return the expression for samples with the noise of the objective, or just the samples."""
    if not setup.objective.corrupts:
        return x
    values = setup.objective_values
    end = "" if seed is None else f", seed={seed}"
    return f"{CORRUPTIONS[values['noise']]}({x}, {write_piece(values['amount'])}{end})"


def wrap_loss(setup: Setup, loss: Group) -> Group:
    """Return the call that makes the whole loss from the one that makes the chosen loss."""
    match setup.objective.form:
        case "variational":
            return Group("VariationalLoss(", (("", loss), ("beta=", write_piece(setup.objective_values["beta"]))))
        case "adversarial":
            return Group("AdversarialLoss(", (("", loss),))
        case "weighted":
            losses: list[tuple[str, Piece]] = []
            for head in setup.heads:
                own = loss if head.loss is setup.loss else Group(f"{head.loss.constructor}(", ())
                losses.append(("", _wrap_places(setup, own, head.compare)))
            weights = write_piece(tuple(head.weight for head in setup.heads))
            assert isinstance(weights, Group)
            return Group(
                "WeightedLosses(",
                (("", Group("[", tuple(losses), "]")), ("", Group("[", weights.items, "]"))),
            )
    if setup.weighs:
        return Group("WeighedLoss(", (("", replace(loss, items=(*loss.items, ("reduction=", '"none"')))),))
    return _wrap_places(setup, loss, setup.objective.compares)


def _wrap_places(setup: Setup, loss: Group, compare: str) -> Group:
    return Group("LossPerPlace(", (("", loss),)) if has_places(setup, compare) else loss


def has_places(setup: Setup, compare: str) -> bool:
    """Return whether an answer is one of several classes at every place of a sequence."""
    return compare == "target" and setup.facts.target.kind == "tokens"


def collect_losses(setup: Setup) -> tuple[Definition, ...]:
    """Return the recipes that the loss and the noise of an objective need."""
    form = setup.objective.form
    names = {"variational": ["VariationalLoss"], "adversarial": ["AdversarialLoss"]}.get(form, [])
    if form == "weighted":
        names.append("WeightedLosses")
    heads = [head.compare for head in setup.heads] or [setup.objective.compares]
    if any(has_places(setup, compare) for compare in heads):
        names.append("LossPerPlace")
    found = collect_definitions(RECIPE, names)
    if setup.weighs:
        found += collect_definitions("row_weights", ["WeighedLoss"])
    if setup.objective.corrupts:
        found += collect_definitions("corrupt", [CORRUPTIONS[setup.objective_values["noise"]]])
    return found
