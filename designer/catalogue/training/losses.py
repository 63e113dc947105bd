"""Losses, declared as data.

Of torch's losses these are left out. MarginRankingLoss, CosineEmbeddingLoss, TripletMarginLoss and
TripletMarginWithDistanceLoss compare two or three outputs of the network: a layer that gives their distance or
similarity, and a loss on that, say the same with one output. MultiLabelMarginLoss takes lists of classes padded with -1,
which no source gives. CTCLoss takes targets of any length. AdaptiveLogSoftmaxWithLoss and LinearCrossEntropyLoss hold
weights, which here are a layer's business.
"""

from frozendict import frozendict

from designer.catalogue.parameters import Flag, Integer, Maybe, Parameter, Real, Several
from designer.catalogue.training.value_losses import VALUE_LOSSES
from designer.catalogue.training_spec import LossSpec

_BALANCED = Parameter(
    "balanced",
    Flag(),
    False,
    "Weigh each class by how rare it is among the training rows, in place of the weights below.",
    argument=False,
)
_WEIGHT = Parameter(
    "weight",
    Maybe(Several(Real(0), longest=10_000, shortest=2), none="all alike"),
    None,
    "How much each class counts, one number a class.",
)
_IGNORE = Parameter(
    "ignore_index", Integer(-(10**9)), -100, "Class number that counts for nothing, such as that of padding."
)
_BALANCE_CLASSES = ("weight", "weigh_classes")

CLASS_LOSSES = (
    LossSpec(
        kind="CrossEntropyLoss",
        summary="For one class out of several; takes logits.",
        constructor="nn.CrossEntropyLoss",
        target="class",
        outputs="logits",
        parameters=(
            Parameter(
                "label_smoothing",
                Real(0, 1),
                0.0,
                "Share of the target that is spread evenly over all classes; 0 is off, 0.1 is usual.",
            ),
            _BALANCED,
            _WEIGHT,
            _IGNORE,
        ),
        tensors=("weight",),
        balance=_BALANCE_CLASSES,
        takes_shares=True,
        formula="L = −log softmax(z)[y]",
        help="The usual loss for classification. It wants one output for each class and holds the softmax itself, so put "
        "no Softmax before the Output. An untrained network that guesses among 10 classes starts near log 10 = 2.30: "
        "a first loss far above that is a sign of too large weights or unscaled inputs.",
    ),
    LossSpec(
        kind="NLLLoss",
        summary="For one class out of several; takes log-probabilities.",
        constructor="nn.NLLLoss",
        target="class",
        outputs="log_probabilities",
        parameters=(_BALANCED, _WEIGHT, _IGNORE),
        tensors=("weight",),
        balance=_BALANCE_CLASSES,
        formula="L = −z[y], with z = log softmax",
        help="The second half of CrossEntropyLoss: the network must end in LogSoftmax. Worth it only where the "
        "log-probabilities themselves are wanted; else CrossEntropyLoss does both.",
    ),
    LossSpec(
        kind="FocalLoss",
        summary="Cross entropy that looks away from what is easy.",
        constructor="FocalLoss",
        recipe="losses",
        target="class",
        outputs="logits",
        parameters=(
            Parameter("gamma", Real(0), 2.0, "How fast easy samples lose their say; 0 is plain cross entropy."),
            _BALANCED,
            _WEIGHT,
        ),
        tensors=("weight",),
        balance=_BALANCE_CLASSES,
        formula="L = −(1 − p[y])^γ log p[y],  p = softmax(z)",
        help="Made for detectors that see a thousand backgrounds to one object (Lin and others, 2017). Samples that are "
        "right and sure hardly count. With balanced classes it seldom beats cross entropy.",
    ),
    LossSpec(
        kind="MultiMarginLoss",
        summary="The right class must lead all others by a margin.",
        constructor="nn.MultiMarginLoss",
        target="class",
        outputs="scores",
        parameters=(
            Parameter("p", Integer(1, 2), 1, "1 counts the lack of lead itself, 2 its square."),
            Parameter("margin", Real(0, above=True), 1.0, "How far the right class must lead."),
            _BALANCED,
            _WEIGHT,
        ),
        tensors=("weight",),
        balance=_BALANCE_CLASSES,
        formula="L = mean over j ≠ y of max(0, margin − z[y] + z[j])^p",
        help="The multi-class support vector machine (Crammer and Singer, 2001). It takes scores of any size and cares "
        "for their order alone: once the lead is there, nothing is learned from a sample any more.",
    ),
)

