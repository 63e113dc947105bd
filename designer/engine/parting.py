"""Which part each row of a table is in, as the script itself will share the rows out."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from designer.catalogue.parameters import resolve
from designer.catalogue.registry import sources
from designer.catalogue.sources.steps import read_split
from designer.catalogue.sources.tables import is_large, list_features, list_targets
from designer.catalogue.splits import find_need
from designer.codegen.preparation import render_split
from designer.document.project import Data
from designer.engine.build import build
from designer.recipes.alike import number_rows
from designer.recipes.large_table import MARK

if TYPE_CHECKING:
    import pandas as pd

OUT, TRAIN, VALIDATION, TEST = range(-1, 3)


def find_parts(data: Data, frame: "pd.DataFrame") -> NDArray[np.int8]:
    """Return for each row of a table OUT, TRAIN, VALIDATION or TEST. Out are rows without a target, between parts, or not taken.

    `frame` are all rows of the file, as they stand in it, of a source that reads a table. Where nothing is held out all are training rows.
    Raises what the recipes raise.
    """
    assert data.source is not None
    spec = sources[data.source.kind]
    values = resolve(spec.parameters, data.source.parameters)[0]
    targets = [values["label"]] if "label" in values else list(list_targets(values))
    known = np.flatnonzero(frame[targets].notna().all(axis=1).to_numpy())
    streams = spec.kind == "Csv" and is_large(values)
    if streams:
        known = known[known % values["every"] == 0]
    table = frame if len(known) == len(frame) else frame.iloc[known].reset_index(drop=True)
    if streams and find_need(data.split.kind, read_split(data)) == "alike":
        table = table.assign(**{MARK: number_rows(table, list_features(values)).numpy()})
    rows = build(render_split(data, "targets" if streams else "table")).names["split_data"](table)
    parts = np.full(len(frame), OUT, np.int8)
    for part in reversed(range(len(rows))):  # training last: it may be the validation, too
        parts[known[rows[part].numpy()]] = part
    return parts
