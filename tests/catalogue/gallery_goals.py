"""What the small networks of the gallery must reach, and in how many epochs."""

from typing import NamedTuple


class Goal(NamedTuple):
    """A score of the last epoch that must lie between two bounds; `train_loss` and `val_loss` are scores too."""

    score: str
    least: float
    most: float = 1.0
    epochs: int | None = None  # None for as many as the template says


GOALS = {
    "mcculloch-pitts-neuron": Goal("accuracy", 1.0, epochs=2),
    "adaline": Goal("accuracy", 0.9, epochs=4),
    "mlp-784-300-300-10": Goal("accuracy", 0.96, epochs=1),
    "batch-norm-mlp": Goal("accuracy", 0.9, epochs=1),
    "task-binary": Goal("auroc", 0.98),
    "task-multi-class": Goal("f1", 0.94),
    "task-multi-label": Goal("exact_match", 0.88),
    "task-bounded-regression": Goal("r2", 0.9),
    "task-unbounded-regression": Goal("r2", 0.4),
    "autoencoder": Goal("val_loss", 0.005, 0.018),  # eight principal components leave 0.024
    "denoising-autoencoder": Goal("r2", 0.55, epochs=8),
    "siamese-network": Goal("accuracy", 0.9, epochs=3),
    "vae": Goal("r2", 0.45, epochs=20),
}
