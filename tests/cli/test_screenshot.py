"""A picture of the real window from the command line, where there is no display."""

import os
import struct
import subprocess
import sys

from designer.api import new, save


def test_screenshot_saves_a_picture_of_the_window_inside_a_block(tmp_path):
    save(new("resnet-18"), tmp_path / "net.nnd")
    out = tmp_path / "pictures" / "net.png"
    environment = {name: value for name, value in os.environ.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY")}
    environment.pop("QT_QPA_PLATFORM", None)
    command = [sys.executable, "-m", "designer", "screenshot", tmp_path / "net.nnd", "-o", out]
    done = subprocess.run(
        [*command, "--block", "BasicBlock", "--theme", "light", "--size", "1200x800"],
        capture_output=True,
        text=True,
        env=environment,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, f"Saved {out}\n"), done.stderr
    assert "Traceback" not in done.stderr
    picture = out.read_bytes()
    assert picture[:8] == b"\x89PNG\r\n\x1a\n"
    assert struct.unpack(">II", picture[16:24]) == (1200, 800)
    assert len(picture) > 20_000  # an empty window packs into far less
