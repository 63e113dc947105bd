"""The random draw in the middle of a variational autoencoder."""

from designer.catalogue.demands import demand_numbers
from designer.catalogue.figures import Bell
from designer.catalogue.parameters import Values
from designer.catalogue.spec import Inputs, LayerSpec, Outputs, Port, ShapeError, TorchCall


def _shape(values: Values, inputs: Inputs) -> Outputs:
    mean, log_variance = inputs
    demand_numbers(mean)
    demand_numbers(log_variance)
    if mean.sizes != log_variance.sizes:
        raise ShapeError(
            f"expects a log-variance for each mean but gets {mean} and {log_variance}. "
            "Let two Linear layers of equal size give them"
        )
    return (mean,)


REPARAMETERIZE = LayerSpec(
    kind="Reparameterize",
    family="regularization",
    summary="Draws around a learned mean while training; gives the mean in use.",
    call=TorchCall("Reparameterize", recipe="variational"),
    inputs=(
        Port("mean", "the middle of the distribution"),
        Port("log_variance", "the logarithm of its variance, of the same size"),
    ),
    shape=_shape,
    figure=Bell(shifted=True),
    formula="z = μ + exp(log σ² / 2) · ε",
    help="The middle of a variational autoencoder (Kingma and Welling, 2014): the encoder gives mean and log-variance, each "
    "from a Linear of its own, the decoder takes z. Written this way the gradient passes through the draw. The loss "
    "needs a KL term, or the variance shrinks to nothing.",
    search=("vae", "variational", "sampling", "latent", "gaussian", "kl", "autoencoder"),
)

LAYERS = (REPARAMETERIZE,)
