"""A column of texts kept as numbers of its different values, while its rows go by."""

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from designer.data.errors import DataError

if TYPE_CHECKING:
    import pandas as pd

MOST_VALUES = 1_000_000  # different ones of a column: far more than can be used


class Categories:
    """The values of a column so far, in the order in which they came, and for each row which it is."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._places: dict[str, int] = {}
        self._codes: list[NDArray[np.int32]] = []

    def add(self, column: "pd.Series[str]") -> None:
        """Take in some more rows. Raises DataError where these are no categories."""
        import pandas as pd  # slow to import, and only wanted here

        codes, values = pd.factorize(column)
        places = [self._places.setdefault(value, len(self._places)) for value in values.tolist()]
        if len(self._places) > MOST_VALUES:
            text = f"Column {self._name!r} has more than {MOST_VALUES:,} different values, which are no categories."
            raise DataError(f"{text} Take it out of the features.")
        self._codes.append(np.array([*places, -1], np.int32)[codes])

    def join(self) -> Any:
        """Return the whole column; what is missing stays so."""
        import pandas as pd

        codes = np.concatenate(self._codes) if self._codes else np.zeros(0, np.int32)
        return pd.Categorical.from_codes(codes, dtype=pd.CategoricalDtype(list(self._places)))
