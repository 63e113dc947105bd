"""Other ways to train the same network on the same data: what the engine's speed is compared with.

Each function trains the steps given and returns the seconds they took.
"""

import importlib.util
import time
import warnings
from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset, TensorDataset

WARM_UP = 20  # steps not counted


class Pictures(Dataset[tuple[Tensor, int]]):
    """MNIST as torchvision gives it under ToTensor and Normalize: every access makes a picture and a tensor of it.

    torchvision's own class where it is installed would be slower still: it does the same with more calls around it.
    """

    def __init__(self, images: Tensor, labels: Tensor, mean: float, std: float) -> None:
        self.images, self.labels = images, labels
        self.mean, self.std = torch.tensor(mean).view(-1, 1, 1), torch.tensor(std).view(-1, 1, 1)

    def __len__(self) -> int:
        return len(self.images)

    def __getitem__(self, row: int) -> tuple[Tensor, int]:
        from PIL import Image

        picture = Image.fromarray(self.images[row].numpy())
        image = torch.from_numpy(np.array(picture, copy=True))[None].float().div(255)
        return image.sub(self.mean).div_(self.std), int(self.labels[row])


def train_by_loader(data: Dataset[tuple[Tensor, Tensor]], model: nn.Module, steps: int, batch_size: int) -> float:
    """Train as the tutorials do: a DataLoader, Adam as it comes, the loss taken to Python at every step."""
    loss = nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.001)
    batches = iter(DataLoader(data, batch_size=batch_size, shuffle=True))
    model.train()
    running = 0.0
    began = 0.0
    for step in range(WARM_UP + steps):
        if step == WARM_UP:
            began = time.perf_counter()
        x, y = next(batches)
        optimizer.zero_grad()
        value = loss(model(x), y)
        value.backward()
        optimizer.step()
        running += value.item()
    return time.perf_counter() - began


def has_lightning() -> bool:
    """Return whether Lightning is installed."""
    return importlib.util.find_spec("pytorch_lightning") is not None


def train_by_lightning(x: Tensor, y: Tensor, model: nn.Module, steps: int, batch_size: int) -> float:
    """Train by Lightning's Trainer without logger, checkpoints and progress bar."""
    import pytorch_lightning

    times: list[float] = []

    class Module(pytorch_lightning.LightningModule):
        def __init__(self) -> None:
            super().__init__()
            self.model, self.loss = model, nn.CrossEntropyLoss()

        def training_step(self, batch: tuple[Tensor, Tensor]) -> Tensor:
            times.append(time.perf_counter())
            return self.loss(self.model(batch[0]), batch[1])

        def configure_optimizers(self) -> torch.optim.Optimizer:
            return torch.optim.Adam(self.parameters(), lr=0.001)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        trainer = pytorch_lightning.Trainer(
            max_steps=WARM_UP + steps,
            accelerator="cpu",
            logger=False,
            enable_checkpointing=False,
            enable_progress_bar=False,
            enable_model_summary=False,
        )
        trainer.fit(Module(), DataLoader(TensorDataset(x, y), batch_size=batch_size, shuffle=True))
    return (times[-1] - times[WARM_UP]) * steps / (len(times) - 1 - WARM_UP)


Peer = Callable[[int], float]
