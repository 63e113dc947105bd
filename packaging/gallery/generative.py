"""Networks that describe, compare and make samples: autoencoders, a siamese network, a VAE and two GANs."""

from sketch import Sketch, block, template, use

from designer.document.project import Choice, Project


def autoencoder() -> Project:
    """Return a deep autoencoder of digits with a code of 8 numbers."""
    sketch = Sketch()
    sketch.chain(
        ("Input", "image"),
        ("Flatten", "flatten"),
        ("Linear", "narrow", {"out_features": 128}),
        ("ReLU", "relu1"),
        ("Linear", "code", {"out_features": 8}),
        ("Linear", "widen", {"out_features": 128}),
        ("ReLU", "relu2"),
        ("Linear", "grey", {"out_features": 64}),
        ("Sigmoid", "sigmoid"),
        ("Unflatten", "unflatten", {"unflattened_size": (1, 8, 8)}),
        ("Output", "copy"),
    )
    return template(
        "Autoencoder",
        "A digit of 64 grey values is squeezed through eight numbers and drawn again from them.",
        "Hinton and Salakhutdinov brought deep autoencoders back in 2006, in the paper from which many date deep "
        "learning: a network is asked for nothing but its own input, and has to find a short description of it, as "
        "all must pass a narrow middle. No labels are needed. Without the two ReLU it could do no more than principal"
        " components (Baldi and Hornik, 1989); with them the eight numbers of `code` hold more: the mean squared "
        "error on unseen digits ends near 0.014, where eight principal components leave 0.024. They had to train "
        "layer by layer with Boltzmann machines first; ReLU and Adam made that needless. The code bends nothing "
        "itself, so that it can take any value. Give it two numbers and see how much still comes back, or 32, at "
        "which it copies nearly all.",
        "G. E. Hinton and R. R. Salakhutdinov: Reducing the Dimensionality of Data with Neural Networks. Science 313, 2006, "
        "doi:10.1126/science.1127647.",
        sketch,
        data=Choice("Digits"),
        objective=Choice("Autoencoder"),
        loss=Choice("MSELoss"),
        optimizer=Choice("Adam", {"lr": 0.003}),
        epochs=30,
        batch_size=64,
    )


def denoising_autoencoder() -> Project:
    """Return a wide autoencoder of digits that takes the noise off them."""
    sketch = Sketch()
    sketch.chain(
        ("Input", "image"),
        ("Flatten", "flatten"),
        ("Linear", "features", {"out_features": 256}),
        ("ReLU", "relu"),
        ("Linear", "grey", {"out_features": 64}),
        ("Sigmoid", "sigmoid"),
        ("Unflatten", "unflatten", {"unflattened_size": (1, 8, 8)}),
        ("Output", "clean"),
    )
    return template(
        "Denoising autoencoder",
        "Digits with a third of their points struck out come back whole.",
        "An autoencoder with a wide middle may simply copy. Vincent, Larochelle, Bengio and Manzagol at Montreal took"
        " that way out from it in 2008: at each step another third of the grey values is set to 0, and the network "
        "must give the whole digit back. It can fill a hole only if it knows what digits look like, so its 256 hidden"
        " units learn strokes and corners although there are four times as many of them as grey values. Stacked, such"
        " layers served to start deep networks for some years; and the idea, taken further, drives the diffusion "
        "models that draw pictures today, which take off a little noise again and again (Ho and others, 2020). The "
        "objective adds the noise, so none is drawn here. Set its amount to 0.6, or choose gaussian, and see what "
        "still comes back.",
        "P. Vincent, H. Larochelle, Y. Bengio and P.-A. Manzagol: Extracting and Composing Robust Features with Denoising "
        "Autoencoders. ICML 2008, doi:10.1145/1390156.1390294.",
        sketch,
        data=Choice("Digits"),
        objective=Choice("DenoisingAutoencoder", {"noise": "mask", "amount": 0.3}),
        loss=Choice("MSELoss"),
        optimizer=Choice("Adam", {"lr": 0.003}),
        epochs=30,
        batch_size=64,
    )


