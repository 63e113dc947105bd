"""Lines of `load_data` that several sources share."""

from designer.catalogue.source_spec import Step
from designer.document.project import Data

STANDARDIZE_X = (
    Step("x_scale", "scale", "fit_scale", "x, train"),
    Step("x", "scale", "apply_scale", "x, x_scale"),
)
STANDARDIZE_Y = (
    Step("y_scale", "scale", "fit_scale", "y, train"),
    Step("y", "scale", "apply_scale", "y, y_scale"),
)


def split(data: Data, of: str = "x") -> Step:
    """Return the line that draws training and validation rows out of the rows of a variable."""
    arguments = {"validation": data.validation, "seed": data.split_seed}
    return Step("train, validation", "split", "split_rows", f"len({of})", arguments)


def split_tail(data: Data, gap: int) -> Step:
    """Return the line that holds out the last rows, for rows in order of time."""
    arguments = {"validation": data.validation, "gap": gap}
    return Step("train, validation", "split", "split_tail", "len(x)", arguments)
