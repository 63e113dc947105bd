"""The five kinds of question, each as a small worked example: one body, and what changes from task to task at its end."""

from sketch import Sketch, template

from designer.document.graph import Value
from designer.document.project import Choice, Project


def body(start: str, answer: str, end: str, units: int, *, image: bool = False, squash: bool = False) -> Sketch:
    """Return a network with one hidden layer of 64 units, the same for all five tasks."""
    sketch = Sketch()
    sketch.add("Input", start)
    if image:
        sketch.add("Flatten", "flatten")
    sketch.chain(
        ("Linear", "hidden", {"out_features": 64}),
        ("ReLU", "relu"),
        ("Linear", answer, {"out_features": units}),
    )
    if squash:
        sketch.add("Sigmoid", "sigmoid")
    sketch.add("Output", end)
    return sketch


def adam(lr: float, **settings: Value) -> Choice:
    """Return AdamW with a learning rate."""
    return Choice("AdamW", {"lr": lr, **settings})


def binary() -> Project:
    """Return the task of yes or no."""
    return template(
        "Task: yes or no",
        "Binary classification: one output, one question, judged by more than its accuracy.",
        "The first of five small worked examples with the same body, a hidden layer of 64 units, so that you see what a "
        "task changes: the last layer, the loss and the metrics. Here it is one question, whether a tumour is benign. One "
        "output is enough: a logit, above 0 for yes, with no Sigmoid behind it, since BCEWithLogitsLoss has it inside "
        "where it is numerically safe. Cox's logistic regression (1958) is the same without the hidden layer. Accuracy "
        "alone flatters where one answer is rare, so F1 and AUROC stand beside it: F1 weighs false alarms against misses, "
        "AUROC asks whether a yes scores above a no at all. Try `balanced` in the loss, or take two outputs and "
        "CrossEntropyLoss: it is the same model with one weight too many.",
        "D. R. Cox: The Regression Analysis of Binary Sequences. Journal of the Royal Statistical Society B 20, 1958.",
        body("cells", "logit", "benign", 1),
        data=Choice("BreastCancer"),
        objective=Choice("Binary"),
        loss=Choice("BCEWithLogitsLoss"),
        optimizer=adam(0.003),
        epochs=20,
        batch_size=32,
        metrics=("accuracy", "f1", "auroc"),
    )


def multi_class() -> Project:
    """Return the task of one class out of several."""
    return template(
        "Task: one of several classes",
        "Multi-class classification: an output for each class, of which exactly one is right.",
        "The second of five worked examples with the same body. The question is which of three growers a wine comes from, "
        "by 13 measurements of Forina and others. What changes from yes or no: the last layer has as many outputs as "
        "there are classes, and CrossEntropyLoss makes probabilities of them that sum to 1, so that raising one lowers "
        "the others. Its softmax is inside as the sigmoid was, so none is drawn; Bridle gave it that name in 1990. An "
        "untrained network guesses among three and starts near log 3 = 1.10. F1 here "
        "is the mean over the classes, so that a small class counts as much as a large one. Where two answers can be right at once, this is the wrong task: see several labels.",
        "J. S. Bridle: Probabilistic Interpretation of Feedforward Classification Network Outputs. Neurocomputing, 1990, "
        "doi:10.1007/978-3-642-76153-9_28.",
        body("wine", "scores", "grower", 3),
        data=Choice("Wine"),
        objective=Choice("MultiClass"),
        loss=Choice("CrossEntropyLoss"),
        optimizer=adam(0.005),
        epochs=30,
        batch_size=16,
        metrics=("accuracy", "f1"),
    )


