#!/usr/bin/env python3
"""Set Designer up and start it, or run its checks, on a machine that has only Python.

    python3 packaging/bootstrap.py run [FILE.nnd]        the window with an example; off screen where there is no display
    python3 packaging/bootstrap.py test [PYTEST OPTION]  format, lint, types, import contracts, tests

Both make .venv from pinned versions first; a second call finds it ready. Only the standard library is used, and the
file parses on Python 3.6, so that a Python that is too old is answered with a sentence.
"""

import argparse
import hashlib
import json
import os
import platform
import shutil
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Dict, List, Optional, Sequence, Tuple

from machine import CannotGoOn, find_display, require_libraries, require_python, require_venv

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
TOUR = ROOT / "tour"

# Built with the project's own pinned tools, so that no second, unpinned environment is downloaded.
BUILD_TOOLS = ("hatchling", "editables")
CPU_WHEELS = "https://download.pytorch.org/whl/cpu"


def main(argv: Optional[Sequence[str]] = None) -> int:
    """Do what the command line asks for and return the exit status."""
    parser = argparse.ArgumentParser(prog="packaging/bootstrap.py", description="Set Designer up, then run or test it.")
    parser.add_argument("command", choices=["run", "test"], help="run: open the window; test: run every check")
    parser.add_argument("rest", nargs=argparse.REMAINDER, help="run: a file to open; test: options for pytest")
    chosen = parser.parse_args(argv)
    try:
        require_python(sys.version_info[:2])
        return run(chosen.rest) if chosen.command == "run" else test(chosen.rest)
    except CannotGoOn as problem:
        say(str(problem))
        return 1
    except KeyboardInterrupt:
        say("\nStopped. The same command goes on from here.")
        return 130


def run(arguments: Sequence[str]) -> int:
    """Open the window on the given file or the digits example; where there is no display, take the tour off screen."""
    display = find_display(os.environ, sys.platform)
    require_libraries(display)
    python = prepare(dev=False)
    if arguments:
        return subprocess.call([python, "-m", "designer", *arguments])
    if display is None:
        say(f"No display here: taking the tour off screen. What it makes goes to {TOUR}")
        return subprocess.call([python, "-m", "designer", "tour", "--out", str(TOUR)])
    example = TOUR / "digits-mlp.nnd"
    if not example.exists():
        TOUR.mkdir(exist_ok=True)
        status = subprocess.call([python, "-m", "designer", "new", "digits-mlp", "-o", str(example)])
        if status != 0:
            return status
    say(f"Opening {example}")
    return subprocess.call([python, "-m", "designer", str(example)])


