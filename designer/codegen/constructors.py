"""The expressions that make layers and blocks: `nn.Linear(784, 512)`, `Bottleneck(256, channels=64)`."""

from collections.abc import Mapping, Sequence
from itertools import pairwise

from designer.catalogue.shapes import Inference, Inferred
from designer.catalogue.spec import Inputs
from designer.codegen.arguments import MISSING, Arguments
from designer.codegen.flow import find_outputs, is_block
from designer.codegen.forms import Form, find_arguments, is_loop, list_runs, list_varying
from designer.codegen.layout import LINE_LENGTH, Group, Piece, lay_out
from designer.codegen.lettering import measure_width
from designer.codegen.source import write_piece
from designer.document.blocks import REPEAT
from designer.document.expressions import ExpressionError, find_names, is_expression, substitute
from designer.document.graph import Value


class Constructors:
    """Writes what makes the nodes of one form; `form_of` has the classes of the blocks it uses, written before it."""

    def __init__(self, form: Form, form_of: Mapping[int, Form]) -> None:
        self._form = form
        self._form_of = form_of
        self.arguments = Arguments(form)

    def lay_out(self, before: str, node: str, after: str, indent: str) -> list[str]:
        """Return the lines that make a layer, with its output size as the comment where that is always the same."""
        known = self._form.inference.nodes[node]
        if self.arguments.is_plain and not is_block(known):
            return _lay_out_plain(before, known, after, indent)
        return lay_out(before, self.write(node), f"{after}{self.comment(node)}", indent)

    def write(self, node: str) -> Piece:
        """Return the expression that makes a node; a repeated block comes as an nn.Sequential or an nn.ModuleList."""
        known = self._form.inference.nodes[node]
        if not is_block(known):
            return self._write_layer(node)
        runs = self._write_runs(node)
        if len(runs) == 1 and not runs[0][1]:
            return runs[0][0]
        if known.spec is not None and known.spec.foldable:
            return Group("nn.Sequential(", tuple(("", _spread(*run)) for run in runs))
        if len(runs) == 1:
            return Group("nn.ModuleList(", (("", _repeat("[", *runs[0])),))
        return Group("nn.ModuleList(", (("", Group("[", tuple(("", _spread(*run)) for run in runs), "]")),))

    def write_elements(self, node: str) -> list[Piece]:
        """Return what makes a node as elements of an nn.Sequential; a repeated block is spread out."""
        if not is_block(self._form.inference.nodes[node]):
            return [self._write_layer(node)]
        return [_spread(*run) for run in self._write_runs(node)]

    def count_elements(self, node: str) -> int | None:
        """Return how many elements of an nn.Sequential a node takes, None where uses of the block differ in it."""
        counts = {max(1, len(known.inside)) for known in self._form.known(node) if not known.is_off}
        return counts.pop() if len(counts) == 1 else None

    def comment(self, node: str) -> str:
        """Return the comment with a node's output size, "" where its input has that size or uses differ."""
        there = [known for known in self._form.known(node) if not known.is_off]
        first = there[0]
        if not first.outputs or any(known.outputs != first.outputs for known in there):
            return ""
        return "" if first.outputs[0] in first.inputs else f"  # {first.outputs[0]}"

    def _write_layer(self, node: str) -> Group:
        form = self._form
        known = form.known(node)
        first = form.inference.nodes[node]
        spec = first.spec
        assert spec is not None
        call, source = spec.call, first.node.parameters
        derived = {
            name: [MISSING if one.is_off else rule(one.values, _given(one)) for one in known]
            for name, rule in call.derived.items()
        }
        given = {
            parameter.name: [MISSING if one.is_off else one.values[parameter.name] for one in known]
            for parameter in spec.parameters
        } | derived
        items = [
            ("", self.arguments.write(node, name, given[name], source.get(name), derived=name in derived))
            for name in call.positional
        ]
        items += [
            (f"{name}=", self.arguments.write(node, name, values, derived=True))
            for name, values in derived.items()
            # What is derived as None is left to torch's own default.
            if name not in call.positional and any(value not in (None, MISSING) for value in values)
        ]
        written = {*call.positional, *derived}
        for parameter in spec.parameters:
            values = given[parameter.name]
            if parameter.argument and parameter.name not in written:
                if any(value is not MISSING and value != parameter.default for value in values):
                    piece = self.arguments.write(node, parameter.name, values, source.get(parameter.name))
                    items.append((f"{parameter.name}=", piece))
        return Group(f"{call.constructor}(", tuple(items))

    def _write_runs(self, node: str) -> list[tuple[Group, str]]:
        """Return the calls of a block's classes, of each class in its turn, and what repeats them, "" for nothing."""
        there = next(one for one in self._form.known(node) if not one.is_off)
        runs = list_runs(there, self._form_of)
        return [self._write_run(node, there, None if len(runs) == 1 else run) for run in runs]

    def _write_run(self, node: str, there: Inferred, run: range | None) -> tuple[Group, str]:
        """Return the call of a block's class and what repeats it; `run` are the repetitions, None for all of them.

        Where it is given, every use has the same ones.
        """
        known = self._form.known(node)
        start = run.start if run is not None else 0
        inside = there.inside if run is None else there.inside[run.start : run.stop]
        inner = self._form_of[id(inside[0])]
        varying = dict(list_varying(inside, self._form_of))
        source = there.node.parameters
        repeats = any(len(one.inside) > 1 for one in known)
        first = [None if one.is_off else find_arguments(inner, one.inside[start]) for one in known]
        items: list[tuple[str, Piece]] = []
        free: list[str] = []  # arguments that the loop runs over
        uses_index = False
        for name in inner.arguments:
            text = source.get(name)
            label = "" if name not in inner.defaults else f"{name}="
            if repeats and isinstance(text, str) and is_expression(text) and "index" in find_names(text):
                items.append((f"{name}=", self.arguments.write_condition(text)))
                uses_index = True
                continue
            if name in varying:
                items.append((label, self._name_loop(name)))
                free.append(name)
                continue
            values = [MISSING if row is None else row[name] for row in first]
            if label and all(value is MISSING or value == inner.defaults[name] for value in values):
                if not (isinstance(text, str) and is_expression(text)):
                    continue
            items.append((label, self.arguments.write(node, name, values, text, derived=not label)))
        made = Group(f"{inner.name}(", tuple(items))
        if run is None and not varying and not uses_index:
            self._note_channels(node, inner, items)
        return made, self._write_loop(node, {name: varying[name] for name in free}, uses_index, run)

    def _note_channels(self, node: str, inner: Form, items: Sequence[tuple[str, Piece]]) -> None:
        """Note the first size of what a block gives, as the class of the block has it from its arguments."""
        known = self._form.known(node)
        sizes = [one.outputs[0].sizes if one.outputs else () for one in known]
        if not inner.channels or not all(sizes):
            return
        plain = [name for name in inner.arguments if name not in inner.defaults]
        given = {name: str(write_piece(value)) for name, value in inner.defaults.items()}
        given.update(zip(plain, (str(piece) for label, piece in items if not label), strict=False))
        given.update((label[:-1], str(piece)) for label, piece in items if label)
        text = replace_names(inner.channels, given)
        if text is not None:
            values = [MISSING if one.is_off else size[0] for one, size in zip(known, sizes, strict=True)]
            self.arguments.note_result(node, text, values)

    def find_channels(self) -> str:
        """Return the first size of the first output as an expression over the arguments, "" where there is none."""
        form = self._form
        outputs = find_outputs(form.inference)
        edges = form.inference.graph.incoming.get(outputs[0], ()) if outputs else ()
        kinds = [instance.nodes[outputs[0]].inputs[0] for instance in form.instances] if edges else []
        if not kinds or not all(kind is not None and kind.sizes for kind in kinds):
            return ""
        values = [kind.sizes[0] for kind in kinds if kind is not None]
        return self.arguments.find_result(edges[0].source, values) or ""

    def _name_loop(self, name: str) -> str:
        """Return what a loop over the values of an argument calls each of them."""
        return f"each_{name}" if name in self.arguments else name

    def _write_loop(
        self, node: str, varying: Mapping[str, Sequence[Value]], uses_index: bool, run: range | None
    ) -> str:
        known = [one for one in self._form.known(node) if not one.is_off]
        if not is_loop(known) or (run is not None and len(run) == 1 and not uses_index):
            return ""
        text = known[0].node.options.get(REPEAT)
        names = [self._name_loop(name) for name in varying]
        if len(names) == 1 and not uses_index:
            return f"for {names[0]} in {_write_values(*varying.values())}"
        if run is None:
            all_counts = [MISSING if one.is_off else len(one.inside) for one in self._form.known(node)]
            times = f"range({self.arguments.write(node, REPEAT, all_counts, text)})"
        else:
            times = f"range({run.start}, {run.stop})" if uses_index else f"range({len(run)})"
        if not names:
            return f"for {'index' if uses_index else '_'} in {times}"
        if uses_index:
            names.insert(0, "index")
        columns = [*([times] if uses_index else []), *(_write_values(values) for values in varying.values())]
        return f"for {', '.join(names)} in zip({', '.join(columns)}, strict=True)"


