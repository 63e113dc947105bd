"""The theme can be read by everybody: contrasts of WCAG 2.1, families of equal lightness that colour-blind eyes tell apart."""

import itertools
import re

import numpy as np
import pytest
from PySide6.QtGui import QPalette, QTextDocument

from designer.document.drawing import HUES
from designer.paths import resource
from designer.ui.panels.highlighter import PythonHighlighter
from designer.ui.theme import contrast, hue_colour, load_strong_theme, load_theme, make_palette, mix, readable

TEXT = 4.5  # WCAG 2.1, success criterion 1.4.3, contrast (minimum)
GRAPHIC = 3.0  # success criterion 1.4.11, non-text contrast

# Machado, Oliveira and Fernandes (2009), A physiologically-based model for simulation of color vision deficiency,
# IEEE Transactions on Visualization and Computer Graphics 15(6): severity 1.0, on linear RGB.
EYES = {
    "protanopia": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deuteranopia": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "tritanopia": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
}
# Ottosson (2020), OKLab: linear RGB to cones to lightness and two opponent colours.
CONES = ((0.4122214708, 0.5363325363, 0.0514459929), (0.2119034982, 0.6806995451, 0.1073969566))
CONES += ((0.0883024619, 0.2817188376, 0.6299787005),)
LAB = ((0.2104542553, 0.7936177850, -0.0040720468), (1.9779984951, -2.4285922050, 0.4505937099))
LAB += ((0.0259040371, 0.7827717662, -0.8086757660),)
LEAST_STEP = 2.9  # hundredths of OKLab between families that stand beside each other; 2 are just noticed

themes = pytest.mark.parametrize("theme", [load_theme("dark"), load_theme("light")], ids=["dark", "light"])


def linear(code: str) -> np.ndarray:
    values = np.array([int(code[start : start + 2], 16) / 255 for start in (1, 3, 5)])
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


def oklab(rgb: np.ndarray) -> np.ndarray:
    return 100 * np.array(LAB) @ np.cbrt(np.clip(np.array(CONES) @ rgb, 0, None))


def test_the_contrast_is_that_of_the_standard():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)  # the grey that just fails
    assert contrast("#767676", "#ffffff") == contrast("#ffffff", "#767676") == pytest.approx(4.54, abs=0.01)


@themes
def test_text_can_be_read_on_every_ground(theme):
    grounds = [theme.window, theme.panel, theme.canvas, theme.card, theme.card_hover]
    hues = [hue_colour(theme, hue) for hue in HUES]
    frames = [mix(theme.canvas, hue, share) for hue in hues for share in (0.09, 0.16)]
    comments = [mix(theme.card, hue, 0.12) for hue in hues]
    pairs = [(ink, ground) for ink in (theme.text, theme.muted) for ground in (*grounds, *frames, *comments)]
    pairs += [(ink, ground) for ink in (theme.accent, theme.error, theme.warning, theme.ok) for ground in grounds]
    pairs += [(mix(theme.text, hue, 0.25), ground) for hue in hues for ground in frames]
    pairs += [(theme.on_accent, theme.accent)]
    pairs += [(theme.text, theme.chosen_line), (theme.muted, theme.chosen_line)]
    assert [(ink, ground) for ink, ground in pairs if contrast(ink, ground) < TEXT] == []


@themes
def test_marks_can_be_seen_on_every_ground(theme):
    grounds = [theme.window, theme.panel, theme.canvas, theme.card, theme.card_hover]
    hues = [hue_colour(theme, hue) for hue in HUES]
    frames = [mix(theme.canvas, hue, share) for hue in hues for share in (0.09, 0.16)]
    pairs = [(theme.wire, ground) for ground in (*grounds, *frames)]
    pairs += [(theme.selection, ground) for ground in (*grounds, *frames)]
    pairs += [(bar, ground) for bar in theme.family.values() for ground in grounds]
    pairs += [(mix(hue, theme.canvas, 0.15), theme.canvas) for hue in hues]
    pairs += [(badge, ground) for badge in (theme.error, theme.warning) for ground in grounds]
    assert [(ink, ground) for ink, ground in pairs if contrast(ink, ground) < GRAPHIC] == []


@themes
def test_code_can_be_read(theme, qapp):
    document = QTextDocument()
    highlighter = PythonHighlighter(document, theme)
    inks = {made.foreground().color().name() for made in highlighter._formats.values()}
    assert len(inks) >= 6
    assert [ink for ink in inks if min(contrast(ink, theme.window), contrast(ink, theme.chosen_line)) < TEXT] == []


@themes
def test_what_is_disabled_and_what_stands_in_for_words_can_be_read(theme, qapp):
    palette = make_palette(theme)
    role = QPalette.ColorRole
    for group in (QPalette.ColorGroup.Active, QPalette.ColorGroup.Disabled):
        for ink, ground in ((role.Text, role.Base), (role.WindowText, role.Window), (role.ButtonText, role.Button)):
            assert contrast(palette.color(group, ink).name(), palette.color(group, ground).name()) >= TEXT
    assert contrast(palette.color(role.PlaceholderText).name(), palette.color(role.Base).name()) >= TEXT
    assert contrast(palette.color(role.ToolTipText).name(), palette.color(role.ToolTipBase).name()) >= TEXT


@themes
def test_a_colour_is_moved_until_it_can_be_read(theme):
    for ink in theme.family.values():
        for ground in (theme.window, theme.card):
            found = readable(ink, ground, theme.text)
            assert contrast(found, ground) >= TEXT
            assert found == ink or contrast(ink, ground) < TEXT
    assert readable(theme.panel, theme.panel, theme.panel) == theme.panel  # nothing better is there


@themes
def test_families_are_of_one_lightness(theme):
    lightness = [oklab(linear(code))[0] for code in theme.family.values()]
    assert max(lightness) - min(lightness) < 1.5


@themes
@pytest.mark.parametrize("eyes", EYES)
def test_neighbours_in_the_palette_differ_for_colour_blind_eyes(theme, eyes):
    seen = {name: oklab(np.clip(np.array(EYES[eyes]) @ linear(code), 0, 1)) for name, code in theme.family.items()}
    for first, second in itertools.pairwise(seen):
        assert np.linalg.norm(seen[first] - seen[second]) > LEAST_STEP, (first, second)
    assert np.linalg.norm(seen["linear"] - seen["activation"]) > 15  # training and validation curves


def test_the_style_sheet_names_only_colours_of_the_theme():
    text = resource("style.qss").read_text("utf-8")
    assert re.findall(r"(?<![\w\"'])#[0-9a-fA-F]{6}\b|\brgb\(", text) == []


@pytest.mark.parametrize("name", ["dark", "light"])
def test_where_the_system_asks_for_contrast_quiet_things_stand_out(name):
    plain, strong = load_theme(name), load_strong_theme(name)
    for ground in (strong.panel, strong.canvas, strong.card):
        assert contrast(strong.muted, ground) >= 7  # 1.4.6, contrast (enhanced)
        assert contrast(strong.border, ground) >= GRAPHIC > contrast(plain.border, ground)
    assert strong.text == plain.text
