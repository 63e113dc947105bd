"""Designer for notebooks and scripts: build, open, edit, check, summarise, export, train.

Projects are values: functions take one and return another, nothing is changed in place. `import designer` offers
every name of this module and imports nothing heavy; torch comes in with `train`, `verify` and `make_model`.

    import designer

    project = designer.build(
        "digits",
        designer.layer("Flatten"),
        designer.layer("Linear", out_features=64, name="hidden"),
        "ReLU",
        designer.layer("Linear", out_features=10),
        data="Digits",
    )
    print(designer.summarise(project))
    result = designer.train(project, epochs=5)
    print(result.history[-1].val_metrics["accuracy"])
    designer.export(project, "digits.py")
"""

from designer.api.building import (
    build,
    change,
    choose_loss,
    choose_optimizer,
    choose_schedule,
    find_node,
    new,
    open_project,
    save,
    templates,
    with_data,
    with_training,
)
from designer.api.drawing import BlockDefinition, Layer, block, layer
from designer.api.running import Result, TrainingFailed, check, export, make_model, train, verify, watch
from designer.api.summary import Summary, SummaryRow, summarise
from designer.api.transferring import TransferReport, transfer

__all__ = [
    "BlockDefinition",
    "Layer",
    "Result",
    "Summary",
    "SummaryRow",
    "TrainingFailed",
    "TransferReport",
    "block",
    "build",
    "change",
    "check",
    "choose_loss",
    "choose_optimizer",
    "choose_schedule",
    "export",
    "find_node",
    "layer",
    "make_model",
    "new",
    "open_project",
    "save",
    "summarise",
    "templates",
    "train",
    "transfer",
    "verify",
    "watch",
    "with_data",
    "with_training",
]
