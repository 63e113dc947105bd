import json
import os
import re
import subprocess
import sys
import tomllib
from importlib import metadata
from pathlib import Path

import bootstrap
import machine
import pytest

ROOT = Path(__file__).resolve().parents[2]

# What torch's CUDA wheel for Linux asks for, each by its exact version.
PINNED_BY_TORCH = ("cuda-", "nvidia-", "triton")


@pytest.fixture
def tree(tmp_path):
    """A tree with the two files that decide what is installed."""
    (tmp_path / "packaging").mkdir()
    (tmp_path / "pyproject.toml").write_text("[project]\n")
    (tmp_path / "packaging" / "constraints.txt").write_text("torch==2.13.0\n")
    return tmp_path


@pytest.fixture
def environment(tree):
    """An environment that looks finished, with its interpreter."""
    python = tree / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.touch()
    return tree / ".venv", python


def test_the_key_follows_everything_that_decides_what_is_installed(tree):
    keys = [bootstrap.stamp_key(tree, (3, 11)), bootstrap.stamp_key(tree, (3, 12))]
    for name in ("pyproject.toml", "packaging/constraints.txt"):
        with (tree / name).open("a") as file:
            file.write("# changed\n")
        keys.append(bootstrap.stamp_key(tree, (3, 11)))
    assert len(set(keys)) == 4
    assert keys[-1] == bootstrap.stamp_key(tree, (3, 11))


def test_an_environment_is_made_when_there_is_none(tree):
    assert bootstrap.judge_environment(tree / ".venv", tree / ".venv/bin/python", tree, "key", False) == "make"


@pytest.mark.parametrize("dev", [False, True])
def test_a_stamped_environment_is_ready(tree, environment, dev):
    bootstrap.write_stamp(environment[0], tree, "key", dev)
    assert bootstrap.judge_environment(*environment, tree, "key", dev) == "ready"


def test_the_checks_need_more_than_the_window(tree, environment):
    bootstrap.write_stamp(environment[0], tree, "key", dev=False)
    assert bootstrap.judge_environment(*environment, tree, "key", dev=True) == "install"
    bootstrap.write_stamp(environment[0], tree, "key", dev=True)
    assert bootstrap.judge_environment(*environment, tree, "key", dev=False) == "ready"


def test_a_change_of_pins_installs_again(tree, environment):
    bootstrap.write_stamp(environment[0], tree, "old key", dev=True)
    assert bootstrap.judge_environment(*environment, tree, "key", dev=True) == "install"


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '{"key": "key"}'])
def test_a_damaged_stamp_installs_again(tree, environment, text):
    (environment[0] / "designer.json").write_text(text)
    assert bootstrap.judge_environment(*environment, tree, "key", dev=True) == "install"


def test_an_interrupted_installation_is_made_anew(tree, environment):
    bootstrap.write_stamp(environment[0], tree, "key", dev=True)
    (environment[0] / "installing").touch()
    assert bootstrap.judge_environment(*environment, tree, "key", dev=True) == "make"


def test_a_moved_tree_is_made_anew(tree, environment):
    bootstrap.write_stamp(environment[0], tree / "elsewhere", "key", dev=True)
    assert bootstrap.judge_environment(*environment, tree, "key", dev=True) == "make"


def test_the_environment_of_another_python_is_made_anew_only_after_a_look_at_its_interpreter(tree, environment):
    environment[1].unlink()  # a link whose Python was removed from the machine reads as missing
    environment[1].symlink_to(tree / "removed-python")
    bootstrap.write_stamp(environment[0], tree, "key", dev=True)
    assert bootstrap.judge_environment(*environment, tree, "key", dev=True) == "make"


def test_a_link_in_the_place_of_the_environment_is_left_alone(tree, monkeypatch):
    elsewhere = tree / "precious"
    elsewhere.mkdir()
    (elsewhere / "file").touch()
    venv = tree / ".venv"
    venv.symlink_to(elsewhere)
    monkeypatch.setattr(bootstrap, "VENV", venv)
    with pytest.raises(machine.CannotGoOn, match="is not a folder"):
        bootstrap.make_environment(venv / "bin/python", venv / "installing")
    assert (elsewhere / "file").exists()


