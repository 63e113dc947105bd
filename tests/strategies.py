"""Hypothesis strategies for projects of every kind: sound ones, wrong ones, hostile ones.

Strategies are made once (`functools.cache`): to make one costs more than to draw from it.
"""

import functools
from collections.abc import Mapping
from dataclasses import dataclass, replace

from frozendict import frozendict
from hypothesis import strategies as st

from designer.catalogue import parameters as p
from designer.catalogue import registry, training_settings
from designer.catalogue.augmentation import augmentations
from designer.catalogue.layers.custom import Pairs, PortNames, Records
from designer.catalogue.sampling import samplings
from designer.catalogue.splits import splits
from designer.document import edits, limits, remarks
from designer.document.clip import copy_nodes, paste_clip
from designer.document.drawing import FLOWS, HUES, PLAIN, Drawing, Remark
from designer.document.graph import Edge, Graph, Node, Value
from designer.document.project import Choice, Data, Project, Training

# Texts that break programs: code, quotes, comments, format strings, control and look-alike characters.
HOSTILE_TEXTS = (
    "",
    " ",
    "'",
    '"',
    '"""',
    "'''",
    "\\",
    "a\nimport os",
    "a\r\nb",
    "#",
    "conv1  # comment",
    "__import__('os').system('touch owned')",
    '"""\nopen("owned", "w").close()\n"""',
    "x: open('owned','w')",
    "{open('owned', 'w')}",
    "{0.__class__}",
    "%s%n",
    "self",
    "class",
    "None",
    "nn",
    "torch",
    "forward",
    "__class__",
    "../../etc/passwd",
    "<b>bold</b><script>alert(1)</script>",
    "&amp;",
    "\u2028\u2029\x85",
    "\u202egnirts",
    "\0",
    "\x1b[31m",
    "𝔰𝔢𝔩𝔣",  # noqa: RUF001 (Python reads it as `self`)
    "ﬁ",
    "名前",
    "é",
    "e\u0301",
    "🙂" * 20,
    "a" * 1000,
)


@functools.cache
def texts(longest: int = 30) -> st.SearchStrategy[str]:
    """Return any text a file can hold, hostile ones often."""
    return st.sampled_from([text for text in HOSTILE_TEXTS if len(text) <= max(longest, 40)]) | st.text(
        max_size=longest
    )


@functools.cache
def scalars() -> st.SearchStrategy[Value]:
    """Return any single value a parameter may hold."""
    wholes = st.integers(limits.SMALLEST_WHOLE, limits.LARGEST_WHOLE)
    return st.none() | st.booleans() | st.integers(-3, 20) | wholes | finite() | texts()


@functools.cache
def finite() -> st.SearchStrategy[float]:
    """Return any finite float."""
    return st.floats(allow_nan=False, allow_infinity=False)


@functools.cache
def values() -> st.SearchStrategy[Value]:
    """Return any value a parameter may hold, lists in lists included."""
    return st.recursive(scalars(), lambda inner: st.lists(inner, max_size=4).map(tuple), max_leaves=8)


@functools.cache
def extras() -> st.SearchStrategy[Mapping[str, object]]:
    """Return fields that this version does not know."""
    inner = st.recursive(
        scalars(),
        lambda item: st.lists(item, max_size=3).map(tuple) | st.dictionaries(texts(), item, max_size=3).map(frozendict),
        max_leaves=6,
    )
    names = texts().map(lambda text: f"x-{text}"[:1000])
    return st.just(frozendict()) | st.dictionaries(names, inner, max_size=2).map(frozendict)


def sound_values(kind: p.ParameterType) -> st.SearchStrategy[Value]:
    """Return small values that a parameter accepts."""
    match kind:
        case p.Maybe(item):
            return st.none() | sound_values(item)
        case p.Flag():
            return st.booleans()
        case p.Option(words):
            return st.sampled_from(words)
        case p.Integer(low, high):
            return st.integers(max(low, -6), min(high, max(low, -6) + 8))
        case p.Real(low, high, above, below):
            return st.floats(
                max(low, -2.0), min(high, 2.0), exclude_min=above, exclude_max=below, allow_subnormal=False, width=32
            )
        case p.PerAxis(axes, low, words):
            number = st.integers(low, low + 3)
            return st.one_of(number, st.tuples(*[number] * axes), *[st.just(word) for word in words])
        case p.Factors():
            number = st.floats(0.25, 3.0, width=32)
            return st.one_of(number, st.lists(number, min_size=1, max_size=3).map(tuple))
        case p.Sizes():
            return st.lists(st.integers(1, 7), min_size=1, max_size=3).map(tuple)
        case PortNames():
            return st.sampled_from((("input",), ("a", "b"), ("x",)))
        case Pairs():
            return st.just(()) | st.dictionaries(st.sampled_from(("width", "scale")), scalars()).map(
                lambda d: (*d.items(),)
            )
        case Records():
            return st.just(())
        case p.Several(item, _, shortest):
            return st.lists(sound_values(item), min_size=shortest, max_size=shortest + 3).map(tuple)
    return texts()


