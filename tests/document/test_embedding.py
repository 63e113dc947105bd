"""Projects inside pictures: there and back, and whatever else a stranger's file may hold."""

import base64
import contextlib
import io
import struct
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from designer.document.embedding import (
    embed,
    embed_png,
    embed_svg,
    is_picture,
    is_svg,
    load_any,
    open_any,
    read_png,
    read_svg,
)
from designer.document.files import LARGEST_FILE, FileError, save
from designer.document.project import Project
from tests.strategies import projects

SVG = b'<?xml version="1.0"?>\n<svg width="2cm" viewBox="0 0 20 10"\n xmlns="http://www.w3.org/2000/svg"><g/></svg>\n'


def chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def make_png(*extra: bytes) -> bytes:
    """Return the smallest PNG there is, one grey pixel, with chunks before the picture."""
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    body = chunk(b"IDAT", zlib.compress(b"\0\x80"))
    return b"\x89PNG\r\n\x1a\n" + header + b"".join(extra) + body + chunk(b"IEND", b"")


PNG = make_png()


def text_chunk(packed: bytes, keyword: bytes = b"designer-project", flags: bytes = b"\x01\0") -> bytes:
    return chunk(b"iTXt", keyword + b"\0" + flags + b"\0\0" + packed)


@pytest.mark.parametrize(("picture", "suffix"), [(PNG, ".png"), (SVG, ".svg")])
@settings(max_examples=25)
@given(project=projects())
def test_a_project_comes_back_as_it_went_in(tmp_path_factory, picture, suffix, project):
    path = tmp_path_factory.mktemp("pictures") / f"some{suffix}"
    path.write_bytes(embed(picture, project))
    assert load_any(path) == project
    assert is_picture(path)


def test_the_picture_itself_stays_readable():
    from PIL import Image

    image = Image.open(io.BytesIO(embed(PNG, Project(name="café 网络"))))
    assert image.getpixel((0, 0)) == 128
    assert '"café 网络"' in image.text["designer-project"]
    svg = embed(SVG, Project())
    assert svg.replace(svg[svg.index(b"\n<metadata") : svg.index(b"</metadata>") + 11], b"") == SVG


def test_a_project_file_is_read_as_ever(tmp_path):
    save(tmp_path / "a.nnd", Project(name="plain"))
    assert load_any(tmp_path / "a.nnd").name == "plain"
    with pytest.raises(FileError, match="no such file"):
        load_any(tmp_path / "missing.png")


BOMB = zlib.compress(bytes(LARGEST_FILE + 10), 9)
DEEP = zlib.compress(b"[" * 100_000)
ENTITIES = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>'


def svg_with(content: bytes) -> bytes:
    return SVG.replace(b"<g/>", b'<metadata id="designer-project">' + content + b"</metadata>")


@pytest.mark.parametrize(
    ("raw", "complaint"),
    [
        (PNG, "holds no Designer project"),
        (SVG, "holds no Designer project"),
        (PNG[:20], "holds no Designer project"),
        (make_png(text_chunk(zlib.compress(b"x"), keyword=b"Comment")), "holds no Designer project"),
        (make_png(text_chunk(BOMB)), "larger than 64 MB"),
        (svg_with(base64.b64encode(BOMB)), "larger than 64 MB"),
        (make_png(text_chunk(b"not packed")), "cannot be unpacked"),
        (make_png(text_chunk(zlib.compress(b"{}" * 99)[:-9])), "cut off"),
        (make_png(text_chunk(zlib.compress(b"{}"), flags=b"\x01\x07")), "not known here"),
        (make_png(text_chunk(zlib.compress(b"{}"))), "has no `version`"),
        (make_png(text_chunk(DEEP)), "nested too deep"),
        (make_png(text_chunk(b"\xff\xfe", flags=b"\0\0")), "no UTF-8"),
        (embed_png(PNG, b"{}").replace(b"designer-project\0\x01", b"designer-project\0\x00"), "check sum"),
        (svg_with(b"&b;"), "no base64"),
        (ENTITIES + svg_with(b"&b;"), "no base64"),
        (svg_with(base64.b64encode(zlib.compress(b"[]"))), "instead of an object"),
        (embed_svg(SVG, b"{}").partition(b"</metadata>")[0], "cut off"),
        (make_png(struct.pack(">I", 2**31 - 1) + b"iTXtdesigner-project\0"), "holds no Designer project"),
    ],
)
def test_a_picture_with_no_project_or_a_damaged_one_gets_a_sentence(tmp_path, raw, complaint):
    path = tmp_path / "some.bin"
    path.write_bytes(raw)
    with pytest.raises(FileError, match=complaint) as caught:
        load_any(path)
    assert str(caught.value)[-1] == "."
    assert "\n" not in str(caught.value)


@given(st.binary(max_size=200))
def test_any_bytes_get_an_answer(tail):
    for read in (lambda: read_png(io.BytesIO(b"\x89PNG\r\n\x1a\n" + tail)), lambda: read_svg(svg_with(tail))):
        with contextlib.suppress(FileError):
            assert read() is None or isinstance(read(), bytes)


@given(st.binary(max_size=60), st.integers(0, 10_000), st.integers(0, 255))
def test_a_changed_byte_never_passes_for_the_project(text, place, value):
    good = embed_png(PNG, text)
    bad = bytearray(good)
    bad[place % len(good)] = value
    try:
        found = read_png(io.BytesIO(bytes(bad)))
    except FileError:
        return
    assert found in (None, text)


def test_what_is_an_svg():
    assert is_svg(SVG)
    assert is_svg(b"\xef\xbb\xbf  " + SVG)
    assert not is_svg(b'{"name": "<svg >"}')
    assert not is_svg(b"<html></html>")


def test_a_pdf_is_named_as_what_it_is(tmp_path):
    path = tmp_path / "network.pdf"
    path.write_bytes(b"%PDF-1.4\n\xff\xfe")
    with pytest.raises(FileError, match="is a PDF"):
        open_any(path)
