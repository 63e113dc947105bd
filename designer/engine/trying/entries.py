"""In which form a network wants its samples from a person: the first of these that fits."""

from designer.engine.evaluation.record import EvaluationError
from designer.engine.trying.bench import Bench
from designer.engine.trying.fields import RowForm, find_rows
from designer.engine.trying.pictures import PictureForm, find_form
from designer.engine.trying.series import SeriesForm, find_series
from designer.engine.trying.texts import LanguageForm, TextForm, find_texts

Entry = PictureForm | RowForm | SeriesForm | TextForm | LanguageForm

FINDERS = (find_texts, find_series, find_form, find_rows)


def find_entry(bench: Bench) -> Entry | None:
    """Return the form of a network's samples, None for one that takes only those of the data, by their numbers."""
    for find in FINDERS:
        try:
            entry = find(bench)
        except EvaluationError:  # what a reader would give cannot be made up
            entry = None
        if entry is not None:
            return entry
    return None
