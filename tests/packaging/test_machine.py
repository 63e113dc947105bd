import ast
import errno
import os
import shutil
import socket
import sys
from pathlib import Path

import machine
import pytest
from hypothesis import given
from hypothesis import strategies as st

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("name", ["bootstrap.py", "machine.py"])
def test_parses_on_a_python_that_is_too_old(name):
    source = (ROOT / "packaging" / name).read_text(encoding="utf-8")
    ast.parse(source, feature_version=(3, 7))
    annotations = [node.annotation for node in ast.walk(ast.parse(source)) if isinstance(node, ast.arg | ast.AnnAssign)]
    assert annotations
    for annotation in annotations:  # `X | None` and `list[str]` parse there, but fail when the function is defined
        assert "|" not in ast.unparse(annotation)
        assert not ast.unparse(annotation).startswith(("list[", "dict[", "tuple["))


@pytest.mark.parametrize("version", [(3, 11), (3, 12), (3, 14), (4, 0)])
def test_a_new_python_passes(version):
    machine.require_python(version)


def test_an_old_python_is_told_what_it_lacks(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(machine.CannotGoOn, match=r"needs Python 3\.11 or later; this is 3\.8\. Install a newer one\.$"):
        machine.require_python((3, 8))


@pytest.mark.skipif(os.name == "nt", reason="makes commands out of shell scripts")
def test_an_old_python_names_a_newer_one_that_starts(tmp_path, monkeypatch):
    for name, status in {"python3.13": 127, "python3.12": 0}.items():  # the first is listed but refuses, as under pyenv
        (tmp_path / name).write_text(f"#!{shutil.which('sh')}\nexit {status}\n")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(machine.CannotGoOn, match=r"Use the newer one you have: python3\.12 packaging/bootstrap\.py"):
        machine.require_python((3, 10))


@pytest.mark.parametrize("part", ["venv", "ensurepip"])
def test_a_python_packaged_without_venv_names_what_brings_it(part, monkeypatch):
    machine.require_venv()
    monkeypatch.setitem(sys.modules, part, None)
    with pytest.raises(machine.CannotGoOn, match=rf"without {part}.*sudo apt-get install python3-venv"):
        machine.require_venv()


def test_the_loader_decides_what_is_missing():
    def load(name):
        if name == "libb.so.1":
            raise OSError(errno.ENOENT, "cannot open shared object file")

    assert machine.find_missing(["liba.so.1", "libb.so.1"], load) == ["libb.so.1"]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="shared objects of Linux")
def test_a_library_that_no_system_has_is_missing_and_the_c_library_is_not():
    import ctypes

    assert machine.find_missing(["libc.so.6", "libno-such-thing.so.9"], ctypes.CDLL) == ["libno-such-thing.so.9"]


@pytest.mark.parametrize(
    ("family", "command"),
    [
        ("debian", "sudo apt-get install libegl1 libglib2.0-0"),
        ("fedora", "sudo dnf install glib2 libglvnd-egl"),
        ("arch", "sudo pacman -S glib2 libglvnd"),
    ],
)
def test_missing_libraries_are_named_with_the_packages_that_bring_them(family, command):
    missing = ["libEGL.so.1", "libglib-2.0.so.0", "libgthread-2.0.so.0"]
    text = machine.explain_missing(missing, machine.ANY_QT, family)
    assert text.splitlines()[0] == (
        "Qt cannot start: the system lacks libEGL.so.1, libglib-2.0.so.0, libgthread-2.0.so.0. Install what brings it:"
    )
    assert text.splitlines()[1:] == [f"  {command}"]


def test_an_unknown_linux_sees_the_packages_of_every_family():
    lines = machine.explain_missing(["libxcb-cursor.so.0"], machine.X11_QT, None).splitlines()
    assert lines[1:] == [
        "  debian: sudo apt-get install libxcb-cursor0",
        "  fedora: sudo dnf install xcb-util-cursor",
        "  arch: sudo pacman -S xcb-util-cursor",
    ]


def test_every_library_has_a_package_in_every_family():
    for table in (machine.ANY_QT, machine.X11_QT, machine.WAYLAND_QT):
        for packages in table.values():
            assert len(packages) == len(machine.FAMILIES)
            assert all(packages)
    assert set(machine.INSTALL) == set(machine.FAMILIES)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads Qt's own shared objects")
