"""Lines of `load_data` that several sources share."""

from designer.catalogue.spec import Step
from designer.document.project import Data

STANDARDIZE_X = Step("x", "scale", "standardize", "x, train")
STANDARDIZE_Y = Step("y", "scale", "standardize", "y, train")


def split(data: Data, of: str = "x") -> Step:
    """Return the line that draws training and validation rows out of the rows of a variable."""
    arguments = {"validation": data.validation, "seed": data.split_seed}
    return Step("train, validation", "split", "split_rows", f"len({of})", arguments)
