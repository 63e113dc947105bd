"""The commands of the Network menu: add layers and wire them, which learn, and what goes with the network."""

from designer.ui.commands.alignment import ORDER
from designer.ui.commands.blocks import BLOCKS
from designer.ui.commands.drawing import DRAWING
from designer.ui.commands.record import Command, has_network, has_nodes, has_selection, in_menu
from designer.ui.commands.sweeps import MARKS

LAYERS = (
    Command(
        "network.add",
        "Add layer",
        lambda w: w.asking.ask_layer(),
        icon="ph.plus",
        shortcuts=("Tab", "Space"),
        canvas=True,
        bar=21,
        contexts=("canvas",),
        tip="Search for a layer to add after the selected one, else at the pointer",
    ),
    Command(
        "network.replace",
        "Replace with …",
        lambda w: w.asking.ask_replacement(),
        icon="ph.swap",
        shortcuts=("R",),
        canvas=True,
        contexts=("node",),
        enabled=has_nodes,
        tip="Put another kind of layer in the place of the selected ones: wires stay, and the settings both kinds have",
    ),
    Command(
        "network.connect",
        "Connect with …",
        lambda w: w.asking.ask_connection(),
        icon="ph.line-segment",
        shortcuts=("C",),
        canvas=True,
        contexts=("node",),
        enabled=has_nodes,
        tip="Draw a wire by name: from the selected layer, or into it",
    ),
    Command(
        "network.wire",
        "Pick a wire",
        lambda w: w.canvas.pick_wire(),
        icon="ph.git-commit",
        shortcuts=("W",),
        canvas=True,
        enabled=has_selection,
        tip="Select a wire of the selected layer, then the next one: arrows go on from there, Delete cuts it, Tab puts a "
        "layer into it",
    ),
    Command(
        "network.take_out",
        "Take out of its wires",
        lambda w: w.hands.take_out(),
        icon="ph.eject",
        shortcuts=("U",),
        canvas=True,
        contexts=("node",),
        enabled=has_nodes,
        tip="Put the selected layers beside their wires, which close behind them",
    ),
)

LEARNING = (
    Command(
        "network.bypass",
        "Bypass",
        lambda w: w.grouping.bypass(),
        icon="ph.prohibit",
        shortcuts=("M",),
        canvas=True,
        contexts=("node",),
        enabled=has_nodes,
        title_now=lambda w: "Switch on" if w.grouping.are_off else "Bypass",
        tip="Let data pass the selected layers by, or let them take part again",
    ),
    Command(
        "network.freeze",
        "Freeze",
        lambda w: w.transfer.freeze(),
        icon="ph.snowflake",
        contexts=("node",),
        enabled=lambda w: w.transfer.can_freeze,
        title_now=lambda w: w.transfer.freeze_title,
        tip="Keep the weights of the selected layers as they are while the rest learns, or let them learn again",
    ),
    Command(
        "network.freeze_rest",
        "Freeze all but the head",
        lambda w: w.transfer.freeze_rest(),
        enabled=has_network,
        tip="Let the last layer alone learn: the first step of fine-tuning",
    ),
    Command(
        "network.replace_head",
        "Replace the head",
        lambda w: w.transfer.replace_head(),
        enabled=has_network,
        tip="Give the last layer one output for each class of the data; its weights begin fresh",
    ),
)

SHOWING = (
    Command(
        "network.explain",
        "Show problem here",
        lambda w: w.problem_pointer.explain(),
        icon="ph.warning-circle",
        shortcuts=(".", "Alt+Return"),
        canvas=True,
        contexts=("node", "edge"),
        enabled=lambda w: any(problem.node is not None for problem in w.editor.view_problems),
        tip="Say beside the selected layer or wire what is wrong with it, with the fixes; again for the next problem",
    ),
    Command("network.problems", "Show problems", lambda w: w.workbench.show("problems"), icon="ph.warning"),
    Command("network.code", "Show code", lambda w: w.workbench.show("code"), icon="ph.code"),
)

NETWORK = in_menu("Network", LAYERS, ORDER, BLOCKS, LEARNING, MARKS, DRAWING, SHOWING)
