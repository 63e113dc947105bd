"""One nn.Module class: the network itself or a block, written as a person would write it."""

import operator
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from designer.catalogue.shapes import Inferred
from designer.codegen.arguments import write_type
from designer.codegen.beginnings import write_beginnings, write_path
from designer.codegen.constructors import Constructors, comment_size, live_inputs
from designer.codegen.flow import Flow, Place, Step, find_outputs, is_block, plan_flow
from designer.codegen.forms import Form, find_home, is_loop
from designer.codegen.layout import LINE_LENGTH, STEP, Group, Piece, lay_out, lay_out_expression
from designer.codegen.lettering import measure_width
from designer.codegen.naming import Naming, name_flow
from designer.codegen.source import write_piece
from designer.codegen.text import BODY, Text
from designer.document.places import place_in_block

# Layers that give the same whatever the order of two inputs.
_EITHER_WAY = frozenset({"Add", "Multiply"})

LOOPED = "layer"  # what a loop over the repetitions of a block calls each of them
MANY = "tuple[Tensor, ...]"

# The elements of chains written before, by the identity of what is known of their layers, which is kept with them.
_chains: dict[tuple[object, ...], tuple[list[Inferred], Text]] = {}
_MOST_CHAINS = 10_000

# The calls that were planned last, and the statements of forward that were written last: what they follow from is kept
# with them, and an edit of a setting leaves most of it as it is.
_called: tuple[Flow | None, Naming | None, Counter[Place], list[bool]] = (None, None, Counter(), [])
_plain_steps: tuple[Flow | None, Naming | None, list[Inferred], Text] = (None, None, [], Text())

# The docstrings of a class and of its forward, from its flow; "" for none.
Describe = Callable[[Flow], tuple[str, str]]


