"""Read a Parquet file as a table of numbers and texts."""

from pathlib import Path

import pandas as pd
import pyarrow.parquet
from pyarrow.types import is_nested

from designer.recipes.reading import keep_known, settle


def read_parquet(
    path: Path,
    target: str | tuple[str, ...] = "",
    texts: tuple[str, ...] = (),
    numbered: tuple[str, ...] = (),
    missing: tuple[str, ...] = (),
) -> pd.DataFrame:
    """Return a Parquet file as `read_table` returns a CSV file; columns of lists or records are left out."""
    try:
        fields = pyarrow.parquet.ParquetFile(path).schema_arrow
        flat = [field.name for field in fields if not is_nested(field.type)]
        table: pd.DataFrame = pyarrow.parquet.read_table(path, columns=flat).to_pandas()
    except (OSError, ValueError) as error:
        raise ValueError(f"{path} cannot be read: {error}") from error
    table.columns = table.columns.map(str)
    return keep_known(settle(table.reset_index(drop=True), texts, numbered, missing), path, target)
