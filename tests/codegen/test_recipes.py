"""Recipes in a script: the definitions it needs as they stand in their files, and nothing else."""

from collections import Counter
from pathlib import Path

import pytest

import designer.recipes
from designer.codegen.imports import list_packages, write_imports
from designer.codegen.names import RESERVED
from designer.codegen.recipes import collect_definitions, read_recipe
from tests.codegen.ruff_run import demand_style

FILES = sorted(path.stem for path in Path(designer.recipes.__path__[0]).glob("*.py") if path.stem != "__init__")


def test_every_definition_stands_with_what_it_needs(tmp_path: Path) -> None:
    texts = []
    for recipe in FILES:
        for name in read_recipe(recipe).definitions:
            taken = collect_definitions(recipe, [name])
            imports = write_imports({item for definition in taken for item in definition.imports})
            blocks = "\n\n\n".join(definition.text for definition in taken)
            gap = [""] if taken[0].constant else ["", ""]
            texts.append("\n".join([*imports, *gap, blocks]) if imports else blocks)
            exec(compile(texts[-1], recipe, "exec"), {"__name__": "generated"})
    # F821: a name that nothing defines; F401: an import that nothing uses.
    demand_style(tmp_path, [f"{text}\n" for text in texts], "D100")


def test_names_of_recipes_meet_neither_each_other_nor_the_script() -> None:
    names = Counter(name for recipe in FILES for name in read_recipe(recipe).definitions)
    assert [name for name, count in names.items() if count > 1] == []
    assert RESERVED.intersection(names) <= {
        "load_weights",
        "put_channels_last",
    }  # the script has them from these very recipes


def test_only_what_is_needed_is_taken() -> None:
    (split,) = collect_definitions("split", ["split_rows"])
    assert split.text.startswith("def split_rows(")
    assert ("torch", "Tensor", "") in split.imports


def test_unknown_names_are_our_fault() -> None:
    with pytest.raises(KeyError):
        collect_definitions("split", ["split_hairs"])
    with pytest.raises(FileNotFoundError):
        read_recipe("no_such_recipe")


def test_imports_are_sorted_as_isort_does() -> None:
    lines = write_imports(
        [
            ("torch", "nn", ""),
            ("torch", "Tensor", ""),
            ("torch.distributed", "", "dist"),
            ("torch", "", ""),
            ("os", "", ""),
            ("safetensors.torch", "save_file", ""),
            ("pathlib", "Path", ""),
            ("torch", "Tensor", ""),
        ]
    )
    assert lines == [
        "import os",
        "from pathlib import Path",
        "",
        "import torch",
        "import torch.distributed as dist",
        "from safetensors.torch import save_file",
        "from torch import Tensor, nn",
    ]


def test_packages_go_by_the_names_that_pip_knows() -> None:
    imports = [("os", "", ""), ("sklearn", "datasets", ""), ("torch.nn", "Module", ""), ("PIL", "Image", "")]
    assert list_packages(imports) == ["torch", "Pillow", "scikit-learn"]
