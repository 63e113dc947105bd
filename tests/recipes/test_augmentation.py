"""Each change to samples does what it says, on values, to each sample in its own way."""

import pytest
import torch
import torch.nn.functional as F

from designer.recipes.augmentation import (
    add_noise,
    blur,
    change_colour,
    cut_out,
    cutmix,
    drop_tokens,
    flip,
    make_shares,
    mixup,
    pad_and_crop,
    scale_channels,
    slide,
    warp,
)
from designer.recipes.balance import draw_balanced


@pytest.fixture
def pictures():
    """Return 64 pictures of three colours, smooth enough to be told apart after a shift."""
    torch.manual_seed(0)
    return torch.rand(64, 3, 12, 10)


def test_a_flip_turns_a_share_around(pictures):
    turned = flip(pictures, share=0.5)
    mirrored = pictures.flip(-1)
    are_turned = (turned == mirrored).flatten(1).all(1)
    are_kept = (turned == pictures).flatten(1).all(1)
    assert bool((are_turned ^ are_kept).all())
    assert 15 < int(are_turned.sum()) < 49
    assert torch.equal(flip(pictures, axis=-2, share=1), pictures.flip(-2))
    assert torch.equal(flip(pictures, share=0), pictures)


def test_nothing_moves_where_nothing_is_to_move(pictures):
    torch.testing.assert_close(warp(pictures), pictures)
    torch.testing.assert_close(change_colour(pictures), pictures)


def test_a_half_turn_stands_a_picture_on_its_head(pictures, monkeypatch):
    monkeypatch.setattr(torch, "rand", lambda *sizes, device=None: torch.ones(sizes))
    torch.testing.assert_close(warp(pictures, degrees=180), pictures.flip(-1, -2), atol=1e-4, rtol=0)
    # A quarter turn of a picture that is higher than wide keeps lengths: a column becomes a row.
    column = torch.zeros(1, 1, 21, 11)
    column[:, :, :, 5] = 1
    row = warp(column, degrees=90)[0, 0]
    torch.testing.assert_close(row[10], torch.ones(11), atol=1e-4, rtol=0)
    assert row[:8].abs().max() < 1e-4
    # All of it moves by a fifth of the width to the left, as the picture is read further right.
    moved = warp(pictures, shift=0.2)
    torch.testing.assert_close(
        moved[:, :, :9, :8], warp(pictures)[:, :, 2:11, 2:] * 0.6 + pictures[:, :, 3:12, 2:] * 0.4, atol=1e-4, rtol=0
    )
    grown = warp(torch.arange(11.0).view(1, 1, 1, 11).expand(1, 1, 11, 11), zoom=0.5)[0, 0, 5]
    torch.testing.assert_close(grown[5:8], torch.tensor([5.0, 5 + 2 / 3, 5 + 4 / 3]), atol=1e-4, rtol=0)


def test_sliding_moves_by_whole_places_and_repeats_the_edge():
    torch.manual_seed(1)
    x = torch.arange(10.0).view(1, 10, 1).expand(200, 10, 2)
    moved = slide(x, 1, 2)
    seen = {tuple(row.tolist()) for row in moved[:, :, 0]}
    expected = {tuple(min(max(place + by, 0), 9) for place in range(10)) for by in range(-2, 3)}
    assert seen == expected
    assert torch.equal(moved[..., 0], moved[..., 1])


def test_a_crop_is_a_part_of_the_padded_picture(pictures):
    cropped = pad_and_crop(pictures[:20], padding=2)
    padded = F.pad(pictures[:20], (2, 2, 2, 2), mode="replicate")
    found = set()
    for sample, whole in zip(cropped, padded, strict=True):
        windows = whole.unfold(1, 12, 1).unfold(2, 10, 1)  # C x 5 x 5 x 12 x 10
        places = (windows.permute(1, 2, 0, 3, 4) == sample).flatten(2).all(2).nonzero()
        assert len(places) == 1
        found.add(tuple(places[0].tolist()))
    assert len(found) > 5


def test_colours_change_about_the_mean_and_the_grey(pictures):
    brighter = change_colour(pictures, brightness=0.3)
    added = (brighter - pictures).flatten(1)
    assert added.std(1).max() < 1e-5
    assert 0.1 < added[:, 0].abs().max() <= 0.3
    spread = change_colour(pictures, contrast=0.5)
    torch.testing.assert_close(spread.mean((1, 2, 3)), pictures.mean((1, 2, 3)))
    share = spread.std((1, 2, 3)) / pictures.std((1, 2, 3))
    assert 0.5 <= share.min() < 0.7
    assert 1.3 < share.max() <= 1.5
    paler = change_colour(pictures, saturation=1)
    torch.testing.assert_close(paler.mean(1), pictures.mean(1))
    grey = pictures[:, :1]
    torch.testing.assert_close(change_colour(grey, saturation=1), grey)


