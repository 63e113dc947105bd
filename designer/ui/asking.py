"""What is asked for by name, in one box: a layer to add or to put in the place of another, a wire, a command."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, QPointF
from PySide6.QtGui import QCursor

from designer.catalogue.guessing import guess_type
from designer.catalogue.joining import Joint, find_joints, sort_by_distance
from designer.catalogue.registry import layers
from designer.catalogue.replacing import find_replacements, replace_layers
from designer.catalogue.shapes import Scope
from designer.catalogue.wiring import feeders, offers, takes
from designer.document.edits import EditError, set_parameter
from designer.document.graph import Edge
from designer.document.library import is_library_kind
from designer.document.project import Project, block_kind
from designer.ui.canvas.changes import draw_wire, insert_layer, name_nodes
from designer.ui.canvas.geometry import CARD_HEIGHT, CARD_WIDTH, PortRef
from designer.ui.command_offers import list_commands, offer_commands
from designer.ui.layer_offers import offer_joints, offer_layers
from designer.ui.offer_list import Offer
from designer.ui.placing import add_after, add_at_input, add_at_output, bring_kind
from designer.ui.search_box import SearchBox
from designer.ui.theme import Theme

if TYPE_CHECKING:
    from designer.ui.window import Window

NO_LAYER = "No layer of that name fits here."


class Asking(QObject):
    """Opens the box and does what was chosen in it, each as one undo step."""

    def __init__(self, window: "Window") -> None:
        super().__init__(window)
        self._window = window
        self._editor = window.editor
        self._box: SearchBox | None = None

    @property
    def box(self) -> SearchBox:
        """The box, made when first asked for."""
        if self._box is None:
            self._box = SearchBox(self._window.theme, self._window)
            self._box.help_requested.connect(self._window.pages.show_layer)
            self._box.passed.connect(self._window.menus.do_keys)
        return self._box

    def set_theme(self, theme: Theme) -> None:
        """Draw the box in the colours of a theme."""
        if self._box is not None:
            self._box.set_theme(theme)

    # --- a layer to add -------------------------------------------------------------------------------------------

    def ask_layer(self, place: QPointF | None = None) -> None:
        """Ask for a layer that goes after the selected one, or into the selected wire.

        With nothing selected it goes to a place on the canvas: unless given, to the pointer where that is over the
        canvas, else to the middle of the view.
        """
        canvas = self._window.canvas
        if place is None:
            pointer = canvas.mapFromGlobal(QCursor.pos())
            place = canvas.mapToScene(pointer) if canvas.rect().contains(pointer) else canvas.view_centre()
        middle = place
        screen = canvas.mapToGlobal(canvas.mapFromScene(middle))
        self._ask_layer(screen, lambda offer: self._add(offer.key, offer, middle))

    def ask_layer_at(self, place: QPointF, port: PortRef | None = None) -> None:
        """Ask for a layer to add at a place that was pointed at; from a dragged `port` only what fits is offered.

        It takes what the selected layer gives, as a branch of its own; with a wire selected it goes into that wire.
        """
        canvas = self._window.canvas
        screen = canvas.mapToGlobal(canvas.mapFromScene(place))
        if port is not None:
            kinds = self._find_fitting(port)
            self._ask_layer(screen, lambda offer: self._add_at_port(offer, place, port), kinds)
            return
        self._ask_layer(screen, lambda offer: self._add_at(offer, place))

    def add(self, kind: str) -> None:
        """Add a layer after the selected one, or in the middle of the view."""
        self._add(kind)

    def note_layer(self, kind: str) -> None:
        """Remember that a kind of layer was used."""
        if kind in layers or is_library_kind(kind):  # a block of one project says nothing in another
            self._window.settings.add_chosen("layers", kind)

    def _ask_layer(
        self, screen: QPoint, choose: Callable[[Offer], object], kinds: Collection[str] | None = None
    ) -> None:
        wire, before = self._one_wire(), self.one_selected()
        fitting = kinds
        if kinds is None and wire is not None:
            choose = lambda offer: self._insert(offer, wire)  # noqa: E731 (it takes the place of an argument)
            fitting = offers(guess_type(self._editor.view_inference, wire.source, wire.source_port))
        elif kinds is None and before is not None:
            fitting = offers(guess_type(self._editor.view_inference, before))
        recent, more = self._window.settings.chosen("layers"), self._window.shelf.specs

        def find(text: str) -> Sequence[Offer]:
            return offer_layers(text, more, recent=recent, kinds=kinds, fitting=fitting)

        self.box.ask(screen, find, choose, "Add a layer", NO_LAYER)

    def _find_fitting(self, port: PortRef) -> Collection[str]:
        """Return the kinds that fit a dragged port."""
        shelf = self._window.shelf
        if not port.is_output:
            return frozenset(feeders(self._editor.view_inference, port.node, port.number, shelf.specs))
        given = self._editor.view_inference.type_at(port.node, port.number)
        scope = Scope(self._editor.view.blocks)
        fitting = {spec.kind for spec in shelf.own if takes(spec, given, scope)}
        for spec in shelf.kept:
            own = replace(spec, kind=block_kind(spec.block))
            fitting |= {spec.kind} if takes(own, given, Scope(spec.blocks)) else set()
        return fitting.union(offers(given))

    def _add(self, kind: str, offer: Offer | None = None, middle: QPointF | None = None) -> None:
        middle = self._window.canvas.view_centre() if middle is None else middle
        place = (middle.x() - CARD_WIDTH / 2, middle.y() - CARD_HEIGHT / 2)
        if (known := self._bring(kind)) is not None:
            self._finish(*add_after(known[0], self.one_selected(), known[1], place), offer)

    def _add_at(self, offer: Offer, middle: QPointF) -> None:
        place = (middle.x() - CARD_WIDTH / 2, middle.y() - CARD_HEIGHT / 2)
        if (known := self._bring(offer.key)) is not None:
            self._finish(*add_after(known[0], self.one_selected(), known[1], place, at_place=True), offer)

    def _add_at_port(self, offer: Offer, middle: QPointF, port: PortRef) -> None:
        place = (middle.x() - CARD_WIDTH / 2, middle.y() - CARD_HEIGHT / 2)
        add = add_at_output if port.is_output else add_at_input
        if (known := self._bring(offer.key)) is not None:
            self._finish(*add(known[0], port.node, port.number, known[1], place), offer)

    def _insert(self, offer: Offer, wire: Edge) -> None:
        if (known := self._bring(offer.key)) is not None:
            (title, project), new = insert_layer(known[0], wire, known[1])
            self._finish(project, new, title, offer)

    def _bring(self, kind: str) -> tuple[Project, str] | None:
        """Return the view ready to use a kind, and the kind; None, and a word to the user, where it is gone."""
        self.note_layer(kind)
        try:
            return bring_kind(self._editor.view, kind)
        except EditError as error:
            self._window.notices.show_notice("note", str(error), key="block")
            return None

    def _finish(self, project: Project, new: str, title: str, offer: Offer | None = None) -> None:
        for name, value in offer.settings.items() if offer is not None else ():
            project = set_parameter(project, new, name, value)
        self._commit(title, project, [new])

    # --- another layer in the place of the selected ones ----------------------------------------------------------

    def ask_replacement(self) -> None:
        """Ask for the kind of layer that takes the place of the selected ones."""
        editor, more = self._editor, self._window.shelf.specs
        chosen = [node for node in editor.view.graph.nodes if node in editor.selected_nodes]
        if not chosen:
            return
        fitting = find_replacements(editor.view_inference, chosen, (*layers.values(), *more))
        kinds = {editor.view.graph.nodes[node].kind for node in chosen}
        recent = self._window.settings.chosen("layers")

        def find(text: str) -> Sequence[Offer]:
            return offer_layers(text, more, recent=recent, fitting=fitting, but=kinds, tells_fit=True)

        hint = f"Replace {name_nodes(editor.view.graph, chosen)} with"
        self.box.ask(self._beside(chosen[0]), find, lambda offer: self._replace(chosen, offer), hint, NO_LAYER)

    def _replace(self, chosen: Sequence[str], offer: Offer) -> None:
        if (known := self._bring(offer.key)) is not None:
            title, project = replace_layers(known[0], chosen, known[1], offer.settings)
            self._commit(title, project, chosen)

    # --- a wire to or from the selected layer ---------------------------------------------------------------------

    def ask_connection(self) -> None:
        """Ask for the port that the selected layer is wired to; of several selected ones, the first to another."""
        editor = self._editor
        graph, layout = editor.view.graph, editor.view.layout
        chosen = sorted(editor.selected_nodes, key=lambda key: (*layout.get(key, (0.0, 0.0))[::-1], key))
        if not chosen:
            return
        node, inference = chosen[0], editor.view_inference
        others = chosen[1:] or sort_by_distance(inference, layout, node)
        joints: dict[str, Joint] = {}

        def find(text: str) -> Sequence[Offer]:
            words = text.lower().split()
            texts = (lambda key: f"{graph.nodes[key].name} {graph.nodes[key].kind}".lower()) if words else str
            found = find_joints(inference, node, others, lambda key: all(word in texts(key) for word in words))
            joints.clear()
            joints.update((str(place), joint) for place, joint in enumerate(found))
            return offer_joints(inference, found)

        hint = f"Connect {name_nodes(graph, [node])} with"
        none = "No port of that layer takes this wire." if len(chosen) > 1 else "No layer of that name takes a wire."
        self.box.ask(self._beside(node), find, lambda offer: self._join(joints[offer.key]), hint, none)

    def _join(self, joint: Joint) -> None:
        title, project = draw_wire(self._editor.view, joint.edge)
        self._commit(title, project, [joint.edge.target])

    # --- a command ------------------------------------------------------------------------------------------------

    def ask_command(self) -> None:
        """Ask for a command by its name."""
        window = self._window
        commands = list_commands(window)
        recent = window.settings.chosen("commands")
        place = window.mapToGlobal(QPoint(window.width() // 2 - self.box.width() // 2 + 24, 110))

        def choose(offer: Offer) -> None:
            window.settings.add_chosen("commands", offer.key)
            commands[offer.key].command.run(window)

        none = "No command of that name."
        self.box.ask(place, lambda text: offer_commands(text, commands, window, recent), choose, "Do anything", none)

    # --- what they share ------------------------------------------------------------------------------------------

    def one_selected(self) -> str | None:
        """Return the selected layer if it is one alone."""
        chosen = self._editor.selected_nodes
        return next(iter(chosen)) if len(chosen) == 1 else None

    def _one_wire(self) -> Edge | None:
        edges = self._editor.selected_edges
        return next(iter(edges)) if len(edges) == 1 and not self._editor.selected_nodes else None

    def _beside(self, node: str) -> QPoint:
        """Return a place on the screen at the upper left of a card, in the canvas in any case."""
        canvas = self._window.canvas
        at = canvas.mapFromScene(*canvas.sheet.nodes[node].position) + QPoint(24, 44)
        room = canvas.viewport().rect().adjusted(0, 0, -40, -40)
        return canvas.mapToGlobal(at if room.contains(at) else room.center())

    def _commit(self, title: str, project: Project, chosen: Collection[str]) -> None:
        canvas = self._window.canvas
        self._editor.apply_view(title, project)
        self._editor.select(chosen)
        canvas.setFocus()
        if (box := canvas.sheet.bounds(chosen)) is not None and len(chosen) == 1:
            canvas.reveal(box)
