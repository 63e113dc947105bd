"""The first machines that reckoned and learned: a fixed neuron, Adaline, and the multilayer perceptrons that followed."""

from sketch import Sketch, template

from designer.document.project import Choice, Project


def mcculloch_pitts_neuron() -> Project:
    """Return a neuron with fixed weights that computes AND."""
    sketch = Sketch()
    sketch.add("Input", "inputs")
    # A learning rate of 0 keeps the weights and still lets everything run as in a network that learns.
    sketch.add(
        "Linear",
        "sum",
        out_features=1,
        weight_init="constant",
        weight_gain=1.0,
        bias_init="constant",
        bias_gain=-2.0,
        lr_factor=0.0,
    )
    sketch.chain(("Step", "step"), ("Output", "answer"))
    return template(
        "McCulloch-Pitts neuron",
        "The first artificial neuron: fixed weights and a threshold, set by hand to compute AND.",
        "In 1943 the neurophysiologist Warren McCulloch and the young logician Walter Pitts described the nerve cell as a "
        "switch: it fires where enough of its inputs fire at once. They showed that nets of such cells can compute what "
        "logic can state, and von Neumann drew the first stored-program computers in their notation. Nothing learns here, "
        "as nobody had thought of that yet: both weights start at 1, the bias at -2, which is a threshold of 2, and the "
        "learning rate factor of `sum` is 0. So it answers AND from the first epoch on and stays as it is. Set the start "
        "of the bias to -1 and it computes OR. Or choose Or as the data and see two rows of four stay wrong; then set the "
        "factor to 1, and you have Rosenblatt's perceptron, fifteen years later, which mends itself.",
        "W. S. McCulloch and W. Pitts: A Logical Calculus of the Ideas Immanent in Nervous Activity. Bulletin of "
        "Mathematical Biophysics 5, 1943, doi:10.1007/BF02478259.",
        sketch,
        data=Choice("And"),
        loss=Choice("MSELoss"),
        optimizer=Choice("SGD", {"lr": 0.5}),
        epochs=10,
        batch_size=1,
    )


def adaline() -> Project:
    """Return one linear unit that learns from its error before any threshold."""
    sketch = Sketch()
    sketch.chain(("Input", "cells"), ("Linear", "sum", {"out_features": 1}), ("Output", "answer"))
    return template(
        "Adaline",
        "One linear unit that learns from how far it is off, not only from its mistakes.",
        "Bernard Widrow and his student Ted Hoff found the rule at Stanford in autumn 1959 and had it running in a box of "
        "knobs within days. Like the perceptron, the adaptive linear neuron is one weighted sum; but it compares the sum "
        "itself with the target, and each row moves the weights by the error times the input. That is gradient descent on "
        "the squared error, the least mean squares rule, which has taken echoes out of telephone lines and modems ever "
        "since. Here it reads thirty measurements of each tumour, one row at a time, and answers yes above one half: about "
        "94 % right. Raise the learning rate to 0.1 and the loss explodes, since a step must stay small against the square "
        "of the input. Take BCEWithLogitsLoss instead and it becomes logistic regression.",
        "B. Widrow and M. E. Hoff: Adaptive Switching Circuits. IRE WESCON Convention Record 4, 1960.",
        sketch,
        data=Choice("BreastCancer"),
        loss=Choice("MSELoss"),
        optimizer=Choice("SGD", {"lr": 0.001}),
        epochs=20,
        batch_size=1,
    )


def mlp_784_300_300_10() -> Project:
    """Return the two hidden layers of 300 units each on MNIST."""
    sketch = Sketch()
    sketch.chain(
        ("Input", "image"),
        ("Flatten", "flatten"),
        ("Linear", "hidden1", {"out_features": 300, "weight_init": "kaiming_normal", "bias_init": "zeros"}),
        ("ReLU", "relu1"),
        ("Linear", "hidden2", {"out_features": 300, "weight_init": "kaiming_normal", "bias_init": "zeros"}),
        ("ReLU", "relu2"),
        ("Linear", "scores", {"out_features": 10}),
        ("Output", "digit"),
    )
    return template(
        "MLP 784-300-300-10",
        "Two hidden layers of 300 units on MNIST's digits, with no trick but plain gradient descent.",
        "When LeCun, Bottou, Bengio and Haffner compared everything there was on MNIST in 1998, a network with one hidden "
        "layer of 300 units had 4.7 % wrong, and one with 300 and 100 had 3.05 %. This is its modern twin: the same plain "
        "layers and SGD, but ReLU in place of the squashing units and starting weights after He and others (2015), so that "
        "signals neither fade nor swell on their way; about 2 % wrong after ten epochs with 328,810 weights. Choose the "
        "folder with MNIST's four files in the Data panel, or give it with --data. Try Sigmoid in place of ReLU, or leave "
        "the weights at their usual start, and compare the first epochs; then the batch-norm MLP, which forgives both, "
        "and LeNet-5 of the same paper.",
        "Y. LeCun, L. Bottou, Y. Bengio and P. Haffner: Gradient-Based Learning Applied to Document Recognition. "
        "Proceedings of the IEEE 86, 1998, doi:10.1109/5.726791.",
        sketch,
        data=Choice("Idx"),
        optimizer=Choice("SGD", {"lr": 0.1}),
        epochs=10,
        batch_size=64,
    )


def batch_norm_mlp() -> Project:
    """Return the network on which batch normalization was first shown."""
    sketch = Sketch()
    sketch.chain(("Input", "image"), ("Flatten", "flatten"))
    for number in (1, 2, 3):
        sketch.add("Linear", f"hidden{number}", out_features=100, bias=False)
        sketch.chain(("BatchNorm1d", f"norm{number}"), ("Sigmoid", f"sigmoid{number}"))
    sketch.chain(("Linear", "scores", {"out_features": 10}), ("Output", "digit"))
    return template(
        "Batch-norm MLP",
        "The small network on MNIST with which batch normalization was introduced.",
        "Ioffe and Szegedy of Google began their experiments of 2015 with just this network: three hidden layers of 100 sigmoid "
        "units, batches of 60. Each BatchNorm brings every unit to mean 0 and deviation 1 over the batch, then lets it "
        "learn its own scale and offset; sigmoids stay in their steep middle, gradients survive three of them, and "
        "after one epoch 92 % of the digits are right, which takes four without. They explained it by steadier inputs to each layer; "
        "Santurkar and others (2018) found a smoother loss instead. Either way hardly a deep network went without it for "
        "years. The Linear layers need no bias, since the norm takes it off again. Choose the folder with MNIST's four "
        "files in the Data panel, or give it with --data. Then remove the three norms and compare the first epochs.",
        "S. Ioffe and C. Szegedy: Batch Normalization: Accelerating Deep Network Training by Reducing Internal Covariate "
        "Shift. ICML 2015, arXiv:1502.03167.",
        sketch,
        data=Choice("Idx"),
        optimizer=Choice("SGD", {"lr": 0.1}),
        epochs=10,
        batch_size=60,
    )


TEMPLATES = {
    "mcculloch-pitts-neuron": mcculloch_pitts_neuron,
    "adaline": adaline,
    "mlp-784-300-300-10": mlp_784_300_300_10,
    "batch-norm-mlp": batch_norm_mlp,
}