def vae() -> Project:
    """Return a variational autoencoder of digits."""
    sketch = Sketch()
    sketch.chain(
        ("Input", "image"),
        ("Flatten", "flatten"),
        ("Linear", "encoder", {"out_features": 256}),
        ("ReLU", "relu1"),
    )
    sketch.add("Linear", "mean", out_features=8)
    sketch.add("Linear", "logvariance", "relu1", out_features=8)
    sketch.add("Reparameterize", "draw", "mean", "logvariance")
    sketch.chain(
        ("Linear", "decoder", {"out_features": 256}),
        ("ReLU", "relu2"),
        ("Linear", "logits", {"out_features": 64}),
        ("Unflatten", "unflatten", {"unflattened_size": (1, 8, 8)}),
        ("Output", "copy"),
    )
    return template(
        "Variational autoencoder",
        "An autoencoder whose code is a small cloud, so that new digits can be drawn from noise.",
        "Kingma and Welling in Amsterdam, and Rezende, Mohamed and Wierstra in London, found in the winter of 2013 how to "
        "learn through a draw. The encoder gives not a code but the mean and the spread of a small cloud; the decoder"
        " gets a point drawn from it, written as mean plus spread times noise so that the gradient passes; and the KL"
        " term of the loss keeps all clouds near one round normal distribution. So a point drawn from that, with no "
        "image at all, decodes to a digit that nobody wrote. Watch them in the Samples tab while it trains, or run "
        "the exported script with `--sample 64`: readable and a little soft, as an average of what might have been "
        "is. Set beta to 4 and the codes"
        " fall empty: every sample is the same grey average. At 0.1 copies are sharp, but many samples are no digit. Images of large diffusion models still pass through a VAE.",
        "D. P. Kingma and M. Welling: Auto-Encoding Variational Bayes. ICLR 2014, arXiv:1312.6114.",
        sketch,
        data=Choice("Digits"),
        objective=Choice("VariationalAutoencoder"),
        loss=Choice("BCEWithLogitsLoss"),
        optimizer=Choice("Adam", {"lr": 0.002}),
        epochs=100,
        batch_size=64,
    )


def gan() -> Project:
    """Return two plain networks that play against each other over digits."""
    sketch = Sketch()
    sketch.chain(
        ("Noise", "noise", {"shape": (16,)}),
        ("Linear", "make1", {"out_features": 256, "bias": False}),
        ("BatchNorm1d", "norm1"),
        ("ReLU", "makerelu1"),
        ("Linear", "make2", {"out_features": 256, "bias": False}),
        ("BatchNorm1d", "norm2"),
        ("ReLU", "makerelu2"),
        ("Linear", "grey", {"out_features": 64}),
        ("Sigmoid", "sigmoid"),
        ("Unflatten", "unflatten", {"unflattened_size": (1, 8, 8)}),
        ("Output", "sample"),
    )
    sketch.chain(
        ("Input", "image"),
        ("Flatten", "flatten"),
        ("Linear", "judge1", {"out_features": 256}),
        ("LeakyReLU", "leaky1", {"negative_slope": 0.2}),
        ("Dropout", "drop1", {"p": 0.3}),
        ("Linear", "judge2", {"out_features": 256}),
        ("LeakyReLU", "leaky2", {"negative_slope": 0.2}),
        ("Dropout", "drop2", {"p": 0.3}),
        ("Linear", "verdict", {"out_features": 1}),
        ("Output", "real"),
    )
    return template(
        "GAN",
        "A forger and a detective learn from each other until the forged digits look real.",
        "Ian Goodfellow had the idea in Montreal in 2014, in a debate among friends, and it ran the same night. The "
        "generator makes an image out of 16 random numbers; the discriminator tells them from real ones; each learns "
        "from the other's mistakes, and where both are at their best the forgeries cannot be told apart. No formula "
        "of a good image is written anywhere, and the samples are crisp where those of a VAE are soft. The price is a"
        " game with no sum to make small: the losses say little and may swing for ever, one side may win early, or "
        "the generator may draw one digit only that always passes, which is called mode collapse. The discriminator's"
        " Dropout and slow, short-sighted Adam help here. Watch the Samples tab while it trains. Then take the "
        "Dropout out, or the BatchNorm.",
        "I. Goodfellow, J. Pouget-Abadie, M. Mirza, B. Xu, D. Warde-Farley, S. Ozair, A. Courville and Y. Bengio: Generative "
        "Adversarial Nets. NeurIPS 2014, arXiv:1406.2661.",
        sketch,
        data=Choice("Digits"),
        objective=Choice("GAN"),
        loss=Choice("BCEWithLogitsLoss"),
        optimizer=Choice("Adam", {"lr": 0.0005, "betas": (0.5, 0.999)}),
        epochs=120,
        batch_size=64,
    )


