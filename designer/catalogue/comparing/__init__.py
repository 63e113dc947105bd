"""Two projects held against each other, in words: what differs, with the sizes and counts that follow."""

from designer.catalogue.comparing.merging import merge_inferences
from designer.catalogue.comparing.record import Change, Difference, Record, Section, compare_in_words
from designer.catalogue.comparing.settings import Detail

__all__ = ["Change", "Detail", "Difference", "Record", "Section", "compare_in_words", "merge_inferences"]
