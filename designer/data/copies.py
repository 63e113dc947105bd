"""Rows and samples that are in two parts of the data at once."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from designer.data.columns import Column, is_identifier
from designer.data.remedies import Leak, Remedy, can_resplit, resplit
from designer.document.project import Data

if TYPE_CHECKING:
    import pandas as pd

FEWEST_COPIES = 0.005  # share of the rows held out
MOST_ALIKE = 0.5  # share of the rows held out that may agree with others in the features alone
AGAIN = "stand in the training part as well"

Parts = NDArray[np.int8]  # of each row: -1 left out, 0 training, 1 validation, 2 test


def find_copies(
    frame: "pd.DataFrame",
    parts: Parts,
    targets: Sequence[Column],
    columns: Sequence[Column],
    features: Sequence[Column],
    data: Data,
) -> Iterator[Leak]:
    """Yield that rows held out stand in the training part as well, whether with the same target or another.

    All columns are compared but those that name their rows; where most rows agree in the features alone, that is said.
    """
    names = [each.name for each in targets]
    others = [each for each in columns if each.name not in names and not is_identifier(each) and each.distinct > 1]
    ways = ((others, FEWEST_COPIES, AGAIN), (features, MOST_ALIKE, "say the same of every feature as one learned from"))
    for compared, fewest, words in ways if (parts > 0).any() else ():
        groups = number_equal(frame, [each.name for each in compared])
        both = number_equal(frame, names, groups)
        leak = say_copies(groups, both, parts, "rows", data, fewest, words) if compared else None
        if leak is not None:
            yield leak
            return


def number_equal(
    frame: "pd.DataFrame", names: Sequence[str], groups: NDArray[np.int64] | None = None
) -> NDArray[np.int64]:
    """Return a number for each row: the same where all these columns say the same, and `groups` do where they are given."""
    import pandas as pd

    groups = np.zeros(len(frame), np.int64) if groups is None else groups
    for name in names:
        codes = pd.factorize(frame[name])[0] + 1  # missing is 0
        groups = pd.factorize(groups * (codes.max(initial=0) + 1) + codes)[0].astype(np.int64)
    return groups


def say_copies(
    samples: NDArray[np.int64],
    both: NDArray[np.int64],
    parts: Parts,
    what: str,
    data: Data,
    fewest: float = FEWEST_COPIES,
    words: str = AGAIN,
) -> Leak | None:
    """Return that samples held out are learned from as well, None where they are not or hardly any is.

    `samples` has the same number for equal samples, `both` for equal samples with equal targets. `fewest` is the share
    of those held out below which nothing is said, `words` say what they do.
    """
    held = parts > 0
    again = np.isin(samples[held], samples[parts == 0])
    count, rows = int(again.sum()), int(held.sum())
    if count <= fewest * rows:
        return None
    same = int(np.isin(both[held], both[parts == 0]).sum())
    told = f"{same:,} of them with the same target, {count - same:,} with another only"
    told = "all with the same target" if same == count else told if same else "each with another target"
    name = "validation" if not (parts == 2).any() else "validation and test"
    return Leak(
        "copies",
        f"{count:,} of {rows:,} {name} {what} ({show_share(count / rows)}) {words}, {told}.",
        "The score tells there what was learned by heart, not what the network makes of what is new.",
        remedies=(Remedy("Keep equal ones in one part", lambda data: resplit(data, "Alike")),)
        if can_resplit(data)
        else (),
    )


def show_share(share: float) -> str:
    """Return a share in per cent."""
    return f"{100 * share:.3g} %"
