"""Samples of a network that makes some, where they can be looked at: pictures in a grid, texts, rows of numbers."""

import math
import struct
import zlib
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor, nn


def draw_codes(model: nn.Module, layer: nn.Module, zeros: Tensor) -> Tensor:
    """Return what a variational autoencoder makes of noise: `layer`, its draw, gives N(0, 1) whatever comes in."""
    handle = layer.register_forward_hook(lambda module, inputs, mean: torch.randn_like(mean))
    try:
        samples: Tensor = model(zeros)[0]
    finally:
        handle.remove()
    return samples


def draw_text(model: nn.Module, vocabulary: str, length: int, count: int, device: torch.device) -> str:
    """Return a text, each character drawn from what the network expects after the `length` before it."""
    tokens = torch.zeros(1, 1, dtype=torch.int64, device=device)
    for _ in range(count):
        window = tokens[:, -length:]
        known = window.shape[1]
        # What stands after the place in question is not looked at.
        logits = model(F.pad(window, (0, length - known)))[0, known - 1]
        tokens = torch.cat([tokens, torch.multinomial(logits.softmax(0), 1)[None]], 1)
    return "".join(vocabulary[token] for token in tokens[0, 1:].tolist())


def make_grid(images: Tensor) -> Tensor:
    """Return N x channels x height x width as one picture, height x width x channels from 0 to 255, about square."""
    images = images.detach().float().cpu()
    low, high = images.min(), images.max()
    images = (images - low) / (high - low).clamp(min=1e-12)
    count, channels, height, width = images.shape
    columns = math.ceil(math.sqrt(count))
    rows = math.ceil(count / columns)
    grid = torch.zeros(rows * columns, channels, height + 2, width + 2)
    grid[:count, :, 1:-1, 1:-1] = images
    grid = grid.view(rows, columns, channels, height + 2, width + 2).permute(0, 3, 1, 4, 2)
    return (255 * grid.reshape(rows * (height + 2), -1, channels)).round().to(torch.uint8)


def write_png(picture: Tensor, path: Path) -> None:
    """Write a picture, height x width x 1 (grey) or 3 (red, green, blue) from 0 to 255, as a PNG file."""
    height, width, channels = picture.shape
    lines = torch.cat([torch.zeros(height, 1, dtype=torch.uint8), picture.flatten(1)], 1)

    def pack(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 0 if channels == 1 else 2, 0, 0, 0)
    body = zlib.compress(lines.numpy().tobytes())
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + pack(b"IHDR", header) + pack(b"IDAT", body) + pack(b"IEND", b""))


def write_rows(samples: Tensor, path: Path) -> None:
    """Write samples as a CSV file, a row each."""
    rows = samples.detach().float().cpu().flatten(1).tolist()
    path.write_text("".join(",".join(map(repr, row)) + "\n" for row in rows))
