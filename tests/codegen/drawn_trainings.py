"""Random projects that can be trained: any source, loss, optimizer and schedule, with text from anywhere."""

from collections.abc import Mapping
from dataclasses import replace

from hypothesis import strategies as st

from designer.catalogue import parameters as p
from designer.catalogue.registry import layers, losses, metrics, objectives, optimizers, schedules, sources
from designer.catalogue.source_spec import Facts
from designer.catalogue.training_settings import averagings, clippings, stoppings, warmups
from designer.catalogue.weighing import refuse_weights
from designer.document.graph import Graph, Value
from designer.document.project import OFF, Choice, Data, Project, Training
from tests.codegen.drawn_data import draw_data
from tests.codegen.drawn_projects import NAMES
from tests.codegen.networks import make_chain
from tests.strategies import sound_values

HOSTILE = (
    NAMES
    | st.sampled_from(
        ['"); import os; os.system("rm")', "'''", "\\N{BULLET}", "/data/%(prog)s", "C:\\new", "é\u0430", "\ud800", "."]
    )
).filter(lambda text: "\0" not in text)

# Sources whose samples are one tensor.
SIMPLE = [kind for kind in sources if kind != "DigitPairs"]

# The layer without which a loss is not defined.
ENDINGS = {"probabilities": {"Sigmoid"}, "log_probabilities": {"LogSoftmax"}}


def draw_settings(parameters: tuple[p.Parameter, ...]) -> st.SearchStrategy[Mapping[str, Value]]:
    """Return settings for those parameters that a form shows and a strategy knows."""
    known = {
        each.name: sound_values(each.type) for each in parameters if isinstance(each.type, p.Real | p.Flag | p.Option)
    }
    return st.fixed_dictionaries({}, optional=known)


@st.composite
def draw_table(draw: st.DrawFn) -> dict[str, Value]:
    """Return the parameters of a CSV source whose columns and classes have any names."""
    text = HOSTILE.filter(lambda name: bool(name) and "\0" not in name)
    target, *columns = draw(st.lists(text, min_size=2, max_size=6, unique=True))
    split = draw(st.integers(0, len(columns) - 1))
    levels = st.lists(text, min_size=1, max_size=3, unique=True).map(tuple)
    return {
        "path": draw(text),
        "target": target,
        "classes": draw(st.just(()) | st.lists(text, min_size=2, max_size=4, unique=True).map(tuple)),
        "numbers": tuple(columns[: split + 1]),
        "categories": tuple((name, draw(levels)) for name in columns[split + 1 :]),
        "rows": 100,
    }


@st.composite
def draw_folder(draw: st.DrawFn) -> dict[str, object]:
    """Return the parameters of files in folders, one class a folder."""
    names = HOSTILE.filter(bool)
    parts = draw(st.sampled_from([(), ("train", "val", "")]))
    classes = tuple(draw(st.lists(names, min_size=2, max_size=4, unique=True)))
    return {"path": draw(HOSTILE), "classes": classes, "parts": parts}


