"""Pictures of networks: whole, in full detail, in the right size, with text as text and the project inside."""

import re
from dataclasses import replace

import pytest
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage
from PySide6.QtSvg import QSvgRenderer

from designer.document.edits import rename_node
from designer.document.embedding import load_any
from designer.document.files import load
from designer.document.project import Project
from designer.document.remarks import Remark, add_remark
from designer.paths import resource
from designer.ui.canvas import picture_file
from designer.ui.canvas.picture import Picture, take_subject
from designer.ui.canvas.picture_file import (
    FORMS,
    LONGEST_PAGE,
    Options,
    PictureFile,
    draw_picture,
    fit_scale,
    write_note,
)
from designer.ui.editor import Editor
from designer.ui.theme import load_theme, text_font
from tests.ui.canvas.networks import digits_cnn


def draw(project: Project, block: str = "", **options: object) -> bytes:
    editor = Editor(project)
    if block:
        editor.enter_block(block)
    chosen = Options(**options)
    return draw_picture(PictureFile(Picture(take_subject(editor), chosen.make_look()), chosen, project))


@pytest.mark.parametrize("form", ["png", "svg"])
def test_the_project_can_be_opened_from_the_picture(qapp, tmp_path, form):
    project = load(resource("templates/resnet-18.nnd"))
    path = tmp_path / f"some.{form}"
    path.write_bytes(draw(project, form=form, resolution=96))
    assert load_any(path) == project
    bare = draw(project, form=form, resolution=96, embed=False)
    assert b"designer-project" not in bare
    assert len(bare) < len(path.read_bytes())


def test_a_png_has_the_size_the_ground_and_the_resolution_asked_for(qapp):
    project = digits_cnn()
    sizes = []
    for resolution in (96, 192):
        image = QImage.fromData(draw(project, form="png", resolution=resolution))
        sizes.append((image.width(), image.height()))
        assert round(image.dotsPerMeterX() / 39.3701) == resolution
        assert image.pixelColor(2, 2) == QColor("#ffffff")
    assert sizes[1][0] == pytest.approx(2 * sizes[0][0], abs=1)
    dark = QImage.fromData(draw(project, form="png", theme="dark"))
    assert dark.pixelColor(2, 2).lightness() < 60
    clear = QImage.fromData(draw(project, form="png", transparent=True))
    assert clear.pixelColor(2, 2).alpha() == 0


def test_an_svg_keeps_every_text_as_text_in_the_size_of_the_drawing(qapp):
    project, _ = add_remark(digits_cnn(), Remark("why <b>not</b> & so", position=(500.0, 0.0)))
    raw = draw(project, form="svg", title=True, legend=True)
    text = raw.decode()
    said = re.findall(r">([^<>]+)</text>", text)
    for node in project.graph.nodes.values():
        assert node.name in said
    assert {"Conv2d", "Convolution", project.name} <= set(said)
    assert "why &lt;b&gt;not&lt;/b&gt; &amp; so" in text
    renderer = QSvgRenderer(raw)
    assert renderer.isValid()
    width = float(re.search(r'width="([\d.]+)mm"', text)[1])
    assert width / 25.4 * 96 == pytest.approx(renderer.viewBox().width(), abs=0.5)
    assert 'font-family="Inter, sans-serif"' in text


def test_texts_of_an_svg_keep_their_width_whatever_font_they_are_written_in(qapp):
    project = rename_node(digits_cnn(), "conv1", "a & b < c")
    text = draw(project, form="svg").decode()
    told = {name: float(width) for width, name in re.findall(r'textLength="([\d.]+)"[^>]*>([^<]*)</text>', text)}
    assert told["a &amp; b &lt; c"] == pytest.approx(measure("a & b < c", 600), abs=0.2)
    assert told["Conv2d"] == pytest.approx(measure("Conv2d", 400), abs=0.2)
    assert text.count("<text") == text.count("textLength=")


def measure(words: str, weight: int) -> float:
    return QFontMetricsF(text_font(load_theme("light").metrics.font_size, QFont.Weight(weight))).horizontalAdvance(
        words
    )


def test_a_pdf_is_one_page_with_its_fonts(qapp):
    raw = draw(digits_cnn(), form="pdf")
    assert raw.startswith(b"%PDF")
    assert raw.count(b"/Type /Page\n") == 1
    assert b"/FontFile2" in raw
    assert b"/BaseFont /Inter" in raw
    assert b"/Subtype /Image" not in raw
    box = [float(number) for number in re.search(rb"/MediaBox \[([^\]]*)\]", raw)[1].split()]
    svg = QSvgRenderer(draw(digits_cnn(), form="svg")).viewBox()
    assert box[2] / 72 * 96 == pytest.approx(svg.width(), abs=2)
    assert box[3] / 72 * 96 == pytest.approx(svg.height(), abs=2)


def test_the_inside_of_a_block_is_drawn_where_one_stands_in_it(qapp):
    project = load(resource("templates/resnet-50.nnd"))
    inside = draw(project, "bottleneck", form="svg", title=True).decode()
    assert ">downsample</text>" in inside
    assert "/ Bottleneck</text>" in inside
    assert ">downsample</text>" not in draw(project, form="svg").decode()


def test_a_thousand_layers_are_drawn_in_full_detail_and_problems_are_left_out(qapp):
    project = digits_cnn()
    for number in range(1000):
        node = replace(project.graph.nodes["relu1"], id=f"n{number}", name=f"extra{number}")
        project = replace(
            project,
            graph=replace_nodes(project, node),
            layout={**project.layout, node.id: (300.0 * (number % 40), 900.0 + 88 * (number // 40))},
        )
    text = draw(project, form="svg").decode()
    assert text.count(">ReLU</text>") >= 1000
    assert ">extra999</text>" in text
    assert "#c02b2b" not in text  # the colour of errors: unwired layers are marked in the window alone


def replace_nodes(project: Project, node):
    return project.graph.with_node(node)


@pytest.mark.parametrize("form", FORMS)
def test_drawing_goes_by_small_steps_and_can_be_given_up(qapp, form):
    project = digits_cnn()
    options = Options(form)
    file = PictureFile(Picture(take_subject(Editor(project)), options.make_look()), options, project)
    steps = file.steps()
    shares = [next(steps), next(steps)]
    assert 0 <= shares[0] <= shares[1] <= 1
    steps.close()  # Qt would complain of a painter that is still at work on something that goes
    shares = list(PictureFile(Picture(take_subject(Editor(project)), options.make_look()), options, project).steps())
    assert shares == sorted(shares)
    assert shares[-1] == 1


def test_huge_pictures_are_bounded_and_say_so():
    size = (30_000.0, 20_000.0)
    assert size[0] * size[1] * fit_scale(size, "png", 300) ** 2 <= picture_file.MOST_PIXELS * 1.001
    assert "instead of 300" in write_note(size, "png", 300)
    assert size[0] * fit_scale(size, "pdf", 300) * 72 / 96 <= LONGEST_PAGE
    assert "72%" in write_note(size, "pdf", 300) or "64%" in write_note(size, "pdf", 300)
    assert fit_scale(size, "svg", 300) == 1
    assert not write_note(size, "svg", 300)
    assert not write_note((800.0, 600.0), "png", 600)
    long = (1_000_000.0, 100.0)
    assert long[0] * fit_scale(long, "png", 96) <= picture_file.LONGEST_SIDE


def test_an_empty_network_is_a_picture_too(qapp):
    for form in FORMS:
        assert draw(Project(), form=form, title=True, legend=True)