class ClassWriter:
    """Writes the class of one form; `form_of` has the classes it builds on, `taken` are names used for something else.

    `extra` are values that forward returns beside those that reach the outputs.
    """

    def __init__(
        self,
        form: Form,
        form_of: Mapping[int, Form],
        taken: frozenset[str],
        describe: Describe,
        extra: tuple[Place, ...] = (),
    ) -> None:
        self._form = form
        self._form_of = form_of
        self._inference = form.inference
        flow = plan_flow(form.inference, form.order, find_outputs(form.inference), form.conditions)
        self.flow = replace(flow, results=(*flow.results, *extra)) if extra else flow
        has_blocks = bool(form.inference.scope.blocks)
        if has_blocks and any(self._loops(step) for step in self.flow.steps):
            taken |= {LOOPED}
        self._naming = name_flow(form.inference, self.flow, taken)
        self._uses, self._around = self._plan_calls()
        self._made = Constructors(form, form_of)
        self._about, self._about_forward = describe(self.flow)
        self._flags: dict[int, str] = {}  # the attribute that says whether a step without a module is there

    def _plan_calls(self) -> tuple[Counter[Place], list[bool]]:
        """Return how often each value is taken, and of each step whether it is written within the next."""
        global _called
        flow, naming = self.flow, self._naming
        if _called[0] is not flow or _called[1] is not naming:
            self._uses = Counter([place for step in flow.steps for place in step.sources])
            self._uses.update(flow.results)
            pairs = [len(step.sources) == 2 for step in (*flow.steps[1:], *flow.steps[:1])]
            around = [pair and self._is_way_around(index) for index, pair in enumerate(pairs)]
            _called = (flow, naming, self._uses, around)
        return _called[2], _called[3]

    def write(self) -> Text:
        """Return the class, and fill in what the form says of it."""
        form = self._form
        layers = self._write_layers()
        arguments = self._made.arguments
        form.channels = self._made.find_channels() if form.block else ""
        derived, declared = arguments.list_derived(), arguments.list_declared()
        form.arguments = {**derived, **declared}
        if declared:
            block = form.instances[0].scope.blocks[form.block]
            form.defaults = {item.name: item.default for item in block.parameters if item.name in declared}
        text = Text()
        text.add([f"class {form.name}(nn.Module):", f'    """{self._about}"""', ""])
        items: list[tuple[str, Piece]] = [("", "self")]
        items += [("", f"{name}: {write_type(values)}") for name, values in derived.items()]
        items += [
            (f"{name}: {write_type((*values, form.defaults[name]))} = ", write_piece(form.defaults[name]))
            for name, values in declared.items()
        ]
        text.add(lay_out("def ", Group("__init__(", tuple(items)), " -> None:", STEP))
        text.add([f"{BODY}super().__init__()"])
        text.append(layers)
        text.add([""])
        self._write_forward(text)
        return text

    def _node(self, node: str) -> str:
        return place_in_block(self._form.block, node)

    def _write_layers(self) -> Text:
        """Return the lines of __init__ that make the layers; fill in the module path of each node that has one."""
        text, modules = Text(), self._form.modules
        for index, (step, attribute) in enumerate(zip(self.flow.steps, self._naming.attributes, strict=True)):
            if not attribute:
                if step.condition:
                    self._write_flag(text, index, step)
                continue
            if len(step.nodes) == 1 and self._takes_all(
                step.nodes[0]
            ):  # the module of another layer serves this one too
                if step.condition:
                    self._write_flag(text, index, step)
                continue
            if len(step.nodes) == 1:
                node = step.nodes[0]
                if step.condition:
                    self._write_choice(text, step, attribute)
                else:
                    text.add(self._made.lay_out(f"self.{attribute} = ", node, "", BODY), self._node(node))
                modules[node] = attribute
            else:
                self._write_chain(text, step, attribute)
        write_beginnings(text, self._form, self._made.arguments, self._node)
        return text

    def _write_chain(self, text: Text, step: Step, attribute: str) -> None:
        """Add an nn.Sequential of several layers; where a condition switches it off it is an nn.Identity."""
        if not step.condition and self._made.arguments.is_plain and not self._is_block(step.nodes[0]):
            self._write_plain_chain(text, step, attribute)
            return
        condition = self._made.arguments.write_condition(step.condition) if step.condition else ""
        indent = BODY + STEP * bool(condition)
        text.add([f"{BODY}self.{attribute} = " + ("(" if condition else "nn.Sequential(")])
        if condition:
            text.add([f"{indent}nn.Sequential("])
        place = 0
        for node in step.nodes:
            count = self._made.count_elements(node) if is_block(self._inference.nodes[node]) else 1
            if count is None and node != step.nodes[-1]:  # those behind it keep one place in every use
                self._form.nested.add(node)
                count = 1
            if is_block(self._inference.nodes[node]):
                comment = self._made.comment(node)
                nested = node in self._form.nested
                pieces = [self._made.write(node)] if nested else self._made.write_elements(node)
                for piece in pieces:
                    after = f",{comment}" if piece is pieces[-1] else ","
                    text.add(lay_out("", piece, after, indent + STEP), self._node(node))
            else:
                text.add(self._made.lay_out("", node, ",", indent + STEP), self._node(node))
            self._form.modules[node] = f"{attribute}.{place}"
            place += count or 1
        if condition:
            text.add([f"{indent})", f"{indent}if {condition}", f"{indent}else nn.Identity()"])
        text.add([f"{BODY})"])

    def _write_plain_chain(self, text: Text, step: Step, attribute: str) -> None:
        """Add an nn.Sequential of layers whose values are all literals."""
        nodes = self._inference.nodes
        known = [nodes[node] for node in step.nodes]
        key = (self._form.block, *map(id, known))
        found = _chains.get(key)
        if found is None:
            elements = Text()
            for node in step.nodes:
                elements.add(self._made.lay_out("", node, ",", BODY + STEP), self._node(node))
            if len(_chains) >= _MOST_CHAINS:
                _chains.clear()
            found = _chains[key] = (known, elements)
        text.add([f"{BODY}self.{attribute} = nn.Sequential("])
        text.append(found[1])
        text.add([f"{BODY})"])
        self._form.modules.update([(node, f"{attribute}.{place}") for place, node in enumerate(step.nodes)])

    def _is_block(self, node: str) -> bool:
        return is_block(self._inference.nodes[node])

    def _write_choice(self, text: Text, step: Step, attribute: str) -> None:
        """Add a layer that only some uses of the block have."""
        node = step.nodes[0]
        made, condition = self._made.write(node), self._made.arguments.write_condition(step.condition)
        spec = self._inference.nodes[node].spec
        other = "nn.Identity()" if spec is not None and spec.foldable else "None"
        if self._loops(step):
            other = "nn.ModuleList()"
        line = f"{BODY}self.{attribute} = {made} if {condition} else {other}"
        lines = [line]
        if measure_width(line) > LINE_LENGTH:
            lines = [
                f"{BODY}self.{attribute} = (",
                *lay_out("", made, "", BODY + STEP),
                f"{BODY}{STEP}if {condition}",
                f"{BODY}{STEP}else {other}",
                f"{BODY})",
            ]
            flat = f"{BODY}{STEP}{made} if {condition} else {other}"
            if measure_width(flat) <= LINE_LENGTH:
                lines[1:-1] = [flat]
        text.add(lines, self._node(node))

    def _write_flag(self, text: Text, index: int, step: Step) -> None:
        """Add the attribute that says whether a step without a module of its own is done."""
        name = self._flags[index] = self._naming.labels[index]
        condition = self._made.arguments.write_condition(step.condition)
        text.add([f"{BODY}self.{name} = {condition}"], self._node(step.nodes[-1]))

    def _takes_all(self, node: str) -> bool:
        """Return whether a layer has every weight from another one."""
        home, nodes = find_home(self._form, node), self._inference.nodes
        return home is not None and nodes[home].node.kind == nodes[node].node.kind

    def _module_of(self, index: int) -> str:
        """Return the expression of the module that does a step: its own, or the one of the layer it shares with."""
        step, attribute = self.flow.steps[index], self._naming.attributes[index]
        node = step.nodes[-1]
        if len(step.nodes) == 1 and node not in self._form.modules and self._inference.nodes[node].node.options:
            home = find_home(self._form, node)
            if home in self._form.modules:
                return write_path(self._form.modules[home])
        return f"self.{attribute}"

    def _write_forward(self, text: Text) -> None:
        flow, variables = self.flow, self._naming.variables
        arguments = [variables[node, 0] for node in flow.inputs]
        gives = len(flow.results)
        result = "Tensor" if gives == 1 else f"tuple[{'Tensor, ' * (gives - 1)}Tensor]" if gives < 5 else MANY
        items = (("", "self"), *(("", f"{argument}: Tensor") for argument in arguments))
        text.add(lay_out("def forward", Group("(", items), f" -> {result}:", STEP), self._node(flow.inputs[0]))
        if self._about_forward:
            text.add([f'{BODY}"""{self._about_forward}"""'])
        if self._form.block or self._inference.scope.blocks:
            self._write_steps(text)
        else:
            text.append(self._write_plain_steps())

    def _write_plain_steps(self) -> Text:
        """Return the statements of forward where no block is used: those written last, unless something in them changed.

        Under the same flow and names they differ only by the settings of layers that are no part of a chain.
        """
        global _plain_steps
        nodes = self._inference.nodes
        alone = [nodes[step.nodes[0]] for step in self.flow.steps if len(step.nodes) == 1]
        flow, naming, before, written = _plain_steps
        if flow is self.flow and naming is self._naming and all(map(operator.is_, before, alone)):
            return written
        text = Text()
        self._write_steps(text)
        _plain_steps = (self.flow, self._naming, alone, text)
        return text

    def _write_steps(self, text: Text) -> None:
        """Add the statements of forward. A line of a Sequential counts as its first layer's."""
        flow, variables = self.flow, self._naming.variables
        used = {place for step in flow.steps for place in step.sources} | set(flow.results)
        last = len(flow.steps) - 1
        returned = False
        for index, step in enumerate(flow.steps):
            if self._around[index]:
                continue  # written where the next step takes it
            known = self._inference.nodes[step.nodes[-1]]
            assert known.spec is not None
            ports = [(step.nodes[-1], number) for number in range(len(known.spec.outputs))]
            names = [variables[place] if place in used else "_" for place in ports]
            if is_block(known) and self._loops(step):
                self._write_loop(text, index, step, names)
                continue
            if index == last and len(flow.results) == 1 and len(ports) == 1:
                before, returned = "return ", True
            else:
                before = ", ".join(names) + " = "
            comment = "" if self._naming.attributes[index] or self._form.block else comment_size(known)
            text.add(
                lay_out_expression(before, self._write_call(index, step), comment, BODY), self._node(step.nodes[0])
            )
        if not returned:
            results = [variables[place] for place in flow.results]
            lines = [f"{BODY}return {', '.join(results)}"]
            if measure_width(lines[0]) > LINE_LENGTH:
                lines = lay_out("return ", Group("(", tuple(("", name) for name in results)), "", BODY)
            text.add(lines, self._node(flow.outputs[0]))

    def _is_way_around(self, index: int) -> bool:
        """Return whether a step is best written within the next, which adds what it gives to what it takes: x + f(x)."""
        flow = self.flow
        step = flow.steps[index]
        if index + 1 == len(flow.steps) or len(step.sources) != 1 or not self._naming.attributes[index]:
            return False
        after, result = flow.steps[index + 1], (step.nodes[-1], 0)
        if len(after.sources) != 2 or result not in after.sources or step.sources[0] not in after.sources:
            return False
        spec, joining = (self._inference.nodes[each.nodes[-1]].spec for each in (step, after))
        if sorted(after.sources) != sorted((result, step.sources[0])) or joining is None or joining.family != "merge":
            return False
        if spec is None or not spec.foldable or step.condition or after.condition:
            return False
        return self._uses[result] == 1

    def _write_call(self, index: int, step: Step) -> str:
        """Return the expression of a step."""
        known = self._inference.nodes[step.nodes[-1]]
        assert known.spec is not None
        arguments = [self._naming.variables[place] for place in step.sources]
        if index and self._around[index - 1]:
            before = self.flow.steps[index - 1]
            within = step.sources.index((before.nodes[-1], 0))
            arguments[within] = self._write_call(index - 1, before)
            if known.node.kind in _EITHER_WAY and within == 0:
                arguments.reverse()  # x + f(x), which is f(x) + x to the last bit
        layer = self._module_of(index)
        if len(step.nodes) > 1:
            called = f"{layer}({', '.join(arguments)})"
        elif is_block(known):
            called = f"{layer}({', '.join(self._live_arguments(step, arguments))})"
        else:
            called = known.spec.call.apply(known.values, layer, arguments)
        if not step.condition:
            return called
        if index in self._flags:
            return f"{called} if self.{self._flags[index]} else {arguments[0]}"
        if known.spec.foldable:
            return called
        return f"{called} if {layer} is not None else {arguments[0]}"

    def _live_arguments(self, step: Step, arguments: Sequence[str]) -> list[str]:
        """Return the arguments of a block's forward: inputs that nothing in it uses are left out."""
        known = self._inference.nodes[step.nodes[-1]]
        if len(step.nodes) > 1 or not known.inside or len(arguments) == 1:
            return list(arguments)
        form = self._form_of[id(known.inside[0])]
        ports = live_inputs(form.inference, form.order)
        return [arguments[port] for port in ports if port < len(arguments)]

    def _loops(self, step: Step) -> bool:
        """Return whether a step is a repeated block that no nn.Sequential can hold."""
        known = self._inference.nodes[step.nodes[-1]]
        if not is_block(known) or known.spec is None or known.spec.foldable:
            return False
        return is_loop(self._form.known(step.nodes[-1]))

    def _find_free(self, name: str) -> str:
        """Return a name that no value of forward has."""
        while name in self._naming.variables.values():
            name += "_"
        return name

    def _write_loop(self, text: Text, index: int, step: Step, names: Sequence[str]) -> None:
        """Add a loop over the repetitions of a block of several inputs or outputs: its outputs come in again."""
        variables = [self._naming.variables[place] for place in step.sources]
        results = [name if name != "_" else self._find_free(f"unused{number}") for number, name in enumerate(names)]
        node = self._node(step.nodes[0])
        carried = variables[len(results) :]
        taken = self._live_arguments(step, ["" for _ in results] + carried)
        for name in sorted({*results} & {*taken}):  # a result would hide what every repetition takes
            kept = self._find_free(f"given_{name}")
            text.add([f"{BODY}{kept} = {name}"], node)
            carried = [kept if value == name else value for value in carried]
        fresh = [(name, value) for name, value in zip(results, variables, strict=False) if name != value]
        if fresh:
            left, right = ", ".join(name for name, _ in fresh), ", ".join(value for _, value in fresh)
            text.add([f"{BODY}{left} = {right}"], node)
        again = self._live_arguments(step, [*results, *carried])
        holder = self._module_of(index)
        if index in self._flags:
            holder = f"{holder} if self.{self._flags[index]} else ()"
        text.add(
            [
                f"{BODY}for {LOOPED} in {holder}:",
                f"{BODY}{STEP}{', '.join(results)} = {LOOPED}({', '.join(again)})",
            ],
            node,
        )
