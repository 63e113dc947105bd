"""The functions of the training script that say how good a network is where samples or answers have several parts."""

from collections.abc import Iterator

from designer.catalogue.training_spec import LossSpec
from designer.codegen.channels import arrange
from designer.codegen.layout import STEP, Group, lay_out, lay_out_expression
from designer.codegen.objectives import call, count_parts, has_places, name_type
from designer.codegen.readiness import Setup

Scores = list[tuple[str, str]]  # keys, and the expressions that work them out

# How scores are called in the line that is printed after an epoch, and the format of the number.
TITLES = {
    "accuracy": ("accuracy", ".2%"),
    "perplexity": ("perplexity", ".4g"),
    "r2": ("R2", ".4f"),
    "mae": ("mean absolute error", ".4g"),
    "generator_loss": ("generator loss", ".4f"),
    "discriminator_loss": ("discriminator loss", ".4f"),
}


def write_evaluate(setup: Setup) -> list[str]:
    """Return `evaluate`."""
    parts = count_parts(setup)
    batches = f"x.split({setup.evaluation_batch})"
    model = call("model", arrange(setup, "batch.to(y.device)" if setup.streams else "batch"), parts.x)
    if parts.x > 1:
        batches = f"zip(*(part.split({setup.evaluation_batch}) for part in x), strict=True)"
    outputs = f"torch.cat([{model} for batch in {batches}])"
    if parts.outputs > 1:
        outputs = f"tuple(torch.cat(part) for part in zip(*[{model} for batch in {batches}], strict=True))"
    arguments = ("model: nn.Module", "loss: nn.Module", f"x: {name_type(parts.x)}", f"y: {name_type(parts.y)}")
    return [
        "@torch.no_grad()",
        *lay_out("def evaluate", Group("(", tuple(("", item) for item in arguments)), " -> dict[str, float]:"),
        f'{STEP}"""Return the loss and the metrics over all samples."""',
        f"{STEP}model.eval()",
        *lay_out_expression("outputs = ", outputs, "", STEP),
        f'{STEP}scores = {{"loss": loss(outputs, y)}} | measure(outputs, y)',
        f"{STEP}return {{name: score.item() for name, score in scores.items()}}",
    ]


def has_own_scores(setup: Setup) -> bool:
    """Return whether the objective itself says what is measured."""
    plain = setup.objective.form == "plain" and setup.objective.compares == "target"
    return not plain or setup.facts.target.kind == "tokens"


def write_own_measure(setup: Setup) -> list[str]:
    """Return `measure` for an objective that has scores of its own."""
    parts = count_parts(setup)
    signature = f"def measure(outputs: {name_type(parts.outputs)}, y: {name_type(parts.y)}) -> dict[str, Tensor]:"
    lines = [signature]
    if setup.objective.form == "adversarial":
        lines.append(f'{STEP}"""Return how often the discriminator is right, over real and made samples."""')
    elif has_places(setup, setup.objective.compares) and not setup.heads:
        lines.append(f'{STEP}"""Return the share of places whose token has the largest output, and the perplexity."""')
    elif setup.heads:
        lines.append(f'{STEP}"""Return how good each output is."""')
    else:
        lines.append(f'{STEP}"""Return how close the outputs come to the samples."""')
    items = tuple((f'"{key}": ', expression) for key, expression in list_scores(setup))
    return [*lines, *lay_out("return ", Group("{", items, "}"), "", STEP)]


def list_scores(setup: Setup) -> Scores:
    """Return what is measured where the objective says so."""
    match setup.objective.form:
        case "adversarial":
            edge = "0" if setup.loss.outputs == "logits" else "0.5"
            right = f"((outputs[0] > {edge}).float().mean() + (outputs[1] <= {edge}).float().mean()) / 2"
            return [("accuracy", right)]
        case "weighted":
            scores: Scores = []
            for number, head in enumerate(setup.heads):
                end = f"_{number + 1}" if number else ""
                found = _score(setup, f"outputs[{number}]", f"y[{number}]", head.loss, head.compare)
                scores.extend((f"{key}{end}", expression) for key, expression in found)
            return scores
        case "variational":
            return list(_score(setup, "outputs[0]", "y", setup.loss, "input"))
    return list(_score(setup, "outputs", "y", setup.loss, setup.objective.compares))


def _score(setup: Setup, outputs: str, y: str, loss: LossSpec, compare: str) -> Iterator[tuple[str, str]]:
    kind = setup.facts.target.kind
    if compare == "input" or kind == "value":
        given = f"{outputs}.sigmoid()" if loss.outputs == "logits" else outputs
        yield "r2", f"1 - ({y} - {given}).square().sum() / ({y} - {y}.mean(0)).square().sum()"
        yield "mae", f"({y} - {given}).abs().mean()"
    elif kind == "tokens":
        yield "accuracy", f"({outputs}.argmax(-1) == {y}).float().mean()"
        yield "perplexity", f"F.cross_entropy({outputs}.flatten(0, 1), {y}.flatten()).exp()"
    elif loss.target == "class":
        yield "accuracy", f"({outputs}.argmax(1) == {y}).float().mean()"
    elif kind == "class":
        yield "accuracy", f"({outputs}.argmax(1) == {y}.argmax(1)).float().mean()"
    else:
        edge = "0" if loss.outputs == "logits" else "0.5"
        yield "accuracy", f"(({outputs} > {edge}) == ({y} > 0.5)).float().mean()"


def describe_scores(setup: Setup) -> list[str]:
    """Return each score as it is printed after an epoch: "accuracy {scores['accuracy']:.2%}"."""
    parts = []
    for key, _ in list_scores(setup):
        name, _, number = key.rpartition("_")
        title, form = TITLES.get(key) or TITLES.get(name, (key, ".4g"))
        parts.append(f"{title}{f' {number}' if key not in TITLES else ''} {{scores['{key}']:{form}}}")
    return parts