@functools.cache
def parameters(declared: tuple[p.Parameter, ...] = ()) -> st.SearchStrategy[Mapping[str, Value]]:
    """Return settings: of the declared parameters sound or wrong ones, now and then one that nobody declared."""
    known = {each.name: st.one_of(sound_values(each.type), sound_values(each.type), values()) for each in declared}
    strays = st.just({}) | st.dictionaries(texts(), values(), max_size=2)
    return st.builds(
        lambda given, more: frozendict({**more, **given}), st.fixed_dictionaries({}, optional=known), strays
    )


@functools.cache
def kinds() -> st.SearchStrategy[str]:
    """Return kinds of layers, known and unknown."""
    return st.one_of(st.sampled_from(sorted(registry.layers)), st.sampled_from(sorted(registry.layers)), texts())


@functools.cache
def sound_parameters(kind: str) -> st.SearchStrategy[Mapping[str, Value]]:
    """Return settings that a layer accepts."""
    declared = registry.layers[kind].parameters
    return st.fixed_dictionaries({}, optional={each.name: sound_values(each.type) for each in declared})


def _declared(kind: str, specs: Mapping[str, object]) -> tuple[p.Parameter, ...]:
    spec = specs.get(kind)
    return () if spec is None else spec.parameters


@st.composite
def nodes(draw: st.DrawFn, key: str) -> Node:
    """Return any node with the given id."""
    kind = draw(kinds())
    name = draw(st.sampled_from((key, kind.lower(), "")) | texts())
    return Node(key, kind, name, draw(parameters(_declared(kind, registry.layers))), draw(extras()))


@functools.cache
@st.composite
def graphs(draw: st.DrawFn, most: int = 8) -> Graph:
    """Return any graph: cycles, dangling wires, ports that cannot exist, the same wire twice."""
    keys = draw(st.lists(st.sampled_from("abcdefghij") | texts(), max_size=most, unique=True))
    ends = st.sampled_from([*keys, *keys, *keys, "missing"])
    ports = st.sampled_from((0, 0, 0, 0, 1, 2)) | st.integers(-2, 1_000_000)
    edges = st.lists(st.builds(Edge, ends, ports, ends, ports), max_size=2 * most)
    return Graph({key: draw(nodes(key)) for key in keys}, tuple(draw(edges)))


@functools.cache
@st.composite
def networks(draw: st.DrawFn, most: int = 6) -> Graph:
    """Return a chain from Input to Output of known layers with sound settings, at times with a way round a part.

    Shapes fit some of the time: Flatten stands before Linear more often than not, and spatial layers are of one rank.
    """
    others = {"1d", "2d", "3d"} - {draw(st.sampled_from(("2d", "2d", "2d", "1d", "3d")))}
    middle = [
        kind
        for kind, spec in registry.layers.items()
        if spec.role == "layer" and len(spec.inputs) == 1 and kind[-2:] not in others
    ]
    chosen = ["Input"]
    for kind in draw(st.lists(st.sampled_from(sorted(middle)), max_size=most)):
        if kind == "Linear" and draw(st.booleans()):
            chosen.append("Flatten")
        chosen.append(kind)
    chosen.append("Output")
    made = {}
    for number, kind in enumerate(chosen):
        made[f"n{number}"] = Node(f"n{number}", kind, f"{kind.lower()}{number}", draw(sound_parameters(kind)))
    edges = [Edge(f"n{i}", 0, f"n{i + 1}", 0) for i in range(len(chosen) - 1)]
    if len(chosen) > 3 and draw(st.booleans()):
        start = draw(st.integers(0, len(chosen) - 3))
        made["add"] = Node("add", draw(st.sampled_from(("Add", "Concatenate"))), "join")
        last = edges.pop()
        edges += [Edge(last.source, 0, "add", 0), Edge(f"n{start}", 0, "add", 1), Edge("add", 0, last.target, 0)]
    return Graph(made, tuple(edges))


