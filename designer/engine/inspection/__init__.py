"""What a project's data are before a run: samples as their files have them, and what the network gets of each."""

from designer.engine.inspection.feed import Cell, Feed, feed
from designer.engine.inspection.fitted import tell_fitted
from designer.engine.inspection.raw import Raw, find_raw
from designer.engine.inspection.reading import Reading, is_listed
from designer.engine.inspection.tokens import Token

__all__ = ["Cell", "Feed", "Raw", "Reading", "Token", "feed", "find_raw", "is_listed", "tell_fitted"]
