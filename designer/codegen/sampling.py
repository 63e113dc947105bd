"""The function of the training script that draws samples, where the network makes some, and what writes them down."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from designer.catalogue.spec import TensorType
from designer.codegen.layout import STEP, Group, Piece, lay_out, lay_out_expression
from designer.codegen.readiness import Setup
from designer.codegen.recipes import Definition, collect_definitions
from designer.codegen.source import write_literal, write_piece
from designer.document.graph import Node

RECIPE = "sampling"
DEVICE = f"{STEP}device = next(model.parameters()).device"
SampleForm = Literal["", "picture", "text", "numbers"]
WRITERS: Mapping[SampleForm, tuple[str, ...]] = {
    "picture": ("make_grid", "write_png"),
    "numbers": ("write_rows",),
    "text": (),
}
# What goes on with a text that is cut otherwise than into words: the recipe and its function.
DRAWN: Mapping[str, tuple[str, str]] = {"byte pair": ("byte_pairs", "draw_byte_pairs")}


@dataclass(frozen=True, slots=True)
class Sampling:
    """`sample` of a script: its lines, the form of what it gives, the lines of `main` that write it, what it needs."""

    lines: tuple[str, ...] = ()
    form: SampleForm = ""
    writing: str = ""
    definitions: tuple[Definition, ...] = ()


def plan_sampling(setup: Setup, nodes: Mapping[str, Node], modules: Mapping[str, str]) -> Sampling:
    """Return how samples are drawn, nothing where the network makes none.

    `nodes` are those of the network, `modules` the paths of their modules.
    """
    if setup.objective.form == "adversarial":
        about = "Return samples that the generator makes of noise."
        return _finish(setup, about, _squash(setup, "model.draw(count)"), [])
    if setup.objective.form == "variational":
        path = next(
            (path for key, path in modules.items() if key in nodes and nodes[key].kind == "Reparameterize"), None
        )
        if path is None:
            return Sampling()
        about = "Return samples that the decoder makes of noise, in place of what the encoder gives."
        sizes = ", ".join(["count", *map(write_literal, setup.facts.input.sizes)])
        zeros = f"torch.zeros({sizes}, device=device)"
        drawn = f"draw_codes(model, {_attribute('model', path)}, {zeros})"
        return _finish(setup, about, _squash(setup, drawn), ["draw_codes"])
    plain = setup.objective.form == "plain" and setup.objective.compares == "target"
    vocabulary = setup.source_values.get("vocabulary")
    if plain and setup.facts.target.kind == "tokens" and isinstance(vocabulary, str):
        items = [("", "model"), ("vocabulary=", write_piece(vocabulary))]
        return _finish_text(setup, "draw_text", items, collect_definitions(RECIPE, ["draw_text"]))
    if plain and setup.facts.target.kind == "tokens" and "vocabulary" in setup.source.kept:
        recipe, function = DRAWN.get(str(setup.source_values.get("unit")), ("language", "draw_tokens"))
        return _finish_text(setup, function, [("", "model")], collect_definitions(recipe, [function]))
    return Sampling()


def _attribute(name: str, path: str) -> str:
    """Return the expression for a module within another: "decoder.2" is model.decoder[2]."""
    for part in path.split("."):
        name += f"[{part}]" if part.isdigit() else f".{part}"
    return name


def _squash(setup: Setup, samples: str) -> str:
    """Return samples as they are compared: a loss on logits has the sigmoid inside, for a reconstruction."""
    inside = setup.objective.form == "variational" and setup.loss.outputs == "logits"
    return f"{samples}.sigmoid()" if inside else samples


def _finish(setup: Setup, about: str, samples: str, needs: list[str]) -> Sampling:
    form: SampleForm = "picture" if is_picture(setup.facts.input) else "numbers"
    lines = (
        "@torch.no_grad()",
        "def sample(model: nn.Module, count: int) -> Tensor:",
        f'{STEP}"""{about}"""',
        f"{STEP}model.eval()",
        *([DEVICE] if "device=device" in samples else []),
        *lay_out_expression("return ", samples, "", STEP),
    )
    drawn = "sample(model, args.sample)"
    if form == "picture":
        writing = f'write_png(make_grid({drawn}), args.out.with_suffix(".png"))'
    else:
        writing = f'write_rows({drawn}, args.out.with_suffix(".csv"))'
    return Sampling(lines, form, writing, collect_definitions(RECIPE, [*needs, *WRITERS[form]]))


def _finish_text(
    setup: Setup, function: str, items: list[tuple[str, Piece]], definitions: tuple[Definition, ...]
) -> Sampling:
    items += [("length=", write_literal(setup.facts.target.length)), ("count=", "count"), ("device=", "device")]
    what = "characters" if function == "draw_text" else "tokens"
    lines = (
        "@torch.no_grad()",
        "def sample(model: nn.Module, count: int) -> str:",
        f'{STEP}"""Return a text of so many {what}, as the network expects them one after the other."""',
        f"{STEP}model.eval()",
        DEVICE,
        *lay_out("return ", Group(f"{function}(", tuple(items)), "", STEP),
    )
    writing = 'args.out.with_suffix(".txt").write_text(sample(model, args.sample), "utf-8")'
    return Sampling(lines, "text", writing, definitions)


def is_picture(kind: TensorType) -> bool:
    """Return whether samples are grey or coloured pictures."""
    return kind.dtype == "float" and len(kind.sizes) == 3 and kind.sizes[0] in (1, 3)