@st.composite
def choices(draw: st.DrawFn, specs: Mapping[str, object]) -> Choice:
    """Return a choice from a part of the catalogue, or of something it does not have."""
    kind = draw(st.one_of(st.sampled_from(sorted(specs)), st.sampled_from(sorted(specs)), texts()))
    return Choice(kind, draw(parameters(_declared(kind, specs))), draw(extras()))


@functools.cache
def data() -> st.SearchStrategy[Data]:
    """Return any data settings a file can hold."""
    return st.builds(
        Data,
        source=st.none() | choices(registry.sources),
        validation=st.floats(0, 1, exclude_max=True),
        split_seed=st.integers(*limits.WHOLE["split_seed"]),
        split=choices(splits),
        test=st.just(0.0) | st.floats(0, 1, exclude_max=True),
        sampling=choices(samplings),
        augmentation=st.lists(choices(augmentations), max_size=3).map(tuple),
        extra=extras(),
    )


@functools.cache
def trainings() -> st.SearchStrategy[Training]:
    """Return any training settings a file can hold."""
    return st.builds(
        Training,
        loss=choices(registry.losses),
        optimizer=choices(registry.optimizers),
        schedule=choices(registry.schedules),
        epochs=st.integers(*limits.WHOLE["epochs"]),
        batch_size=st.integers(*limits.WHOLE["batch_size"]),
        device=st.sampled_from(("auto", "cpu", "cuda", "cuda:1", "mps", "xpu", "xpu:0")),
        seed=st.integers(*limits.WHOLE["seed"]),
        weights=st.sampled_from(("", "digits_start.safetensors", "/weights/größer.safetensors")),
        warmup=choices(training_settings.warmups),
        batch=st.sampled_from(limits.BATCHES),
        accumulate=st.integers(*limits.WHOLE["accumulate"]),
        clip=choices(training_settings.clippings),
        averaging=choices(training_settings.averagings),
        early_stopping=choices(training_settings.stoppings),
        metrics=st.lists(texts(), max_size=3).map(tuple),
        objective=choices(registry.objectives),
        extra=extras(),
    )


@st.composite
def drawings(draw: st.DrawFn, nodes: list[str]) -> Drawing:
    """Return any way to draw a network of these nodes that a file can hold."""
    coordinates = st.floats(-limits.FURTHEST, limits.FURTHEST)
    ids = st.frozensets(st.sampled_from([*nodes, "missing"]), max_size=4)
    remarks = st.builds(
        Remark, texts(), st.sampled_from(HUES) | texts(), ids, st.tuples(coordinates, coordinates), extras()
    )
    kept = remarks.map(lambda one: replace(one, position=(0.0, 0.0)) if one.nodes else one)
    return Drawing(
        draw(st.sampled_from(FLOWS)), draw(ids), draw(st.dictionaries(texts(), kept, max_size=3)), draw(extras())
    )


FEW_DATA = (Data(), Data(Choice("Digits")), Data(Choice("Diabetes"), validation=0.0), Data(Choice("Nonsense")))
FEW_TRAININGS = (
    Training(),
    Training(loss=Choice("MSELoss"), batch_size=1),
    Training(objective=Choice("VariationalAutoencoder")),
)


@functools.cache
@st.composite
def projects(draw: st.DrawFn, most: int = 8, *, settled: bool = False) -> Project:
    """Return any project a file can hold, valid or not.

    `settled` takes data and training from a few: for what goes by the network, as to draw all settings takes longest.
    """
    graph = draw(st.one_of(graphs(most), graphs(most), networks(most)))
    coordinates = st.floats(-limits.FURTHEST, limits.FURTHEST) | st.integers(-500, 500).map(float)
    places = st.dictionaries(
        st.sampled_from([*graph.nodes, "missing"]), st.tuples(coordinates, coordinates), max_size=most
    )
    return Project(
        name=draw(texts()),
        graph=graph,
        layout=draw(places),
        data=draw(st.sampled_from(FEW_DATA) if settled else data()),
        training=draw(st.sampled_from(FEW_TRAININGS) if settled else trainings()),
        notes=draw(texts(200)),
        extra=draw(extras()),
        drawing=draw(st.just(PLAIN) | drawings(list(graph.nodes))),
    )


