"""What the machine must bring: a Python that is new enough, the shared libraries of Qt, and perhaps a display."""

import ctypes
import shutil
import socket
import subprocess
import sys
from pathlib import Path
from typing import Callable, Iterable, List, Mapping, Optional, Sequence, Tuple, Union

OLDEST = (3, 11)

Address = Union[str, Tuple[str, int]]

# Shared library -> its package on Debian and Ubuntu, Fedora, Arch. Qt's wheel brings everything else.
FAMILIES = ("debian", "fedora", "arch")
INSTALL = {"debian": "sudo apt-get install", "fedora": "sudo dnf install", "arch": "sudo pacman -S"}
ANY_QT = {
    "libEGL.so.1": ("libegl1", "libglvnd-egl", "libglvnd"),
    "libGL.so.1": ("libgl1", "libglvnd-glx", "libglvnd"),
    "libX11.so.6": ("libx11-6", "libX11", "libx11"),
    "libxkbcommon.so.0": ("libxkbcommon0", "libxkbcommon", "libxkbcommon"),
    "libdbus-1.so.3": ("libdbus-1-3", "dbus-libs", "dbus"),
    "libfontconfig.so.1": ("libfontconfig1", "fontconfig", "fontconfig"),
    "libfreetype.so.6": ("libfreetype6", "freetype", "freetype2"),
    "libglib-2.0.so.0": ("libglib2.0-0", "glib2", "glib2"),
    "libgthread-2.0.so.0": ("libglib2.0-0", "glib2", "glib2"),
}
X11_QT = {
    "libX11-xcb.so.1": ("libx11-xcb1", "libX11-xcb", "libx11"),
    "libxkbcommon-x11.so.0": ("libxkbcommon-x11-0", "libxkbcommon-x11", "libxkbcommon-x11"),
    "libxcb.so.1": ("libxcb1", "libxcb", "libxcb"),
    "libxcb-cursor.so.0": ("libxcb-cursor0", "xcb-util-cursor", "xcb-util-cursor"),
    "libxcb-icccm.so.4": ("libxcb-icccm4", "xcb-util-wm", "xcb-util-wm"),
    "libxcb-util.so.1": ("libxcb-util1", "xcb-util", "xcb-util"),
    "libxcb-image.so.0": ("libxcb-image0", "xcb-util-image", "xcb-util-image"),
    "libxcb-keysyms.so.1": ("libxcb-keysyms1", "xcb-util-keysyms", "xcb-util-keysyms"),
    "libxcb-render-util.so.0": ("libxcb-render-util0", "xcb-util-renderutil", "xcb-util-renderutil"),
    "libxcb-randr.so.0": ("libxcb-randr0", "libxcb", "libxcb"),
    "libxcb-render.so.0": ("libxcb-render0", "libxcb", "libxcb"),
    "libxcb-shape.so.0": ("libxcb-shape0", "libxcb", "libxcb"),
    "libxcb-shm.so.0": ("libxcb-shm0", "libxcb", "libxcb"),
    "libxcb-sync.so.1": ("libxcb-sync1", "libxcb", "libxcb"),
    "libxcb-xfixes.so.0": ("libxcb-xfixes0", "libxcb", "libxcb"),
    "libxcb-xkb.so.1": ("libxcb-xkb1", "libxcb", "libxcb"),
}
WAYLAND_QT = {
    "libwayland-client.so.0": ("libwayland-client0", "libwayland-client", "wayland"),
    "libwayland-cursor.so.0": ("libwayland-cursor0", "libwayland-cursor", "wayland"),
}


class CannotGoOn(Exception):
    """A sentence for the user: what is wrong and what to do."""


def require_python(version: Sequence[int]) -> None:
    """Raise CannotGoOn where this Python is too old, and name a newer one if the machine has it."""
    if tuple(version) >= OLDEST:
        return
    newer = find_newer_python()
    advice = f"Use the newer one you have: {newer} packaging/bootstrap.py" if newer else "Install a newer one"
    raise CannotGoOn(
        f"Designer needs Python {OLDEST[0]}.{OLDEST[1]} or later; this is {version[0]}.{version[1]}. {advice}."
    )