def test_the_mark_of_an_unfinished_environment_outlives_a_failed_making(tree, monkeypatch):
    venv = tree / ".venv"
    monkeypatch.setattr(bootstrap, "VENV", venv)
    monkeypatch.setattr(sys, "executable", str(tree / "no-such-python"))
    with pytest.raises(OSError, match="no-such-python"):
        bootstrap.make_environment(venv / "bin/python", venv / "installing")
    assert bootstrap.judge_environment(venv, venv / "bin/python", tree, "key", False) == "make"


@pytest.mark.parametrize(("dev", "target"), [(False, ".[complete]"), (True, ".[dev]")])
def test_everything_is_installed_under_constraints_and_built_with_pinned_tools(dev, target):
    tools, project = bootstrap.install_commands("PYTHON", dev, torch_there=True)
    for command in (tools, project):
        assert command[:4] == ["PYTHON", "-m", "pip", "install"]
        assert (ROOT / command[command.index("-c") + 1]).is_file()
    assert tools[-2:] == ["hatchling", "editables"]
    assert project[-3:] == ["--no-build-isolation", "-e", target]


def test_the_program_is_compiled_where_python_keeps_no_bytecode(tmp_path):
    (tmp_path / "designer").mkdir()
    (tmp_path / "designer" / "module.py").write_text("x = 1\n")
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    command = bootstrap.compile_command(sys.executable)
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, check=True, timeout=120)
    assert not done.stdout + done.stderr
    assert list((tmp_path / "designer").glob("__pycache__/module.*.pyc"))


def test_torch_without_cuda_is_fetched_first_where_that_helps(monkeypatch):
    monkeypatch.setattr(bootstrap, "cpu_wheels_help", lambda: True)
    first, *rest = bootstrap.install_commands("PYTHON", False, torch_there=False)
    assert first[-4:] == ["--no-deps", "--index-url", bootstrap.CPU_WHEELS, "torch"]
    assert rest == bootstrap.install_commands("PYTHON", False, torch_there=True)


def test_the_checks_come_in_order_and_each_runs_in_the_environment():
    checks = bootstrap.check_commands("PYTHON")
    assert [name for name, _ in checks] == ["format", "lint", "types", "import contracts"]
    assert {command[0] for _, command in checks} == {"PYTHON"}
    command = bootstrap.pytest_command("PYTHON", ["-k", "shapes"])
    assert command[:3] == ["PYTHON", "-m", "pytest"]
    assert command[-2:] == ["-k", "shapes"]