BINARY_LOSSES = (
    LossSpec(
        kind="BCEWithLogitsLoss",
        summary="For yes or no, each output by itself; takes logits.",
        constructor="nn.BCEWithLogitsLoss",
        target="float",
        outputs="logits",
        parameters=(
            Parameter(
                "balanced",
                Flag(),
                False,
                "Let yes and no count alike, however rare yes is among the training rows.",
                argument=False,
            ),
            Parameter(
                "pos_weight",
                Maybe(Several(Real(0), longest=10_000, shortest=1), none="1"),
                None,
                "How much a yes counts, one number for each output.",
            ),
        ),
        tensors=("pos_weight",),
        balance=("pos_weight", "weigh_positives"),
        formula="L = −mean(y log σ(z) + (1 − y) log(1 − σ(z)))",
        help="The usual loss for a question with two answers (one output), and for several independent ones. The sigmoid "
        "is inside, where it is numerically safe, so put no Sigmoid before the Output. A logit above 0 means yes. "
        "Guessing costs log 2 = 0.69.",
    ),
    LossSpec(
        kind="BCELoss",
        summary="For yes or no, each output by itself; takes probabilities.",
        constructor="nn.BCELoss",
        target="float",
        outputs="probabilities",
        formula="L = −mean(y log p + (1 − y) log(1 − p))",
        help="The same as BCEWithLogitsLoss for a network that ends in a Sigmoid, and a little less safe: a probability of "
        "exactly 0 or 1 costs at most 100. Also for images of grey between 0 and 1. Torch's `weight` rescales the rows of "
        "one batch and is not offered.",
    ),
    LossSpec(
        kind="BinaryFocalLoss",
        summary="Yes or no, looking away from what is easy.",
        constructor="BinaryFocalLoss",
        recipe="losses",
        target="float",
        outputs="logits",
        parameters=(
            Parameter("gamma", Real(0), 2.0, "How fast easy samples lose their say; 0 leaves them all of it."),
            Parameter("alpha", Real(0, 1), 0.25, "Weight of yes; no has 1 − alpha."),
        ),
        formula="L = −α (1 − p)^γ log p for yes, −(1 − α) p^γ log(1 − p) for no,  p = σ(z)",
        help="Focal loss as RetinaNet uses it (Lin and others, 2017), for rare objects among a thousand backgrounds. Start "
        "the last layer with a bias near −4, so that the first steps are not swamped by the common no.",
    ),
    LossSpec(
        kind="MultiLabelSoftMarginLoss",
        summary="For several labels at once; takes logits.",
        constructor="nn.MultiLabelSoftMarginLoss",
        target="float",
        outputs="logits",
        parameters=(
            Parameter(
                "weight",
                Maybe(Several(Real(0), longest=10_000, shortest=1), none="all alike"),
                None,
                "How much each label counts, one number a label.",
            ),
        ),
        tensors=("weight",),
        formula="L = −mean over labels of y log σ(z) + (1 − y) log(1 − σ(z))",
        help="For pictures with a dog and a ball in them: every label is a question of its own. The same mean as "
        "BCEWithLogitsLoss, with a weight for each label.",
    ),
    LossSpec(
        kind="PerceptronLoss",
        summary="The perceptron's learning rule as a loss.",
        constructor="PerceptronLoss",
        recipe="losses",
        target="float",
        outputs="scores",
        formula="L = mean((step(z) − y) z), so that with SGD  w ← w + η (y − step(z)) x",
        help="Rosenblatt's rule (1958) exactly: take SGD without momentum, single rows as batches, and leave the step out, "
        "as the loss takes the value before it. Only wrong answers change the weights. Where a line can part the classes "
        "it finds one; where none can (XOR) it never settles.",
    ),
    LossSpec(
        kind="HingeLoss",
        summary="Right by a margin costs nothing, the rest by how far it is off.",
        constructor="HingeLoss",
        recipe="losses",
        target="float",
        outputs="scores",
        parameters=(
            Parameter("margin", Real(0), 1.0, "How far on the right side an answer must be; 0 is the perceptron."),
            Parameter("squared", Flag(), False, "Count the square of the lack."),
        ),
        formula="L = mean(max(0, margin − t z)),  t = 2 y − 1",
        help="With weight decay a linear layer under this loss is a support vector machine (Cortes and Vapnik, 1995). "
        "Take the answer without Sigmoid: above 0 is yes.",
    ),
    LossSpec(
        kind="SoftMarginLoss",
        summary="Logistic loss over −1 and 1.",
        constructor="nn.SoftMarginLoss",
        target="sign",
        outputs="logits",
        formula="L = mean(log(1 + exp(−t z))),  t = −1 or 1",
        help="The same as BCEWithLogitsLoss written for targets of −1 and 1, into which 0 and 1 are turned. "
        "Met in older papers and in boosting; for new work take BCEWithLogitsLoss.",
    ),
    LossSpec(
        kind="HingeEmbeddingLoss",
        summary="Distances: small for pairs that are alike, beyond a margin for the others.",
        constructor="nn.HingeEmbeddingLoss",
        target="sign",
        outputs="distances",
        parameters=(
            Parameter("margin", Real(0, above=True), 1.0, "Distance beyond which two things are apart enough."),
        ),
        formula="L = mean(d for t = 1, max(0, margin − d) for t = −1)",
        help="For networks that compare two things and give their distance; yes means alike. Like ContrastiveLoss, with "
        "the distance itself in place of its square. Half the margin parts yes from no.",
    ),
    LossSpec(
        kind="ContrastiveLoss",
        summary="Pulls pairs that are alike together and pushes the others apart.",
        constructor="ContrastiveLoss",
        recipe="losses",
        target="float",
        outputs="distances",
        parameters=(
            Parameter("margin", Real(0, above=True), 1.0, "Distance beyond which two things are apart enough."),
            Parameter("alike", Integer(0, 1), 0, "The target of a pair that is alike: 0 as in the paper, or 1."),
        ),
        formula="L = mean(½ d² for pairs alike, ½ max(0, margin − d)² for others)",
        help="For siamese networks: two branches with shared weights and the distance of what they give (Hadsell, Chopra "
        "and LeCun, 2006). Half the margin parts alike from different.",
    ),
    LossSpec(
        kind="KLDivLoss",
        summary="How far one distribution is from another; takes log-probabilities.",
        constructor="nn.KLDivLoss",
        target="float",
        outputs="log_probabilities",
        fixed=frozendict({"reduction": "batchmean"}),
        formula="L = mean over samples of Σ y (log y − z), with z = log softmax",
        help="For targets that are distributions over classes, as in distillation; the network must end in LogSoftmax. "
        "With one class for each row it equals CrossEntropyLoss, which is simpler.",
    ),
)

LOSSES: tuple[LossSpec, ...] = (*CLASS_LOSSES, *BINARY_LOSSES, *VALUE_LOSSES)
