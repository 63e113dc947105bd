"""Other ways to train the same network on the same data: what the engine's speed is compared with.

Each function trains the steps given and returns the seconds they took. The peers are no dependencies of ours:
`pip install --target FOLDER pytorch-lightning keras skorch`, and FOLDER in the environment variable DESIGNER_BENCH_SITE.
"""

import importlib
import logging
import os
import sys
import time
import warnings
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset

WARM_UP = 20  # steps not counted
SITE = "DESIGNER_BENCH_SITE"


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


def train_by_loader(
    data: Dataset[tuple[Tensor, Tensor]],
    model: nn.Module,
    steps: int,
    batch_size: int,
    loss: nn.Module | None = None,
    optimizer: torch.optim.Optimizer | None = None,
    validation: Dataset[tuple[Tensor, Tensor]] | None = None,
) -> float:
    """Train as the tutorials do: a DataLoader, Adam as it comes, the loss taken to Python at every step.

    With `validation` each epoch ends with a walk through that, as in PyTorch's quickstart.
    """
    loss = loss or nn.CrossEntropyLoss()
    optimizer = optimizer or torch.optim.Adam(model.parameters(), lr=0.001)
    loader = DataLoader(data, batch_size=batch_size, shuffle=True)
    model.train()
    running = began = 0.0
    step = 0
    while True:
        for x, y in loader:
            if step == WARM_UP:
                began = time.perf_counter()
            if step == WARM_UP + steps:
                return time.perf_counter() - began
            step += 1
            optimizer.zero_grad()
            value = loss(model(x), y)
            value.backward()
            optimizer.step()
            running += value.item()
        if validation is not None:
            validate(model, loss, DataLoader(validation, batch_size=batch_size))
            model.train()


def validate(model: nn.Module, loss: nn.Module, loader: DataLoader[tuple[Tensor, Tensor]]) -> tuple[float, float]:
    """Return the mean loss and the accuracy as the quickstart works them out."""
    model.eval()
    total, right = 0.0, 0.0
    with torch.no_grad():
        for x, y in loader:
            answer = model(x)
            total += loss(answer, y).item()
            found = answer.argmax(1) == y if answer.shape[1] > 1 else (answer > 0) == (y > 0.5)
            right += found.type(torch.float).sum().item()
    return total / len(loader), right / len(loader.dataset)  # type: ignore[arg-type]


def import_peer(name: str) -> Any:
    """Return a peer's module, None where it is not installed, here or in the folder of DESIGNER_BENCH_SITE."""
    if (site := os.environ.get(SITE)) and site not in sys.path:
        sys.path.append(site)
    os.environ["KERAS_BACKEND"] = "torch"
    try:
        return importlib.import_module(name)
    except ImportError:
        return None


def train_by_lightning(
    lightning: Any, data: Dataset[tuple[Tensor, Tensor]], model: nn.Module, steps: int, batch_size: int
) -> float:
    """Train by Lightning's Trainer without logger, checkpoints and progress bar."""
    logging.getLogger("lightning.pytorch").setLevel(logging.ERROR)
    logging.getLogger("pytorch_lightning").setLevel(logging.ERROR)
    times: list[float] = []

    class Module(lightning.LightningModule):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.model, self.loss = model, nn.CrossEntropyLoss()

        def training_step(self, batch: tuple[Tensor, Tensor]) -> Tensor:
            times.append(time.perf_counter())
            value: Tensor = self.loss(self.model(batch[0]), batch[1])
            return value

        def configure_optimizers(self) -> torch.optim.Optimizer:
            return torch.optim.Adam(self.parameters(), lr=0.001)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        trainer = lightning.Trainer(
            max_steps=WARM_UP + steps,
            accelerator="cpu",
            logger=False,
            enable_checkpointing=False,
            enable_progress_bar=False,
            enable_model_summary=False,
        )
        trainer.fit(Module(), DataLoader(data, batch_size=batch_size, shuffle=True))
    return (times[-1] - times[WARM_UP]) * steps / (len(times) - 1 - WARM_UP)


def train_by_keras(keras: Any, x: Tensor, y: Tensor, steps: int, batch_size: int) -> float:
    """Train the same layers by `fit` of Keras 3 on torch, without a progress bar; the second epoch counts."""
    model = keras.Sequential(
        [
            keras.Input((1, 28, 28)),
            keras.layers.Flatten(),
            keras.layers.Dense(512, activation="relu"),
            keras.layers.Dropout(0.2),
            keras.layers.Dense(256, activation="relu"),
            keras.layers.Dropout(0.2),
            keras.layers.Dense(10),
        ]
    )
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(optimizer=keras.optimizers.Adam(0.001), loss=loss, metrics=["accuracy"])
    images, labels = x.numpy(), y.numpy()
    warm, rows = WARM_UP * batch_size, steps * batch_size
    model.fit(images[:warm], labels[:warm], batch_size=batch_size, verbose=0)
    began = time.perf_counter()
    model.fit(images[:rows], labels[:rows], batch_size=batch_size, verbose=0)
    return time.perf_counter() - began


def train_by_skorch(skorch: Any, x: Tensor, y: Tensor, model: nn.Module, steps: int, batch_size: int) -> float:
    """Train by skorch's NeuralNetClassifier, which prints nothing and holds no rows out; the second epoch counts."""
    net = skorch.NeuralNetClassifier(
        model,
        criterion=nn.CrossEntropyLoss,
        optimizer=torch.optim.Adam,
        lr=0.001,
        batch_size=batch_size,
        max_epochs=1,
        train_split=None,
        iterator_train__shuffle=True,
        verbose=0,
    )
    images, labels = x.numpy(), y.numpy()
    warm, rows = WARM_UP * batch_size, steps * batch_size
    net.partial_fit(images[:warm], labels[:warm])
    began = time.perf_counter()
    net.partial_fit(images[:rows], labels[:rows])
    return time.perf_counter() - began
