"""What makes the templates of the gallery, as packaging/gallery/build.py finds it."""

import importlib.util
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from designer.document.project import Project

BUILD = Path(__file__).parents[2] / "packaging" / "gallery" / "build.py"


def collect_makers() -> Mapping[str, Callable[[], Project]]:
    """Return what makes each template, by name."""
    spec = importlib.util.spec_from_file_location("gallery_build", BUILD)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    before = list(sys.path)
    try:
        spec.loader.exec_module(module)
        makers: Mapping[str, Callable[[], Project]] = module.collect()
    finally:
        sys.path[:] = before
    return makers


MAKERS = collect_makers()
