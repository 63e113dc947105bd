"""What a network is trained for, declared as data: the task, what its answer is compared with, what usually goes with it."""

from designer.catalogue.parameters import Option, Parameter, Real
from designer.catalogue.training_spec import ObjectiveSpec

_CORRUPTION = (
    Parameter(
        "noise",
        Option(("gaussian", "mask")),
        "gaussian",
        "gaussian adds random numbers; mask sets a share of the numbers to 0.",
    ),
    Parameter(
        "amount",
        Real(0, 10),
        0.3,
        "Standard deviation of the numbers that are added, or the share that is set to 0.",
    ),
)

OBJECTIVES = (
    ObjectiveSpec(
        kind="Supervised",
        title="As the data says",
        summary="The target of the data is predicted, whatever it is.",
        help="The loss compares what the network gives with the target: a class, yes or no, numbers, or the next token. The "
        "tasks below say more of what you want, so that they can choose a loss and the end of the network for you.",
    ),
    ObjectiveSpec(
        kind="Binary",
        title="Yes or no",
        summary="One question with two answers.",
        targets=("binary",),
        loss="BCEWithLogitsLoss",
        help="One output, a logit: above 0 means yes. Where one answer is rare, accuracy flatters: look at F1 or AUROC.",
    ),
    ObjectiveSpec(
        kind="MultiClass",
        title="One of several classes",
        summary="Exactly one of several classes is right.",
        targets=("class", "binary"),
        loss="CrossEntropyLoss",
        help="One output for each class and no softmax: the loss has it inside. Where a sample may be of several classes at "
        "once, take Several labels instead.",
    ),
    ObjectiveSpec(
        kind="MultiLabel",
        title="Several labels",
        summary="Several questions about one sample, each with yes or no.",
        targets=("labels",),
        loss="BCEWithLogitsLoss",
        help="One output for each label, each a question of its own. Accuracy counts single answers, so it is high where "
        "most labels are rare: F1 tells more.",
    ),
    ObjectiveSpec(
        kind="Regression",
        title="A number",
        summary="Numbers without bounds are predicted.",
        targets=("value",),
        loss="MSELoss",
        help="A plain Linear layer at the end, with no activation, so that any number can be reached. R2 says which share of "
        "the variance is explained: 0 is no better than always giving the mean.",
    ),
    ObjectiveSpec(
        kind="BoundedRegression",
        title="A number between 0 and 1",
        summary="Numbers from 0 to 1 are predicted: shares, probabilities, grey values.",
        targets=("value",),
        loss="MSELoss",
        ending="Sigmoid",
        bounded=True,
        help="A Sigmoid at the end keeps the answer within the bounds. It flattens near them, so targets of exactly 0 and 1 "
        "are only ever approached; targets with other bounds are to be scaled to 0 to 1 first.",
    ),
    ObjectiveSpec(
        kind="Forecasting",
        title="Forecast",
        summary="The next numbers of a series are predicted from those before.",
        targets=("value",),
        loss="MSELoss",
        ordered=True,
        help="The data is cut into windows in order of time, and the last part is held out. Compare with the simplest "
        "forecast, that tomorrow is like today: many networks do not beat it.",
    ),
    ObjectiveSpec(
        kind="LanguageModel",
        title="Next token",
        summary="At every place of a sequence the next token is predicted.",
        targets=("tokens",),
        loss="CrossEntropyLoss",
        formula="L = −mean log p(token[t + 1] | token[1 … t]),  perplexity = exp L",
        help="The network gives a logit for each token at each place and must not look ahead: causal attention, or layers "
        "that run from left to right. Perplexity is the number of tokens between which it still wavers.",
    ),
    ObjectiveSpec(
        kind="Autoencoder",
        title="Autoencoder",
        summary="The network gives back what it was given, through a narrow middle.",
        compares="input",
        loss="MSELoss",
        help="What passes the narrow middle is a short description of a sample (Hinton and Salakhutdinov, 2006). The Output "
        "has the sizes of the Input. Without a narrow place the network copies, which teaches it nothing.",
    ),
    ObjectiveSpec(
        kind="DenoisingAutoencoder",
        title="Denoising autoencoder",
        summary="The network gives back the clean sample for one with noise.",
        compares="input",
        loss="MSELoss",
        parameters=_CORRUPTION,
        corrupts=True,
        help="Noise is drawn anew for each batch, so that the network learns what samples look like instead of copying them "
        "(Vincent and others, 2008). The validation samples get one noise that stays the same.",
    ),
    ObjectiveSpec(
        kind="VariationalAutoencoder",
        title="Variational autoencoder",
        summary="An autoencoder whose middle is random, so that new samples can be drawn from it.",
        compares="input",
        loss="BCEWithLogitsLoss",
        losses=("MSELoss", "L1Loss", "HuberLoss", "SmoothL1Loss", "BCEWithLogitsLoss"),
        form="variational",
        parameters=(
            Parameter(
                "beta", Real(0), 1.0, "Weight of the KL divergence; less gives sharper copies, more smoother samples."
            ),
        ),
        formula="L = (reconstruction + β · KL(N(μ, σ²) ‖ N(0, 1))) / numbers of a sample",
        help="An encoder gives mean and log-variance to Reparameterize, and the decoder draws from it (Kingma and Welling, "
        "2014; beta: Higgins and others, 2017). Loss and KL are both counted for each number of a sample. With "
        "BCEWithLogitsLoss samples lie in 0 to 1 and the Output gives logits.",
    ),
    ObjectiveSpec(
        kind="GAN",
        title="Generator and discriminator",
        summary="Two networks play against each other: one makes samples, the other tells them from real ones.",
        compares="input",
        loss="BCEWithLogitsLoss",
        losses=("BCEWithLogitsLoss", "MSELoss"),
        form="adversarial",
        formula="min over G, max over D of E log D(x) + E log(1 − D(G(z))); G learns from −log D(G(z))",
        help="Draw two networks side by side: one from Noise to an Output of the sizes of a sample, the other from the Input "
        "to a single number. Each step teaches the discriminator, then the generator (Goodfellow and others, 2014; with "
        "MSELoss: least squares, Mao and others, 2017). Neither loss says how good the samples are: look at them. Adam "
        "with lr 0.0002 and betas 0.5, 0.999 is usual (Radford and others, 2016).",
    ),
    ObjectiveSpec(
        kind="SeveralOutputs",
        title="Several outputs",
        summary="Each Output has a loss of its own; their weighted sum is made small.",
        form="weighted",
        help="Each Output says which loss it uses, how much that counts, and whether it is compared with the target or with "
        "the input: an auxiliary classifier halfway (GoogLeNet), or a decoder beside a classifier.",
    ),
    ObjectiveSpec(
        kind="Perceptron",
        title="Perceptron rule",
        summary="One yes or no, learned by Rosenblatt's rule: only mistakes move the weights.",
        targets=("binary",),
        loss="PerceptronLoss",
        optimizer="SGD",
        help="After each sample that is on the wrong side, it is added to the weights or taken from them (Rosenblatt, 1958). "
        "Where a straight line parts the classes, it is found in finitely many steps; where none does, the rule "
        "never comes to rest.",
    ),
)
