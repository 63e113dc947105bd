"""A look at a user's files: what is in them, what the network could learn from them. No torch, no Qt."""

from designer.data.columns import Column, Task
from designer.data.errors import Cancelled, DataError, Progress
from designer.data.found import Found, Guess, Preview
from designer.data.images import Images, idx_parameters, inspect_idx, read_thumbnails
from designer.data.look import look, look_again
from designer.data.paths import set_path
from designer.data.selection import csv_parameters
from designer.data.sequences import inspect_series, series_parameters, text_parameters
from designer.data.table import Table, inspect_csv

__all__ = [
    "Cancelled",
    "Column",
    "DataError",
    "Found",
    "Guess",
    "Images",
    "Preview",
    "Progress",
    "Table",
    "Task",
    "csv_parameters",
    "idx_parameters",
    "inspect_csv",
    "inspect_idx",
    "inspect_series",
    "look",
    "look_again",
    "read_thumbnails",
    "series_parameters",
    "set_path",
    "text_parameters",
]