def _spread(made: Group, loop: str) -> Group:
    """Return what stands for a repetition among the elements of a list of modules."""
    return _repeat("*[", made, loop) if loop else made


def _repeat(start: str, made: Piece, loop: str) -> Group:
    """Return a comprehension."""
    return Group(start, (("", made), ("", loop)), "]", comma=False)


def write_constructor(known: Inferred) -> Group:
    """Return the call that makes a layer with all its values as literals: `nn.Linear(784, 512)`."""
    spec, values = known.spec, known.values
    assert spec is not None
    call = spec.call
    derived = {name: rule(values, _given(known)) for name, rule in call.derived.items()}
    given = {**values, **derived}
    items: list[tuple[str, Piece]] = [("", write_piece(given[name])) for name in call.positional]
    # What is derived as None is left to torch's own default.
    named = {name: value for name, value in derived.items() if name not in call.positional and value is not None}
    items.extend((f"{name}=", write_piece(value)) for name, value in named.items())
    written = {*call.positional, *derived}
    for parameter in spec.parameters:
        value = values[parameter.name]
        if parameter.argument and parameter.name not in written and value != parameter.default:
            items.append((f"{parameter.name}=", write_piece(value)))
    return Group(f"{call.constructor}(", tuple(items))


# Constructors written before, by the identity of what they come from: between two edits most layers stay the same
# value, and a large network is written anew after every one.
_written: dict[int, tuple[Inferred, str, str]] = {}
_MOST_WRITTEN = 50_000


