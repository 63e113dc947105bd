"""Two projects held against each other, in words: what differs, with the sizes and counts that follow."""

from designer.catalogue.comparing.merging import merge_inferences
from designer.catalogue.comparing.record import Change, Difference, Record, Section
from designer.catalogue.comparing.settings import Detail
from designer.catalogue.comparing.telling import compare_in_words

__all__ = ["Change", "Detail", "Difference", "Record", "Section", "compare_in_words", "merge_inferences"]