def find_newer_python() -> Optional[str]:
    """Return the name of a command that starts a Python that is new enough, None where there is none."""
    for minor in range(OLDEST[1] + 8, OLDEST[1] - 1, -1):
        name = f"python3.{minor}"
        # A name on the path is not enough: pyenv puts there what it then refuses to start.
        if shutil.which(name) and subprocess.call([name, "-c", ""], stderr=subprocess.DEVNULL) == 0:
            return name
    return None


def require_venv() -> None:
    """Raise CannotGoOn where Python was packaged without venv or pip."""
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError as error:
        raise CannotGoOn(
            f"This Python comes without {error.name}, which makes .venv. On Debian and Ubuntu: sudo apt-get install "
            f"python3-venv (or python{sys.version_info[0]}.{sys.version_info[1]}-venv); on Fedora: sudo dnf install "
            "python3-pip; on macOS: brew install python."
        ) from None


def require_libraries(display: Optional[str]) -> None:
    """Raise CannotGoOn, with the package to install, where a shared library that Qt needs is missing (Linux only)."""
    if not sys.platform.startswith("linux"):
        return
    table = dict(ANY_QT, **{"x11": X11_QT, "wayland": WAYLAND_QT}.get(display or "", {}))
    missing = find_missing(table, ctypes.CDLL)
    if missing:
        raise CannotGoOn(explain_missing(missing, table, linux_family(read_os_release())))


def find_missing(libraries: Iterable[str], load: Callable[[str], object]) -> List[str]:
    """Return the libraries that the loader does not find."""
    missing = []
    for name in libraries:
        try:
            load(name)
        except OSError:
            missing.append(name)
    return missing


def explain_missing(missing: Sequence[str], table: Mapping[str, Sequence[str]], family: Optional[str]) -> str:
    """Return the sentence that names missing libraries and the packages that bring them."""
    lines = [f"Qt cannot start: the system lacks {', '.join(missing)}. Install what brings it:"]
    for one in [family] if family else FAMILIES:
        packages = sorted({table[name][FAMILIES.index(one)] for name in missing})
        lines.append(f"  {'' if family else one + ': '}{INSTALL[one]} {' '.join(packages)}")
    return "\n".join(lines)


def read_os_release() -> str:
    """Return the text in which Linux says what it is, or nothing."""
    try:
        return Path("/etc/os-release").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def linux_family(os_release: str) -> Optional[str]:
    """Return the family in FAMILIES that this Linux belongs to, None for others."""
    fields = dict(line.split("=", 1) for line in os_release.splitlines() if "=" in line)
    names = f"{fields.get('ID', '')} {fields.get('ID_LIKE', '')}".replace('"', "").replace("'", "").lower().split()
    known = {"ubuntu": "debian", "rhel": "fedora", "centos": "fedora"}
    return next((known.get(name, name) for name in names if known.get(name, name) in FAMILIES), None)


def find_display(environ: Mapping[str, str], system: str) -> Optional[str]:
    """Return what a window would open on: "wayland", "x11", "native", or None."""
    if environ.get("QT_QPA_PLATFORM") in ("offscreen", "minimal"):
        return None
    if not system.startswith("linux"):
        return "native"
    wayland = environ.get("WAYLAND_DISPLAY")
    if wayland and answers("unix", str(Path(environ.get("XDG_RUNTIME_DIR", ""), wayland))):
        return "wayland"
    if any(answers(kind, address) for kind, address in x11_addresses(environ.get("DISPLAY", ""))):
        return "x11"
    return None


def x11_addresses(display: str) -> List[Tuple[str, Address]]:
    """Return the sockets that an X display such as `:0`, `unix:1.0` or `host:10.0` may listen on."""
    host, colon, rest = display.rpartition(":")
    number = rest.split(".")[0]
    if not colon or not number.isdigit():
        return []
    if host and host != "unix":
        return [("tcp", (host, 6000 + int(number)))]
    path = f"/tmp/.X11-unix/X{number}"
    return [("unix", path), ("unix", "\0" + path)]


def answers(kind: str, address: Address) -> bool:
    """Say whether something listens on a socket."""
    try:
        with socket.socket(socket.AF_UNIX if kind == "unix" else socket.AF_INET) as probe:
            probe.settimeout(2)
            probe.connect(address)
        return True
    except (OSError, ValueError, OverflowError):
        return False