@st.composite
def draw_trainings(draw: st.DrawFn) -> Project:
    """Return a project that is complete and sound."""
    kind = draw(st.sampled_from([*SIMPLE, "Csv", "Csv"]))
    settings = draw(draw_table()) if kind == "Csv" else {}
    if kind == "Idx":
        settings = {"path": draw(HOSTILE.filter(bool) | st.just(""))}
    if kind == "Series":
        text = HOSTILE.filter(bool)
        settings = {"path": draw(text), "column": draw(text), "names": tuple(draw(st.lists(text, max_size=2)))}
    if kind == "Characters":
        letters = draw(st.text(min_size=2, max_size=60).map(lambda text: "".join(sorted(set(text)))))
        settings = {"vocabulary": letters if len(letters) > 1 else "ab", "length": draw(st.integers(1, 50))}
    if kind in ("ImageFolder", "Texts"):
        settings = draw(draw_folder())
    if kind == "Cifar":
        settings = {"path": draw(HOSTILE), "classes": ("a", draw(HOSTILE.filter(lambda text: text != "a")))}
    if kind == "Arrays":
        settings = draw(draw_folder()) | {"x": draw(HOSTILE.filter(bool)), "y": draw(HOSTILE), "sizes": (3, 4)}
        del settings["parts"]
    if kind == "Language":
        settings = {"path": draw(HOSTILE), "words": 10_000, "length": draw(st.integers(1, 50))}
    source = sources[kind]
    values, objections = p.resolve(source.parameters, settings)
    assert not objections
    known = source.facts(values)
    loss, units = draw(st.sampled_from(_fit_losses(known)))
    optimizer = draw(st.sampled_from(list(optimizers)))
    rule = Choice(optimizer, draw(draw_settings(optimizers[optimizer].parameters)))
    if optimizers[optimizer].refuse(p.resolve(optimizers[optimizer].parameters, rule.parameters)[0]):
        rule = Choice(optimizer)
    schedule = draw(st.sampled_from(list(schedules)))
    pace = Choice(schedule, draw(draw_settings(schedules[schedule].parameters)))
    spec = schedules[schedule]
    if spec.refuse(p.resolve(spec.parameters, pace.parameters)[0], optimizers[optimizer]):
        pace = Choice("Constant")
    graph = make_chain(
        ("sample", "Input", {}),
        ("flat", *_flatten(known)),
        ("answer", "Linear", {"out_features": units}),
        *((ending.lower(), ending, {}) for ending in ENDINGS.get(losses[loss].outputs, ())),
        ("result", "Output", {}),
    )
    nodes = {key: replace(node, name=draw(NAMES)) for key, node in graph.nodes.items()}
    graph = Graph(nodes, graph.edges)
    training = Training(
        loss=Choice(
            loss,
            draw(draw_settings(losses[loss].parameters)) | ({"log_input": True} if loss == "PoissonNLLLoss" else {}),
        ),
        optimizer=rule,
        schedule=pace,
        epochs=draw(st.integers(1, 5)),
        batch_size=draw(st.integers(1, 512)),
        device=draw(st.sampled_from(["auto", "cpu"])),
        seed=draw(st.integers(0, 2**31)),
        batch=draw(st.sampled_from(("mini", "full", "single"))),
        accumulate=draw(st.integers(1, 4)),
        clip=Choice(draw(st.sampled_from(sorted(clippings)))),
        averaging=Choice(draw(st.sampled_from(sorted(averagings)))),
        early_stopping=Choice(draw(st.sampled_from(sorted(stoppings)))),
        warmup=draw(
            st.just(OFF) | draw_settings(warmups["Linear"].parameters).map(lambda values: Choice("Linear", values))
        ),
        metrics=draw(st.lists(st.sampled_from(list(metrics)), max_size=4).map(tuple)),
    )
    data = draw(draw_data(Choice(kind, settings), known, training.loss, HOSTILE.filter(bool)))
    if kind == "Csv" and draw(st.booleans()):
        data = weigh_rows(data, training.loss, "the weight")
    return Project(draw(NAMES), graph, data=data, training=training, notes=draw(HOSTILE))


def weigh_rows(data: Data, loss: Choice, column: str) -> Data:
    """Return data whose rows have weights of their own, where that can be."""
    source = data.source
    changed = replace(data, source=replace(source, parameters={**source.parameters, "weight": column}))
    spec = losses[loss.kind]
    known = sources[source.kind].facts(p.resolve(sources[source.kind].parameters, changed.source.parameters)[0])
    values = p.resolve(spec.parameters, loss.parameters)[0]
    return data if refuse_weights(changed, known, spec, values, objectives["Supervised"]) else changed


def _flatten(known: Facts) -> tuple[str, dict[str, object]]:
    """Return the layer that makes vectors of samples."""
    if known.input.dtype != "int":
        return "Flatten", {}
    kind = "Embedding" if known.target.kind == "tokens" else "EmbeddingBag"
    return kind, {"num_embeddings": known.vocabulary}


def _fit_losses(known: Facts) -> list[tuple[str, int]]:
    """Return losses that suit a target, each with a number of outputs."""
    target = known.target
    fitting = []
    for kind, spec in losses.items():
        numbers = spec.outputs in ("values", "rates")
        if not ENDINGS.get(spec.outputs, layers.keys()) <= layers.keys():
            continue
        if target.kind == "value" and spec.target == "float" and numbers:
            fitting.append((kind, target.size * spec.per_value))
        if target.kind == "labels" and spec.target == "float" and spec.outputs == "logits":
            fitting.append((kind, target.size))
        if kind == "CrossEntropyLoss" and target.kind == "tokens":
            fitting.append((kind, target.size))
        if target.kind == "class":
            fitting.append((kind, target.size * spec.per_value))
        if target.kind == "binary":
            fitting.append((kind, 2 if spec.target == "class" else spec.per_value))
    return fitting
