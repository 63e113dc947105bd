"""One nn.Module class: the network itself or a block, written as a person would write it."""

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import chain

from designer.catalogue.shapes import Inferred
from designer.codegen.arguments import write_type
from designer.codegen.beginnings import write_beginnings, write_path
from designer.codegen.carrying import Row, carry
from designer.codegen.constructors import Constructors, comment_size, live_inputs
from designer.codegen.flow import Flow, Place, Step, find_outputs, is_block, plan_flow
from designer.codegen.forms import Form, find_home, is_loop
from designer.codegen.layout import LINE_LENGTH, STEP, Group, Piece, lay_out, lay_out_expression
from designer.codegen.lettering import measure_width
from designer.codegen.naming import count_uses, name_flow
from designer.codegen.source import write_piece
from designer.codegen.text import BODY, Text, join_texts
from designer.document.places import place_in_block

# Layers that give the same whatever the order of two inputs.
_EITHER_WAY = frozenset({"Add", "Multiply"})

LOOPED = "layer"  # what a loop over the repetitions of a block calls each of them
MANY = "tuple[Tensor, ...]"

# What was found of each step of a network last, and written for it in __init__ and in forward: an edit leaves most of
# it as it is.
_around: Row[bool] | None = None
_layers: Row[tuple[Text, tuple[tuple[str, str], ...]]] | None = None
_statements: Row[Text] | None = None

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
        self._uses = count_uses(self.flow)
        self._around = self._find_around()
        self._made = Constructors(form, form_of)
        self._is_plain = not has_blocks and not form.conditions and self._made.arguments.is_plain
        self._about, self._about_forward = describe(self.flow)
        self._flags: dict[int, str] = {}  # the attribute that says whether a step without a module is there

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
        global _layers
        steps, attributes = self.flow.steps, self._naming.attributes
        served = [False] * len(steps)
        if self._form.optional:
            served = [len(step.nodes) == 1 and self._takes_all(step.layers[0]) for step in steps]
        text = Text()
        if self._is_plain:
            made = _layers = carry(_layers, (steps, attributes, served), lambda at: self._make_layers(at, served[at]))
            text = join_texts([piece for piece, _ in made.items])
            self._form.modules.update(chain.from_iterable([paths for _, paths in made.items]))
        else:
            for at, one in enumerate(served):
                self._write_step_layers(text, self._form.modules, at, one)
        write_beginnings(text, self._form, self._made.arguments, self._node)
        return text

    def _make_layers(self, index: int, served: bool) -> tuple[Text, tuple[tuple[str, str], ...]]:
        """Return the lines that make the layers of a step, and the paths of their modules."""
        text, modules = Text(), dict[str, str]()
        self._write_step_layers(text, modules, index, served)
        return text, tuple(modules.items())

    def _write_step_layers(self, text: Text, modules: dict[str, str], index: int, served: bool) -> None:
        """Add the lines that make the layers of a step; `served` says that the module of another serves this one too."""
        step, attribute = self.flow.steps[index], self._naming.attributes[index]
        if not attribute or served:
            if step.condition:
                self._write_flag(text, index, step)
        elif len(step.nodes) > 1:
            self._write_chain(text, modules, step, attribute)
        else:
            node = step.nodes[0]
            if step.condition:
                self._write_choice(text, step, attribute)
            else:
                text.add(self._made.lay_out(f"self.{attribute} = ", node, "", BODY), self._node(node))
            modules[node] = attribute

    def _write_chain(self, text: Text, modules: dict[str, str], step: Step, attribute: str) -> None:
        """Add an nn.Sequential of several layers; where a condition switches it off it is an nn.Identity."""
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
            modules[node] = f"{attribute}.{place}"
            place += count or 1
        if condition:
            text.add([f"{indent})", f"{indent}if {condition}", f"{indent}else nn.Identity()"])
        text.add([f"{BODY})"])

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

    def _takes_all(self, known: Inferred) -> bool:
        """Return whether a layer has every weight from another one."""
        if not known.node.options:
            return False
        home = find_home(self._form, known.node.id)
        return home is not None and self._inference.nodes[home].node.kind == known.node.kind

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
        if self._is_plain:
            text.append(self._carry_statements())
        else:
            for index in range(len(flow.steps)):
                self._write_statement(text, index)
        if not self._returns():
            results = [variables[place] for place in flow.results]
            lines = [f"{BODY}return {', '.join(results)}"]
            if measure_width(lines[0]) > LINE_LENGTH:
                lines = lay_out("return ", Group("(", tuple(("", name) for name in results)), "", BODY)
            text.add(lines, self._node(flow.outputs[0]))

    def _returns(self) -> bool:
        """Return whether the last step is the statement that returns."""
        steps, results = self.flow.steps, self.flow.results
        return bool(steps) and len(results) == 1 and steps[-1].gives == 1 and not self._loops(steps[-1])

    def _carry_statements(self) -> Text:
        """Return the statements of forward where no block is used; those that follow from the same are taken over."""
        global _statements
        steps, variables, attributes = self.flow.steps, self._naming.variables, self._naming.attributes
        taken = [
            variables[step.sources[0]]
            if len(step.sources) == 1
            else sys.intern(" ".join([variables[place] for place in step.sources]))
            for step in steps
        ]
        given = [
            variables[step.result] if step.gives == 1 else sys.intern(" ".join(self._name_results(step)))
            for step in steps
        ]
        if self._returns():
            given[-1] = ""
        shared: list[str | None] = [None] * len(steps)
        if self._form.optional:
            shared = [
                sys.intern(self._module_of(index)) if step.layers[-1].node.options else None
                for index, step in enumerate(steps)
            ]
        columns = (steps, taken, attributes, shared, self._around, given)
        # The step before is written within this one now and then.
        _statements = carry(_statements, columns, self._make_statement, looks_back=True)
        return join_texts(_statements.items)

    def _make_statement(self, index: int) -> Text:
        text = Text()
        self._write_statement(text, index)
        return text

    def _name_results(self, step: Step) -> list[str]:
        """Return what the values are called that a step gives, _ where nobody takes one."""
        variables, node = self._naming.variables, step.nodes[-1]
        places = [(node, number) for number in range(step.gives)]
        return [variables[place] if place in self._uses else "_" for place in places]

    def _write_statement(self, text: Text, index: int) -> None:
        """Add the statement of forward that does a step. A line of a Sequential counts as its first layer's."""
        if self._around[index]:
            return  # written where the next step takes it
        step = self.flow.steps[index]
        known = step.layers[-1]
        names = self._name_results(step)
        if self._loops(step):
            self._write_loop(text, index, step, names)
            return
        before = "return " if index == len(self.flow.steps) - 1 and self._returns() else f"{', '.join(names)} = "
        comment = "" if self._naming.attributes[index] or self._form.block else comment_size(known)
        text.add(lay_out_expression(before, self._write_call(index, step), comment, BODY), self._node(step.nodes[0]))

    def _find_around(self) -> Sequence[bool]:
        """Return of each step whether it is written within the next."""
        global _around
        steps, attributes = self.flow.steps, self._naming.attributes
        after = (*steps[1:], None)
        uses = self._uses
        once = [uses[step.result] == 1 for step in steps]
        _around = carry(_around, (steps, after, attributes, once), self._is_way_around)
        return _around.items

    def _is_way_around(self, index: int) -> bool:
        """Return whether a step is best written within the next, which adds what it gives to what it takes: x + f(x)."""
        step, after = self.flow.steps[index], self.flow.steps[index + 1 : index + 2]
        if len(step.sources) != 1 or not after or not self._naming.attributes[index]:
            return False
        if after[0].sources not in ((step.sources[0], step.result), (step.result, step.sources[0])):
            return False
        spec, joining = step.layers[-1].spec, after[0].layers[-1].spec
        if joining is None or joining.family != "merge":
            return False
        if spec is None or not spec.foldable or step.condition or after[0].condition:
            return False
        return self._uses[step.result] == 1

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