@dataclass(frozen=True)
class Ask:
    """One edit to try: the name of it and the numbers and values that fill in its arguments."""

    name: str
    numbers: tuple[int, int, int, int]
    text: str
    value: Value

    def apply(self, project: Project) -> Project:
        """Return the project after the edit; the project itself where the ask is impossible."""
        try:
            return _EDITS[self.name](project, self)
        except edits.EditError:
            return project

    def node(self, project: Project, number: int = 0) -> str:
        """Return one of the node ids."""
        keys = [*project.graph.nodes, "missing"]
        return keys[self.numbers[number] % len(keys)]

    def some(self, project: Project) -> list[str]:
        """Return several node ids."""
        return [key for index, key in enumerate(project.graph.nodes) if (self.numbers[1] >> index % 16) & 1]

    def remark(self, project: Project) -> str:
        """Return the id of a comment or frame."""
        keys = [*project.drawing.remarks, "missing"]
        return keys[self.numbers[0] % len(keys)]

    def edge(self, project: Project) -> Edge:
        """Return one of the wires."""
        made = Edge(self.node(project), self.numbers[1] % 3, self.node(project, 2), self.numbers[3] % 3)
        there = project.graph.edges
        return there[self.numbers[0] % len(there)] if there else made


_EDITS = {
    "add": lambda project, ask: edits.add_node(
        project, ask.text, parameters={"p": ask.value}, position=ask.numbers[:2]
    )[0],
    "add_named": lambda project, ask: edits.add_node(project, "Linear", name=ask.text)[0],
    "remove": lambda project, ask: edits.remove_nodes(project, ask.some(project)),
    "close": lambda project, ask: edits.remove_nodes(project, ask.some(project), close_gap=True),
    "connect": lambda project, ask: edits.connect(
        project, Edge(ask.node(project), ask.numbers[1] % 3, ask.node(project, 2), ask.numbers[3] % 3)
    ),
    "disconnect": lambda project, ask: edits.disconnect(project, [ask.edge(project)]),
    "insert": lambda project, ask: edits.insert_on_edge(project, ask.edge(project), "ReLU")[0],
    "set": lambda project, ask: edits.set_parameter(project, ask.node(project), ask.text, ask.value),
    "reset": lambda project, ask: edits.reset_parameter(project, ask.node(project), "p"),
    "rename": lambda project, ask: edits.rename_node(project, ask.node(project), ask.text),
    "move": lambda project, ask: edits.move_nodes(project, dict.fromkeys(ask.some(project), ask.numbers[:2])),
    "replace": lambda project, ask: edits.replace_kind(project, ask.node(project), ask.text),
    "data": lambda project, ask: edits.set_data(project, Data(Choice(ask.text, {"p": ask.value}))),
    "training": lambda project, ask: edits.set_training(project, Training(epochs=ask.numbers[0])),
    "name": lambda project, ask: edits.set_name(project, ask.text),
    "notes": lambda project, ask: edits.set_notes(project, ask.text),
    "comment": lambda project, ask: remarks.add_remark(project, Remark(ask.text, position=ask.numbers[:2]))[0],
    "frame": lambda project, ask: remarks.add_remark(project, Remark(ask.text, "blue", frozenset(ask.some(project))))[
        0
    ],
    "join": lambda project, ask: remarks.put_in_frame(project, ask.remark(project), ask.some(project)),
    "leave": lambda project, ask: remarks.put_in_frame(project, None, ask.some(project)),
    "forget": lambda project, ask: remarks.remove_remarks(project, [ask.remark(project)]),
    "shift": lambda project, ask: remarks.move_remarks(project, project.drawing.remarks, ask.numbers[:2]),
    "small": lambda project, ask: remarks.set_small(project, ask.some(project), ask.numbers[0] % 2 == 0),
    "flow": lambda project, ask: remarks.set_flow(project, FLOWS[ask.numbers[0] % 2]),
    "paste": lambda project, ask: paste_clip(project, copy_nodes(project, ask.some(project)))[0],
}


@functools.cache
def asks() -> st.SearchStrategy[Ask]:
    """Return any edit."""
    numbers = st.tuples(*[st.integers(0, 10_000)] * 4)
    return st.builds(Ask, st.sampled_from(sorted(_EDITS)), numbers, texts(), values())
