"""Samples can be looked at: the PNG that is written is the picture, and codes come from noise alone."""

import torch
from PIL import Image
from torch import nn

from designer.recipes.sampling import draw_codes, draw_text, make_grid, write_png
from designer.recipes.variational import Reparameterize


def test_a_grid_becomes_the_png_of_itself(tmp_path):
    for channels in (1, 3):
        images = torch.rand(7, channels, 4, 6, generator=torch.Generator().manual_seed(1))
        picture = make_grid(images)
        assert picture.shape == (3 * 6, 3 * 8, channels)
        scaled = (images - images.min()) / (images.max() - images.min())
        fourth = picture[6 + 1 : 6 + 5, 1:7].permute(2, 0, 1)
        assert torch.equal(fourth, (255 * scaled[3]).round().to(torch.uint8))
        write_png(picture, tmp_path / "grid.png")
        with Image.open(tmp_path / "grid.png") as read:
            assert read.mode == ("L" if channels == 1 else "RGB")
            assert read.size == (24, 18)
            assert list(read.tobytes()) == picture.flatten().tolist()


class Tiny(nn.Module):
    """An encoder that gives far too large codes, and a decoder that shows them."""

    def __init__(self):
        super().__init__()
        self.draw = Reparameterize()

    def forward(self, x):
        mean = 1000 + x[:, :3]
        return self.draw(mean, mean), mean, mean


def test_codes_come_from_noise_alone():
    model = Tiny().eval()
    samples = draw_codes(model, model.draw, torch.zeros(2000, 3))
    assert samples.mean().abs() < 0.1
    assert (samples.std() - 1).abs() < 0.1
    assert model(torch.zeros(1, 3))[0].tolist() == [[1000.0, 1000.0, 1000.0]]


class Counting(nn.Module):
    """Expects the token after the one it sees, and nothing else."""

    def forward(self, tokens):
        return 1e4 * nn.functional.one_hot((tokens + 1) % 5, 5).float()


def test_a_text_goes_on_from_what_was_drawn():
    assert draw_text(Counting(), "abcde", 4, 11, torch.device("cpu")) == "bcdeabcdeab"
