"""The forward of one class: a statement for each step of its flow, written as a person would write it."""

import sys
from collections.abc import Mapping, Sequence

from designer.codegen.beginnings import write_path
from designer.codegen.carrying import Row, carry
from designer.codegen.constructors import comment_size, live_inputs
from designer.codegen.flow import Flow, Step, is_block
from designer.codegen.forms import Form, find_home, is_loop
from designer.codegen.layout import LINE_LENGTH, STEP, Group, lay_out, lay_out_expression
from designer.codegen.lettering import measure_width
from designer.codegen.naming import Naming, count_uses
from designer.codegen.text import BODY, Text, join_texts
from designer.document.places import place_in_block

# Layers that give the same whatever the order of two inputs.
_EITHER_WAY = frozenset({"Add", "Multiply"})

LOOPED = "layer"  # what a loop over the repetitions of a block calls each of them
MANY = "tuple[Tensor, ...]"

# What was found of each step of a network last, and written for it: an edit leaves most of it as it is.
_around: Row[bool] | None = None
_statements: Row[Text] | None = None


class ForwardWriter:
    """Writes the forward of one form; `form_of` has the classes it builds on, `about` is the docstring, "" for none.

    `flags` is filled in by whoever writes __init__: by the number of a step without a module, the attribute that says
    whether it is done. Of a form that `is_plain` what follows from the same is taken over.
    """

    def __init__(
        self, form: Form, form_of: Mapping[int, Form], flow: Flow, naming: Naming, *, is_plain: bool, about: str
    ) -> None:
        self.flags: dict[int, str] = {}
        self._form = form
        self._form_of = form_of
        self._inference = form.inference
        self._flow = flow
        self._naming = naming
        self._is_plain = is_plain
        self._about = about
        self._uses = count_uses(flow)
        self._around = self._find_around()

    def write(self, text: Text) -> None:
        """Add the lines of forward to a text."""
        flow, variables = self._flow, self._naming.variables
        arguments = [variables[node, 0] for node in flow.inputs]
        gives = len(flow.results)
        result = "Tensor" if gives == 1 else f"tuple[{'Tensor, ' * (gives - 1)}Tensor]" if gives < 5 else MANY
        items = (("", "self"), *(("", f"{argument}: Tensor") for argument in arguments))
        text.add(lay_out("def forward", Group("(", items), f" -> {result}:", STEP), self._node(flow.inputs[0]))
        if self._about:
            text.add([f'{BODY}"""{self._about}"""'])
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

    def _node(self, node: str) -> str:
        return place_in_block(self._form.block, node)

    def _module_of(self, index: int) -> str:
        """Return the expression of the module that does a step: its own, or the one of the layer it shares with."""
        step, attribute = self._flow.steps[index], self._naming.attributes[index]
        node = step.nodes[-1]
        if len(step.nodes) == 1 and node not in self._form.modules and self._inference.nodes[node].node.options:
            home = find_home(self._form, node)
            if home in self._form.modules:
                return write_path(self._form.modules[home])
        return f"self.{attribute}"

    def _returns(self) -> bool:
        """Return whether the last step is the statement that returns."""
        steps, results = self._flow.steps, self._flow.results
        return bool(steps) and len(results) == 1 and steps[-1].gives == 1 and not is_looped(self._form, steps[-1])

    def _carry_statements(self) -> Text:
        """Return the statements of forward where no block is used; those that follow from the same are taken over."""
        global _statements
        steps, variables, attributes = self._flow.steps, self._naming.variables, self._naming.attributes
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
        step = self._flow.steps[index]
        known = step.layers[-1]
        names = self._name_results(step)
        if is_looped(self._form, step):
            self._write_loop(text, index, step, names)
            return
        before = "return " if index == len(self._flow.steps) - 1 and self._returns() else f"{', '.join(names)} = "
        comment = "" if self._naming.attributes[index] or self._form.block else comment_size(known)
        text.add(lay_out_expression(before, self._write_call(index, step), comment, BODY), self._node(step.nodes[0]))

    def _find_around(self) -> Sequence[bool]:
        """Return of each step whether it is written within the next."""
        global _around
        steps, attributes = self._flow.steps, self._naming.attributes
        after = (*steps[1:], None)
        uses = self._uses
        once = [uses[step.result] == 1 for step in steps]
        _around = carry(_around, (steps, after, attributes, once), self._is_way_around)
        return _around.items

    def _is_way_around(self, index: int) -> bool:
        """Return whether a step is best written within the next, which adds what it gives to what it takes: x + f(x)."""
        step, after = self._flow.steps[index], self._flow.steps[index + 1 : index + 2]
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
            before = self._flow.steps[index - 1]
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
        if index in self.flags:
            return f"{called} if self.{self.flags[index]} else {arguments[0]}"
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
        if index in self.flags:
            holder = f"{holder} if self.{self.flags[index]} else ()"
        text.add(
            [
                f"{BODY}for {LOOPED} in {holder}:",
                f"{BODY}{STEP}{', '.join(results)} = {LOOPED}({', '.join(again)})",
            ],
            node,
        )


def is_looped(form: Form, step: Step) -> bool:
    """Return whether a step is a repeated block that no nn.Sequential can hold."""
    known = form.inference.nodes[step.nodes[-1]]
    if not is_block(known) or known.spec is None or known.spec.foldable:
        return False
    return is_loop(form.known(step.nodes[-1]))
