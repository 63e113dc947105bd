"""Generated text that was read by a person and kept; DESIGNER_UPDATE_GOLDEN=1 writes it anew, to be read again."""

import os
from pathlib import Path

GOLDEN = Path(__file__).parent / "golden"


def check_golden(name: str, text: str) -> None:
    """Compare a text with the file of that name."""
    path = GOLDEN / name
    if os.environ.get("DESIGNER_UPDATE_GOLDEN"):
        path.write_text(text, "utf-8", newline="\n")
    assert path.read_text("utf-8") == text, f"{name}: if this is better, run with DESIGNER_UPDATE_GOLDEN=1 and read it"
