"""ruff over a folder of generated files, under the settings of the repository."""

import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

SETTINGS = Path(__file__).parents[2] / "pyproject.toml"


def demand_style(folder: Path, texts: Iterable[str], *ignored: str) -> None:
    """Write each text to a file and demand that ruff, once over all of them, would change and say nothing."""
    for number, text in enumerate(sorted(set(texts))):
        (folder / f"generated_{number}.py").write_text(text, "utf-8", newline="\n")
    _run_ruff("format", "--diff", str(folder))
    # A script speaks to the command line, as designer/cli.py does, which may print as well.
    ignore = ",".join(["T201", *ignored])
    _run_ruff("check", "--output-format", "concise", "--ignore", ignore, str(folder))


def _run_ruff(*arguments: str) -> None:
    command = [sys.executable, "-m", "ruff", *arguments, "--no-cache", "--config", str(SETTINGS)]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
