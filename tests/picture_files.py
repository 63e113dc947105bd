"""Small pictures in folders, written for tests."""

from pathlib import Path

import numpy as np
from PIL import Image

COLOURS = {"red": (220, 30, 30), "green": (30, 200, 40), "blue": (40, 40, 210)}


def write_pictures(
    root: Path,
    counts: dict[str, int] | None = None,
    size: tuple[int, int] = (20, 16),
    suffix: str = ".JPG",
    grey: bool = False,
) -> Path:
    """Write a folder of pictures, height x width, for each class: all of its colour, with noise."""
    random = np.random.default_rng(0)
    for name, count in (counts or dict.fromkeys(COLOURS, 6)).items():
        (root / name).mkdir(parents=True, exist_ok=True)
        for number in range(count):
            noise = random.integers(-20, 20, (*size, 3))
            values = (np.array(COLOURS.get(name.split("/")[-1], (90, 90, 90))) + noise).clip(0, 255).astype(np.uint8)
            picture = Image.fromarray(values)
            (picture.convert("L") if grey else picture).save(root / name / f"{name[-1]}{number}{suffix}")
    return root