def test(pytest_arguments: Sequence[str]) -> int:
    """Run every check, say a verdict for each, and let pytest's summary be the last line. 0 only if all passed."""
    require_libraries(None)
    python = prepare(dev=True)
    # Off screen, so that no test window takes the focus of the person at this machine, nor theirs the test's.
    environment = dict(os.environ, QT_QPA_PLATFORM=os.environ.get("QT_QPA_PLATFORM", "offscreen"))
    verdicts: Dict[str, bool] = {}
    for name, command in check_commands(python):
        start = time.perf_counter()
        done = subprocess.run(command, cwd=str(ROOT), env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        verdicts[name] = done.returncode == 0
        if not verdicts[name]:
            say(done.stdout.decode("utf-8", "replace").rstrip())
        say(f"{name:<16} {'passed' if verdicts[name] else 'FAILED'}  ({time.perf_counter() - start:.1f} s)")
    failed = [name for name, passed in verdicts.items() if not passed]
    say(f"Failed so far: {', '.join(failed)}. Now the tests." if failed else "All passed so far. Now the tests.")
    status = subprocess.call(pytest_command(python, pytest_arguments), cwd=str(ROOT), env=environment)
    return 1 if failed else status


def check_commands(python: str) -> List[Tuple[str, List[str]]]:
    """Return the checks before the tests: (name, command)."""
    lint_imports = "import sys; from importlinter.cli import lint_imports_command as lint; sys.exit(lint())"
    return [
        ("format", [python, "-m", "ruff", "format", "--check", "."]),
        ("lint", [python, "-m", "ruff", "check", "."]),
        ("types", [python, "-m", "mypy"]),
        ("import contracts", [python, "-c", lint_imports]),
    ]


def pytest_command(python: str, arguments: Sequence[str]) -> List[str]:
    """Return the call of pytest: one worker for each core, at most eight, unless the arguments say something else."""
    workers = min(os.cpu_count() or 1, 8)
    spread = ["-n", str(workers), "--dist", "worksteal"] if workers > 1 and "-n" not in arguments else []
    return [python, "-m", "pytest", *spread, *arguments]


def prepare(dev: bool) -> str:
    """Make .venv where it is missing, stale or half made, and return its Python."""
    require_venv()
    python = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    key = stamp_key(ROOT, sys.version_info[:2])
    state = judge_environment(VENV, python, ROOT, key, dev)
    if state == "ready":
        return str(python)
    busy = VENV / "installing"
    if state == "make":
        say(f"Making {VENV} with Python {platform.python_version()}")
        make_environment(python, busy)
    else:
        busy.touch()
    say("Installing pinned versions: the first time this takes minutes and 2 GB of disk")
    for command in install_commands(str(python), dev, torch_is_there(python)):
        if subprocess.call(command, cwd=str(ROOT)) != 0:
            raise CannotGoOn(
                "The installation failed; pip's message above says why. Nothing outside .venv was touched. "
                "Put it right (often: no network, no room on the disk) and give the same command again."
            )
    # Where Python keeps no bytecode of its own, each start would compile all that it imports. What fails only costs time.
    subprocess.call(compile_command(str(python)), cwd=str(ROOT), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    write_stamp(VENV, ROOT, key, dev)
    busy.unlink()
    return str(python)


def judge_environment(venv: Path, python: Path, root: Path, key: str, dev: bool) -> str:
    """Return "ready", "install" (into what is there) or "make" (anew)."""
    if not python.exists() or (venv / "installing").exists():
        return "make"
    try:
        stamp = json.loads((venv / "designer.json").read_text(encoding="utf-8"))
        home, stamped, extras = stamp["root"], stamp["key"], stamp["dev"]
    except (OSError, ValueError, TypeError, KeyError):
        return "install"
    if home != str(root):  # moved or copied: scripts and the editable install still point to the old place
        return "make"
    return "ready" if stamped == key and (extras or not dev) else "install"


def make_environment(python: Path, busy: Path) -> None:
    """Make an empty .venv, with a mark in it that stays until everything is installed."""
    if VENV.is_symlink() or VENV.is_file():
        raise CannotGoOn(f"{VENV} is not a folder. Move it away and give the same command again.")
    if VENV.exists():
        shutil.rmtree(str(VENV))
    VENV.mkdir()
    busy.touch()
    made = subprocess.run([sys.executable, "-m", "venv", str(VENV)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if made.returncode != 0 or not python.exists():
        raise CannotGoOn(made.stdout.decode("utf-8", "replace") + f"Python could not make {VENV}.")


def stamp_key(root: Path, version: Sequence[int]) -> str:
    """Return a digest of all that decides what gets installed."""
    digest = hashlib.sha256(repr(tuple(version)).encode())
    for name in ("pyproject.toml", "packaging/constraints.txt"):
        digest.update((root / name).read_bytes())
    return digest.hexdigest()


def write_stamp(venv: Path, root: Path, key: str, dev: bool) -> None:
    """Record in the environment what it was made from."""
    stamp = {"key": key, "root": str(root), "dev": dev}
    (venv / "designer.json").write_text(json.dumps(stamp), encoding="utf-8")


def install_commands(python: str, dev: bool, torch_there: bool) -> List[List[str]]:
    """Return the pip commands that fill the environment, in order. They run in the root of the tree."""
    pip = [python, "-m", "pip", "install", "--disable-pip-version-check", "--no-input"]
    pip += ["-c", str(Path("packaging") / "constraints.txt")]
    commands = [[*pip, *BUILD_TOOLS], [*pip, "--no-build-isolation", "-e", ".[dev]" if dev else ".[complete]"]]
    if not torch_there and cpu_wheels_help():
        commands.insert(0, [*pip, "--no-deps", "--index-url", CPU_WHEELS, "torch"])
    return commands


def compile_command(python: str) -> List[str]:
    """Return the command that compiles the program; pip has compiled what it installed, but not what lies in the tree."""
    return [python, "-m", "compileall", "-q", "-j", "0", "designer"]


def torch_is_there(python: Path) -> bool:
    """Say whether the environment has some torch already."""
    return any((python.parent.parent / "lib").glob("python*/site-packages/torch"))


def cpu_wheels_help() -> bool:
    """Say whether torch without its gigabytes of CUDA fits this machine, and can be had."""
    if sys.platform != "linux" or Path("/proc/driver/nvidia").exists() or shutil.which("nvidia-smi"):
        return False
    try:
        with urllib.request.urlopen(CPU_WHEELS + "/torch/", timeout=5) as answer:
            return bool(answer.status == 200)
    except (OSError, ValueError):
        return False


def say(text: str) -> None:
    """Print at once, so that our lines and those of the programs we start stay in order."""
    print(text, flush=True)


if __name__ == "__main__":
    sys.exit(main())
