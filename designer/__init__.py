"""Draw a neural network, train it live, and leave with the PyTorch script that ran."""

__version__ = "0.1.0"