def test_noise_and_blur_have_the_width_they_are_told():
    torch.manual_seed(2)
    x = torch.zeros(8, 1, 40, 40)
    assert add_noise(x, std=0.3).std().item() == pytest.approx(0.3, rel=0.05)
    x[:, :, 20, 20] = 1
    soft = blur(x, sigma=2.0)
    torch.testing.assert_close(soft.sum((1, 2, 3)), torch.ones(8), atol=1e-4, rtol=0)
    places = torch.arange(40.0) - 20
    widths = (soft.sum((1, 2)) * places**2).sum(1).sqrt()
    assert widths.max() < 2
    assert len(set(widths.tolist())) == 8
    torch.testing.assert_close(soft.transpose(2, 3), soft)
    torch.testing.assert_close(blur(torch.full((2, 3, 5, 4), 7.0)), torch.full((2, 3, 5, 4), 7.0))


def test_a_cutout_hides_a_box_in_a_share_of_the_pictures(pictures):
    hidden = cut_out(pictures, size=0.5, share=0.5)
    changed = (hidden != pictures).any(1)
    counts = changed.flatten(1).sum(1)
    assert 15 < int((counts > 0).sum()) < 49
    assert counts.max() == 30  # 6 of 12 rows, 5 of 10 columns
    for sample, before, where in zip(hidden, pictures, changed, strict=True):
        rows, columns = where.any(1).nonzero(), where.any(0).nonzero()
        if len(rows):
            assert bool(where[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1].all())
            torch.testing.assert_close(sample[:, where], before.mean((1, 2))[:, None].expand(3, int(where.sum())))


@pytest.mark.parametrize("mix", [mixup, cutmix])
def test_targets_are_mixed_as_samples_are(mix):
    torch.manual_seed(3)
    y = F.one_hot(torch.arange(256) % 4, 4).float()
    x = y.argmax(1).view(-1, 1, 1, 1).float().expand(256, 1, 16, 16)
    mixed, targets = mix(x, y, 1.0)
    torch.testing.assert_close(targets.sum(1), torch.ones(256))
    torch.testing.assert_close(mixed.mean((1, 2, 3)), targets @ torch.arange(4.0), atol=1e-4, rtol=0)
    own = (targets * y).sum(1)
    assert own.min() >= (0.5 if mix is mixup else 0.4)
    assert 0.65 < own.mean() < 0.9
    assert (
        torch.equal((targets * y.roll(1, 0)).sum(1), 1 - own)
        or (targets * y.roll(1, 0)).sum(1).sub(1 - own).abs().max() < 1e-6
    )


def test_series_and_tokens():
    torch.manual_seed(4)
    x = torch.ones(500, 6, 2)
    scaled = scale_channels(x, std=0.1)
    assert torch.equal(scaled[:, 0], scaled[:, 5])
    assert scaled[:, 0].std().item() == pytest.approx(0.1, rel=0.1)
    tokens = torch.full((200, 50), 7)
    dropped = drop_tokens(tokens, share=0.1, token=3)
    assert dropped.dtype == torch.int64
    assert set(dropped.unique().tolist()) == {3, 7}
    assert (dropped == 3).float().mean().item() == pytest.approx(0.1, rel=0.1)


def test_balanced_draws_even_out_the_classes():
    y = torch.tensor([0] * 900 + [1] * 90 + [2] * 10)
    for targets in (y, F.one_hot(y).float()):
        rows = draw_balanced(targets, 1.0, torch.Generator().manual_seed(0))
        counts = torch.bincount(y[rows], minlength=3)
        assert len(rows) == 1000
        assert counts.min() > 280
        assert counts.max() < 390
    natural = draw_balanced(y, 0.0, torch.Generator().manual_seed(0))
    assert 860 < int((y[natural] == 0).sum()) < 940
    signs = torch.tensor([-1.0] * 90 + [1.0] * 10)[:, None]
    rare = draw_balanced(signs, 1.0, torch.Generator().manual_seed(0))
    assert 30 < int((rare >= 90).sum()) < 70


EVERY = {
    "flip": flip,
    "warp": lambda x: warp(x, 10, 0.1, 0.1),
    "crop": pad_and_crop,
    "colour": lambda x: change_colour(x, 0.1, 0.1, 0.1),
    "noise": add_noise,
    "blur": blur,
    "cutout": cut_out,
    "cutmix": lambda x: cutmix(x, make_shares(torch.zeros(len(x), dtype=torch.int64, device=x.device), 3)),
    "mixup": lambda x: mixup(x, torch.zeros(len(x), 3, device=x.device)),
}


@pytest.mark.parametrize("name", EVERY)
def test_nothing_is_read_or_made_on_another_device(name, monkeypatch):
    """A step on a CUDA device is recorded, which a value that is read, or a tensor on the CPU, would forbid."""
    monkeypatch.setattr(torch.distributions.Beta, "sample", lambda beta: torch.empty_like(beta.concentration0))
    x = torch.empty(4, 3, 8, 6, device="meta")
    made = EVERY[name](x)
    for part in made if isinstance(made, tuple) else (made,):
        assert part.device == x.device