def dcgan() -> Project:
    """Return a GAN of convolutions over digits, by the rules of Radford, Metz and Chintala."""
    start = {"weight_init": "normal", "weight_gain": 0.02}
    sketch = Sketch()
    sketch.chain(
        ("Noise", "noise", {"shape": (32,)}),
        ("Unflatten", "unflatten", {"unflattened_size": (32, 1, 1)}),
        ("ConvTranspose2d", "grow1", {"out_channels": 128, "kernel_size": 2, "bias": False, **start}),
        ("BatchNorm2d", "norm1"),
        ("ReLU", "relu1"),
        (
            "ConvTranspose2d",
            "grow2",
            {"out_channels": 64, "kernel_size": 4, "stride": 2, "padding": 1, "bias": False, **start},
        ),
        ("BatchNorm2d", "norm2"),
        ("ReLU", "relu2"),
        ("ConvTranspose2d", "grow3", {"out_channels": 1, "kernel_size": 4, "stride": 2, "padding": 1, **start}),
        ("Sigmoid", "sigmoid"),
        ("Output", "sample"),
    )
    sketch.chain(
        ("Input", "image"),
        ("Conv2d", "look1", {"out_channels": 32, "kernel_size": 4, "stride": 2, "padding": 1, **start}),
        ("LeakyReLU", "leaky1", {"negative_slope": 0.2}),
        ("Conv2d", "look2", {"out_channels": 64, "kernel_size": 4, "stride": 2, "padding": 1, "bias": False, **start}),
        ("BatchNorm2d", "norm3"),
        ("LeakyReLU", "leaky2", {"negative_slope": 0.2}),
        ("Flatten", "flatten"),
        ("Linear", "verdict", {"out_features": 1, **start}),
        ("Output", "real"),
    )
    return template(
        "DCGAN",
        "A GAN of convolutions, with the rules that first made them train reliably.",
        "GANs were notoriously hard to train until Radford, Metz and Chintala tried many architectures in 2015 and "
        "wrote down what worked: strided convolutions instead of pooling, batch normalization in both networks but "
        "not at their edges, no hidden Linear layers, ReLU in the generator and LeakyReLU in the discriminator, "
        "weights from a normal distribution of 0.02, Adam with a first beta of 0.5. Nearly every later GAN began from"
        " this list. They also found that one can reckon with the noise: smiling woman minus woman plus man gave a "
        "smiling man. Here it grows digits from 1 x 1 over 2 x 2 and 4 x 4 to 8 x 8, with Sigmoid in place of their "
        "Tanh since grey values run from 0 to 1. In the Samples tab strokes come out clearer than those of the plain "
        "GAN. Then remove norm1 and norm2.",
        "A. Radford, L. Metz and S. Chintala: Unsupervised Representation Learning with Deep Convolutional Generative "
        "Adversarial Networks. ICLR 2016, arXiv:1511.06434.",
        sketch,
        data=Choice("Digits"),
        objective=Choice("GAN"),
        loss=Choice("BCEWithLogitsLoss"),
        optimizer=Choice("Adam", {"lr": 0.0005, "betas": (0.5, 0.999)}),
        epochs=100,
        batch_size=64,
    )


def siamese_network() -> Project:
    """Return two towers of the same weights and the distance between what they see."""
    inside = Sketch()
    inside.add("Input", "x")
    inside.add("Conv2d", "conv1", out_channels=16, kernel_size=3, padding=1)
    inside.add("ReLU", "relu1")
    inside.add("Conv2d", "conv2", out_channels=32, kernel_size=3, padding=1)
    inside.chain(
        ("ReLU", "relu2"),
        ("MaxPool2d", "pool"),
        ("Flatten", "flatten"),
        ("Linear", "code", {"out_features": "=size"}),
        ("Output", "out"),
    )
    tower = block("Tower", inside, "Two convolutions that make a short code of a digit.", size=8)
    sketch = Sketch()
    sketch.add("Input", "one")
    sketch.add("Input", "other")
    sketch.add(use("tower"), "left", "one")
    sketch.add(use("tower"), "right", "other", shared_with="left")
    sketch.add("Subtract", "difference", "left", "right")
    sketch.add("Multiply", "square", "difference", "difference")
    sketch.add("Reduce", "distance", operation="sum", keepdim=True)
    sketch.add("Output", "apart")
    return template(
        "Siamese network",
        "Two towers with one set of weights say whether two digits are the same.",
        "Bromley, Guyon, LeCun, Säckinger and Shah built it at Bell Labs in 1993 to check signatures on a touch pad. "
        "One network sees both, so that likes fall on likes: the right tower shares the weights of the left. It never"
        " learns which digit is which, only that two of one kind should be close and others at least a margin apart, "
        "and the same idea later told apart faces it had never seen in training (Chopra, Hadsell and LeCun, 2005; FaceNet, "
        "2015). Bromley took the cosine of the angle; here it is the squared distance of two codes of eight numbers, and"
        " HingeEmbeddingLoss pulls pairs together or pushes them apart up to its margin of 1. About 98 % of the pairs"
        " of unseen images are judged right. Open the tower and make the code shorter, or undo the sharing and see "
        "how both sides drift apart.",
        "J. Bromley, I. Guyon, Y. LeCun, E. Säckinger and R. Shah: Signature Verification Using a Siamese Time Delay "
        "Neural Network. NeurIPS 1993.",
        sketch,
        data=Choice("DigitPairs"),
        blocks={"tower": tower},
        objective=Choice("Binary"),
        loss=Choice("HingeEmbeddingLoss"),
        optimizer=Choice("Adam", {"lr": 0.002}),
        epochs=15,
        batch_size=64,
    )


TEMPLATES = {
    "autoencoder": autoencoder,
    "denoising-autoencoder": denoising_autoencoder,
    "siamese-network": siamese_network,
    "vae": vae,
    "gan": gan,
    "dcgan": dcgan,
}
