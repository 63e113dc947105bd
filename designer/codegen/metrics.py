"""The function of the training script that says how good outputs are: measure."""

from designer.codegen.evaluation import has_own_scores, write_own_measure
from designer.codegen.layout import STEP
from designer.codegen.readiness import Setup


def write_measure(setup: Setup) -> list[str]:
    """Return `measure`, which says how good outputs are, over any number of samples."""
    if has_own_scores(setup):
        return write_own_measure(setup)
    signature = "def measure(outputs: Tensor, y: Tensor) -> dict[str, Tensor]:"
    if setup.facts.target.kind == "value":
        return [
            signature,
            f'{STEP}"""Return R2 (1 is perfect, 0 no better than the mean) and the mean absolute error."""',
            f"{STEP}unexplained = (y - outputs).square().sum() / (y - y.mean(0)).square().sum()",
            f'{STEP}return {{"r2": 1 - unexplained, "mae": (y - outputs).abs().mean()}}',
        ]
    if setup.loss.target == "class":
        right, words = "outputs.argmax(1) == y", "whose class has the largest output"
    elif setup.output.elements == 1 or setup.facts.target.kind == "labels":
        threshold = "0" if setup.loss.outputs == "logits" else "0.5"
        right, words = f"(outputs > {threshold}) == (y > 0.5)", f"on the right side of {threshold}"
    else:
        right, words = "outputs.argmax(1) == y.argmax(1)", "whose class has the largest output"
    return [
        signature,
        f'{STEP}"""Return the share of samples {words}."""',
        f'{STEP}return {{"accuracy": ({right}).float().mean()}}',
    ]