def test_the_table_covers_what_qt_is_linked_to():
    import PySide6

    qt = Path(PySide6.__file__).parent / "Qt"
    tables = {**machine.ANY_QT, **machine.X11_QT, **machine.WAYLAND_QT}
    everywhere = ("ld-linux", "libc.so", "libdl.so", "libgcc_s.so", "libm.so", "libpthread.so", "librt.so", "libz.so")
    for name in ("lib/libQt6Gui.so.6", "lib/libQt6Widgets.so.6", "lib/libQt6DBus.so.6", "lib/libQt6XcbQpa.so.6"):
        needed = read_needed(qt / name)
        assert "libc.so.6" in needed
        foreign = {one for one in needed if not one.startswith(("libQt6", "libicu", "libstdc++", *everywhere))}
        assert foreign <= set(tables), name
    assert set(machine.ANY_QT).issuperset(
        one for one in read_needed(qt / "plugins/platforms/libqoffscreen.so") if one in tables
    )


def read_needed(path: Path) -> set[str]:
    """Return the DT_NEEDED entries of a 64-bit little-endian shared object."""
    import struct

    data = path.read_bytes()
    offset, entry_size, count = (*struct.unpack_from("<Q", data, 0x28), *struct.unpack_from("<HH", data, 0x3A))
    sections = [struct.unpack_from("<IIQQQQIIQQ", data, offset + index * entry_size) for index in range(count)]
    dynamic = next(section for section in sections if section[1] == 6)  # SHT_DYNAMIC
    strings = sections[dynamic[6]][4]
    entries = struct.iter_unpack("<qQ", data[dynamic[4] : dynamic[4] + dynamic[5]])
    starts = [strings + value for tag, value in entries if tag == 1]  # DT_NEEDED
    return {data[start : data.index(b"\0", start)].decode() for start in starts}


@pytest.mark.parametrize(
    ("text", "family"),
    [
        ("ID=debian\n", "debian"),
        ('ID="ubuntu"\nID_LIKE=debian\n', "debian"),
        ("ID=linuxmint\nID_LIKE='ubuntu debian'\n", "debian"),
        ("ID=fedora\n", "fedora"),
        ('ID="rocky"\nID_LIKE="rhel centos fedora"\n', "fedora"),
        ("ID=endeavouros\nID_LIKE=arch\n", "arch"),
        ("ID=alpine\n", None),
        ("", None),
    ],
)
def test_linux_family(text, family):
    assert machine.linux_family(text) == family


@given(st.text())
def test_linux_family_takes_any_text(text):
    assert machine.linux_family(text) in {*machine.FAMILIES, None}


@pytest.mark.parametrize("system", ["darwin", "win32"])
def test_other_systems_have_a_display(system):
    assert machine.find_display({}, system) == "native"
    assert machine.find_display({"QT_QPA_PLATFORM": "offscreen"}, system) is None


@pytest.mark.parametrize("environ", [{}, {"DISPLAY": ""}, {"DISPLAY": "nonsense"}, {"DISPLAY": ":65534"}])
def test_no_display(environ):
    assert machine.find_display(environ, "linux") is None


@pytest.mark.skipif(not hasattr(socket, "AF_UNIX"), reason="Unix sockets")
def test_a_display_counts_only_when_something_listens(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # the path of a Unix socket is short
    environ = {"XDG_RUNTIME_DIR": ".", "WAYLAND_DISPLAY": "wayland-7"}
    assert machine.find_display(environ, "linux") is None
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("wayland-7")
        server.listen()
        assert machine.find_display(environ, "linux") == "wayland"
        assert machine.find_display({**environ, "QT_QPA_PLATFORM": "offscreen"}, "linux") is None
    assert machine.find_display(environ, "linux") is None  # a socket left behind by a compositor that died


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="abstract sockets")
def test_an_x_server_is_found():
    number = 60000 + os.getpid() % 5000
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(f"\0/tmp/.X11-unix/X{number}")
        server.listen()
        assert machine.find_display({"DISPLAY": f":{number}.0"}, "linux") == "x11"


@pytest.mark.parametrize(
    ("display", "addresses"),
    [
        (":0", [("unix", "/tmp/.X11-unix/X0"), ("unix", "\0/tmp/.X11-unix/X0")]),
        ("unix:1.0", [("unix", "/tmp/.X11-unix/X1"), ("unix", "\0/tmp/.X11-unix/X1")]),
        ("localhost:10.0", [("tcp", ("localhost", 6010))]),
        ("", []),
        ("0", []),
        (":x", []),
    ],
)
def test_x11_addresses(display, addresses):
    assert machine.x11_addresses(display) == addresses


@given(st.text(st.characters(exclude_characters=":")))
def test_any_display_variable_is_survived(text):
    assert machine.find_display({"DISPLAY": text, "WAYLAND_DISPLAY": text}, "linux") is None
