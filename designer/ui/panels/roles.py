"""The part that a column of a table plays: what is predicted, what it is predicted from, what rows are split by."""

from collections.abc import Mapping

from designer.catalogue.parameters import resolve
from designer.catalogue.registry import sources
from designer.catalogue.sources.tables import list_features, list_targets
from designer.document.project import Data

# Each role with what it means.
ROLES: Mapping[str, str] = {
    "feature": "What the target is predicted from",
    "target": "What is predicted",
    "ignore": "Not looked at",
    "group": "Rows with the same value stay in one part of the split",
    "weight": "How much each row counts in the loss of training; validation, test and metrics count every row the same",
    "time": "Rows are split by its order: the last are held out",
}
SPLITS = {"group": "Group", "time": "Time"}


def find_roles(data: Data) -> dict[str, str]:
    """Return the role of each column of a table that has one, by name."""
    source = data.source
    if source is None or source.kind != "Csv":
        return {}
    values = resolve(sources["Csv"].parameters, source.parameters)[0]
    roles = dict.fromkeys(list_features(values), "feature")
    column = data.split.parameters.get("column")
    by = str(data.split.parameters.get("by", data.split.kind)).lower()
    if isinstance(column, str) and column and by in SPLITS:
        roles[column] = by
    if values.get("weight"):
        roles[values["weight"]] = "weight"
    return roles | dict.fromkeys(list_targets(values), "target")