def multi_label() -> Project:
    """Return the task of several labels at once."""
    return template(
        "Task: several labels",
        "Multi-label classification: four independent questions about one picture, each yes or no.",
        "The third of five worked examples with the same body. Each handwritten digit is asked four things: is it even, "
        "prime, five or more, and has it a loop? Any number of them may be true, as with the tags of a photograph. What "
        "changes from one of several classes: there is still one output for each label, but each is a yes or no of its "
        "own, so the loss is BCEWithLogitsLoss again and nothing has to sum to 1. Accuracy counts single answers, of which "
        "saying no always gets more than half; exact match asks for all four at once and is the strict one; F1 tells most "
        "where labels are rare. Give it CrossEntropyLoss and the checker objects. Raise the hidden layer to 256 units and "
        "watch the exact match close in on the accuracy.",
        "G. Tsoumakas and I. Katakis: Multi-Label Classification: An Overview. International Journal of Data Warehousing "
        "and Mining 3, 2007.",
        body("image", "logits", "labels", 4, image=True),
        data=Choice("DigitProperties"),
        objective=Choice("MultiLabel"),
        loss=Choice("BCEWithLogitsLoss"),
        optimizer=adam(0.005),
        epochs=20,
        batch_size=32,
        metrics=("accuracy", "exact_match", "f1"),
    )


def bounded_regression() -> Project:
    """Return the task of a number between two bounds."""
    return template(
        "Task: a number between 0 and 1",
        "Bounded regression: the height of a landscape from 0 to 1, kept there by a Sigmoid.",
        "The fourth of five worked examples with the same body. No class is asked for but a number, and one with bounds: "
        "the height of two round hills at a point of the plane, from 0 to 1. Shares, probabilities, grey values and "
        "fill levels are of this kind. What changes from yes or no: the target is a number, so the loss is MSELoss, and "
        "this time the Sigmoid is drawn, since the loss has none inside; with it no answer can leave the bounds. It "
        "flattens near them, so an answer of exactly 0 or 1 is only approached. Targets with other bounds are scaled to "
        "0 to 1 first. R2 says which share of the variance is explained, MAE how far off an answer is on average. Remove "
        "the Sigmoid and look for answers below 0 beside the hills; more hidden units make the hills rounder.",
        "L. E. Papke and J. M. Wooldridge: Econometric Methods for Fractional Response Variables. Journal of Applied "
        "Econometrics 11, 1996.",
        body("point", "level", "height", 1, squash=True),
        data=Choice("Hills"),
        objective=Choice("BoundedRegression"),
        loss=Choice("MSELoss"),
        optimizer=adam(0.01),
        epochs=60,
        batch_size=32,
        metrics=("r2", "mae"),
    )


def unbounded_regression() -> Project:
    """Return the task of a number without bounds."""
    return template(
        "Task: a number",
        "Unbounded regression: any number may be the answer, so nothing squashes it.",
        "The last of five worked examples with the same body. How far has diabetes gone on after a year? The answer may be "
        "any number, so the network ends in a plain Linear layer: no Sigmoid, no ReLU, which would cut off one side. Loss "
        "and metrics are those of the bounded task. What changes instead is the data: the target is scaled to mean 0 and "
        "deviation 1 on the training rows, as a network learns slowly towards numbers in the hundreds; an RMSE of 1 then "
        "means no better than always giving the mean, and R2 is 0 there. Legendre and Gauss fitted orbits by least "
        "squares around 1800, which is this without the hidden layer, and here hardly worse: about half of the variance "
        "stays unexplained whatever one does. Try HuberLoss, which forgives outliers, or another seed for the split.",
        "B. Efron, T. Hastie, I. Johnstone and R. Tibshirani: Least Angle Regression. Annals of Statistics 32, 2004, "
        "doi:10.1214/009053604000000067.",
        body("patient", "value", "progression", 1),
        data=Choice("Diabetes"),
        objective=Choice("Regression"),
        loss=Choice("MSELoss"),
        optimizer=adam(0.005, weight_decay=0.1),
        epochs=20,
        batch_size=32,
        metrics=("r2", "rmse", "mae"),
    )


TEMPLATES = {
    "task-binary": binary,
    "task-multi-class": multi_class,
    "task-multi-label": multi_label,
    "task-bounded-regression": bounded_regression,
    "task-unbounded-regression": unbounded_regression,
}