@pytest.fixture
def checked_tree(tmp_path, monkeypatch):
    """A small tree whose checks run in this very environment."""
    monkeypatch.setattr(bootstrap, "ROOT", tmp_path)
    monkeypatch.setattr(bootstrap, "prepare", lambda dev: sys.executable)
    (tmp_path / "pyproject.toml").write_text(
        '[tool.mypy]\nfiles = ["small"]\n'
        '[tool.importlinter]\nroot_package = "small"\n'
        '[[tool.importlinter.contracts]]\nname = "layers"\ntype = "layers"\nlayers = ["small.high", "small.low"]\n'
    )
    (tmp_path / "small").mkdir()
    for name in ("__init__", "high", "low"):
        (tmp_path / "small" / f"{name}.py").touch()
    (tmp_path / "test_small.py").write_text("def test_small():\n    assert True\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def read_verdicts(out):
    return dict(re.findall(r"^(.+?) +(passed|FAILED)  \(\d+\.\d s\)$", out, re.MULTILINE))


def test_the_verdicts_end_with_pytests_summary(checked_tree, capfd):
    assert bootstrap.test(["-p", "no:cacheprovider"]) == 0
    out = capfd.readouterr().out
    assert list(read_verdicts(out).items()) == [
        ("format", "passed"),
        ("lint", "passed"),
        ("types", "passed"),
        ("import contracts", "passed"),
    ]
    assert re.fullmatch(r"=+ 1 passed in .* =+", out.splitlines()[-1])


def test_a_failed_check_fails_the_command_and_the_others_still_run(checked_tree, capfd):
    (checked_tree / "small/low.py").write_text('import small.high\n\nx: int = small.high.__name__ + "no"\n')
    assert bootstrap.test(["-p", "no:cacheprovider"]) == 1
    out = capfd.readouterr().out
    assert read_verdicts(out) == {
        "format": "passed",
        "lint": "passed",
        "types": "FAILED",
        "import contracts": "FAILED",
    }
    assert "small/low.py:3: error: Incompatible types" in out
    assert "small.low is not allowed to import small.high" in out
    assert re.fullmatch(r"=+ 1 passed in .* =+", out.splitlines()[-1])


def test_a_failed_test_fails_the_command(checked_tree, capfd):
    (checked_tree / "test_small.py").write_text("import os\ndef test_small():\n    assert False\n")
    assert bootstrap.test(["-p", "no:cacheprovider"]) == 1
    out = capfd.readouterr().out
    assert read_verdicts(out) == {
        "format": "FAILED",
        "lint": "FAILED",
        "types": "passed",
        "import contracts": "passed",
    }
    assert re.fullmatch(r"=+ 1 failed in .* =+", out.splitlines()[-1])


def test_the_environment_here_is_the_one_the_constraints_name():
    pins = read_pins()
    installed = {normalize(one.name): one.version.split("+")[0] for one in metadata.distributions()}
    differing = {name: (installed[name], pin) for name, pin in pins.items() if installed.get(name, pin) != pin}
    assert differing == {}


def test_constraints_cover_the_whole_closure_of_the_project():
    with (ROOT / "pyproject.toml").open("rb") as file:
        project = tomllib.load(file)["project"]
    pins = read_pins()
    extras = [one for group in project["optional-dependencies"].values() for one in group]
    waiting = [normalize(one) for one in [*project["dependencies"], *extras] if normalize(one) != project["name"]]
    waiting += [normalize(one) for one in bootstrap.BUILD_TOOLS]
    seen: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        assert name in pins, f"{name} is not pinned in packaging/constraints.txt"
        for needed in metadata.requires(name) or ():
            if applies(needed) and not normalize(needed).startswith(PINNED_BY_TORCH):
                waiting.append(normalize(needed))
    if sys.platform == "linux":
        assert set(pins) == seen, "a pin that nothing needs"


def read_pins() -> dict[str, str]:
    lines = (ROOT / "packaging" / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = [line.split("==") for line in lines if line and not line.startswith("#")]
    assert all(len(pin) == 2 for pin in pins)
    return {normalize(name): version for name, version in pins}


def normalize(requirement: str) -> str:
    name = re.match(r"[A-Za-z0-9._-]+", requirement)
    assert name, requirement
    return re.sub(r"[-_.]+", "-", name.group()).lower()


def applies(requirement: str) -> bool:
    """Say whether a requirement holds on this machine without any extra."""
    from packaging.requirements import Requirement

    marker = Requirement(requirement).marker
    return marker is None or marker.evaluate({"extra": ""})


def test_continuous_integration_runs_the_command_and_nothing_else():
    script = ROOT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    lines = [line for line in script.read_text().splitlines() if line and not line.startswith("#")]
    assert lines == [
        "set -euo pipefail",
        'cd "$(dirname "${BASH_SOURCE[0]}")/.."',
        "exec python3 packaging/bootstrap.py test",
    ]


def test_help_names_both_commands():
    command = [sys.executable, str(ROOT / "packaging" / "bootstrap.py"), "--help"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
    assert {"run", "test"} <= set(re.findall(r"\w+", done.stdout))


def test_the_stamp_is_plain_json(tree, environment):
    bootstrap.write_stamp(environment[0], tree, "key", dev=True)
    stamp = json.loads((environment[0] / "designer.json").read_text())
    assert stamp == {"key": "key", "root": str(tree), "dev": True}
