"""Take pictures of the real window, off screen: python -m tests.screenshots [--out DIR] [--publish] [NAME ...].

Each scene is taken dark and light, as NAME-dark.png and NAME-light.png, and all of them stand on contact.png.
`--publish` takes instead the pictures of README and manual, and writes them where these look for them.
"""

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("DESIGNER_HOME", tempfile.mkdtemp(prefix="designer-screenshots-"))

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from designer.paths import resource
from designer.ui.app import open_offscreen, save_picture
from designer.ui.faults import Faults
from tests.screenshots.packing import make_contact_sheet, pack
from tests.screenshots.scenes import PUBLISHED, SCENES, Scene

LARGEST_PUBLISHED = 250_000  # bytes of a picture in the manual
THEMES = ("dark", "light")


def main(arguments: list[str] | None = None) -> int:
    """Take the pictures asked for; return 0 if each was taken without a fault."""
    parser = argparse.ArgumentParser(prog="python -m tests.screenshots", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="scenes to take; all where none is named")
    parser.add_argument("--out", type=Path, default=Path("screenshots"), help="where the pictures go")
    parser.add_argument("--publish", action="store_true", help="renew the pictures of README and manual")
    parser.add_argument("--list", action="store_true", help="name the scenes and take none")
    chosen = parser.parse_args(arguments)
    known = {scene.name: scene for scene in SCENES}
    if unknown := [name for name in chosen.names if name not in known]:
        parser.error(f"no scene {', '.join(unknown)}; there are {', '.join(known)}")
    if chosen.list:
        sys.stdout.write("\n".join(known) + "\n")
        return 0
    if chosen.publish:
        images = resource("manual") / "images"
        taken = [take(known[name], theme, images / f"{file}.png") for file, name, theme in PUBLISHED]
        return int(not all(taken) or not all(_is_small(images / f"{file}.png") for file, _, _ in PUBLISHED))
    scenes = [known[name] for name in chosen.names] or list(SCENES)
    jobs = [(scene, theme, chosen.out / f"{scene.name}-{theme}.png") for scene in scenes for theme in THEMES]
    sound = [take(*job) for job in jobs]
    make_contact_sheet([path for _, _, path in jobs if path.exists()], chosen.out / "contact.png", len(THEMES))
    _say(f"All on one sheet: {chosen.out / 'contact.png'}")
    return int(not all(sound))


def take(scene: Scene, theme: str, out: Path) -> bool:
    """Take one picture; return whether nothing unexpected happened meanwhile."""
    began = time.monotonic()
    with open_offscreen(scene.make(), theme=theme, size=scene.size) as window:
        faults = Faults()
        faults.install()
        raised: list[str] = []
        faults.raised.connect(lambda text, details: raised.append(details))
        try:
            other = scene.act(window)
            if isinstance(other, QWidget):
                QCoreApplication.processEvents()
                out.parent.mkdir(parents=True, exist_ok=True)
                other.grab().save(str(out))
                other.close()
            else:
                save_picture(window, out)
        finally:
            faults.remove()
    pack(out)
    _say(f"{out} ({out.stat().st_size / 1e3:.0f} kB, {time.monotonic() - began:.1f} s)")
    for details in raised:
        _say(details)
    return not raised


def _is_small(path: Path) -> bool:
    size = path.stat().st_size
    if size > LARGEST_PUBLISHED:
        _say(f"{path.name} is larger than {LARGEST_PUBLISHED / 1e3:.0f} kB")
    return size <= LARGEST_PUBLISHED


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