def _lay_out_plain(before: str, known: Inferred, after: str, indent: str) -> list[str]:
    """Return the lines that make a layer, with its output size as the comment."""
    entry = _written.get(id(known))
    if entry is None or entry[0] is not known:
        if len(_written) >= _MOST_WRITTEN:
            _written.clear()
        entry = _written[id(known)] = (known, str(write_constructor(known)), comment_size(known))
    line = f"{indent}{before}{entry[1]}{after}{entry[2]}"
    if measure_width(line) <= LINE_LENGTH:
        return [line]
    return lay_out(before, write_constructor(known), f"{after}{entry[2]}", indent)


def comment_size(known: Inferred) -> str:
    """Return the comment with a layer's output size, "" where its input has that size already."""
    assert known.outputs is not None
    return "" if known.outputs[0] in known.inputs else f"  # {known.outputs[0]}"


def live_inputs(instance: Inference, order: Sequence[str]) -> tuple[int, ...]:
    """Return the ports of a block whose values its outputs depend on: the arguments of its class's forward."""
    live = set(order)
    ways_in = [key for key, node in instance.graph.nodes.items() if node.kind == "Input"]
    return tuple(number for number, key in enumerate(ways_in) if key in live)


def replace_names(text: str, given: Mapping[str, str]) -> str | None:
    """Return an expression with other expressions in the place of its names, None where one of them cannot stand there."""
    try:
        found = substitute(f"={text}", {name: f"={other}" for name, other in given.items()})
        return str(found).removeprefix("=")
    except ExpressionError:
        return None


def _given(known: Inferred) -> Inputs:
    return tuple([kind for kind in known.inputs if kind is not None])


def _write_values(values: Sequence[Value]) -> str:
    """Return what a loop runs over: a range where the values are evenly spaced, else a tuple."""
    if len(values) > 2 and all(isinstance(value, int) and not isinstance(value, bool) for value in values):
        numbers = [value for value in values if isinstance(value, int)]
        steps = {after - before for before, after in pairwise(numbers)}
        step = steps.pop()
        if not steps and step:
            start, end = numbers[0], numbers[-1] + step
            return f"range({start}, {end})" if step == 1 else f"range({start}, {end}, {step})"
    return str(write_piece(tuple(values)))
