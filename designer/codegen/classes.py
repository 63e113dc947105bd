"""One nn.Module class: the network itself or a block, written as a person would write it."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import chain

from designer.catalogue.shapes import Inferred
from designer.codegen.arguments import write_type
from designer.codegen.beginnings import write_beginnings
from designer.codegen.carrying import Row, carry
from designer.codegen.constructors import Constructors
from designer.codegen.flow import Flow, Place, Step, find_outputs, is_block, plan_flow
from designer.codegen.forms import Form, find_home
from designer.codegen.forward import LOOPED, ForwardWriter, is_looped
from designer.codegen.layout import LINE_LENGTH, STEP, Group, Piece, lay_out
from designer.codegen.lettering import measure_width
from designer.codegen.naming import name_flow
from designer.codegen.source import write_piece
from designer.codegen.text import BODY, Text, join_texts
from designer.document.places import place_in_block

# What was written for each step of a network last in __init__: an edit leaves most of it as it is.
_layers: Row[tuple[Text, tuple[tuple[str, str], ...]]] | None = None

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
        self._inference = form.inference
        flow = plan_flow(form.inference, form.order, find_outputs(form.inference), form.conditions)
        self.flow = replace(flow, results=(*flow.results, *extra)) if extra else flow
        has_blocks = bool(form.inference.scope.blocks)
        if has_blocks and any(is_looped(form, step) for step in self.flow.steps):
            taken |= {LOOPED}
        self._naming = name_flow(form.inference, self.flow, taken)
        self._made = Constructors(form, form_of)
        self._is_plain = not has_blocks and not form.conditions and self._made.arguments.is_plain
        self._about, about = describe(self.flow)
        self._forward = ForwardWriter(form, form_of, self.flow, self._naming, is_plain=self._is_plain, about=about)

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
        self._forward.write(text)
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
        if is_looped(self._form, step):
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
        name = self._forward.flags[index] = self._naming.labels[index]
        condition = self._made.arguments.write_condition(step.condition)
        text.add([f"{BODY}self.{name} = {condition}"], self._node(step.nodes[-1]))

    def _takes_all(self, known: Inferred) -> bool:
        """Return whether a layer has every weight from another one."""
        if not known.node.options:
            return False
        home = find_home(self._form, known.node.id)
        return home is not None and self._inference.nodes[home].node.kind == known.node.kind
