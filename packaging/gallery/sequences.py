"""Recurrent networks of the gallery: Elman's, an LSTM that classifies, a GRU and an echo-state network that forecast."""

from sketch import Sketch, template

from designer.document.project import Choice, Project

# The change of the logarithm from month to month, which is without trend, and two years to look back on.
AIRLINE = Choice("AirlinePassengers", {"length": 24, "log": True, "difference": 1})


def make_elman_rnn() -> Project:
    """Return a simple recurrent network that forecasts a chaotic series."""
    sketch = Sketch()
    sketch.add("Input", "series")
    sketch.add("RNN", "memory", hidden_size=32)
    sketch.add("Linear", "forecast", out_features=8)
    sketch.add("Output", "next")
    return template(
        "Elman RNN",
        "Elman's simple recurrent network forecasts a chaotic series.",
        "Jeffrey Elman let a network see one thing at a time and gave it a copy of its own hidden state as context: "
        "time was no longer an axis of the input but an effect on what comes next. Asked only to predict the next "
        "letter or word, his networks found where words begin, and which are nouns and which verbs, and set off "
        "decades of work on how language is learned. Here 32 such units read 24 steps of the chaotic Mackey-Glass "
        "series and foretell the next eight. That things stay as they are explains half of the variance (R2 0.54); "
        "after 20 epochs this network explains over 0.98. Unlike Elman's, it learns by backpropagation through all "
        "steps. Try fewer units, a longer horizon, or a delay of 30, which is more chaotic; put an LSTM in its place "
        "where it must remember longer.",
        "Elman, Finding structure in time, Cognitive Science, 1990",
        sketch,
        data=Choice("MackeyGlass", {"length": 24, "horizon": 8}),
        objective=Choice("Forecasting"),
        loss=Choice("MSELoss"),
        optimizer=Choice("Adam", {"lr": 0.003}),
        clip=Choice("Norm"),
        epochs=20,
        batch_size=32,
    )


def make_lstm_classifier() -> Project:
    """Return two LSTMs, one on the other, that read digits row by row in both directions."""
    sketch = Sketch()
    sketch.add("Input", "image")
    sketch.add("Squeeze", "rows")
    sketch.add("LSTM", "lstm", hidden_size=32, num_layers=2, dropout=0.2, bidirectional=True)
    sketch.add("Linear", "head", out_features=10)
    sketch.add("Output", "digit")
    return template(
        "LSTM classifier",
        "Two LSTMs, one on the other, read digits row by row, downwards and upwards.",
        "A plain recurrent network forgets after some ten steps, because its gradient fades on the way back. Sepp "
        "Hochreiter showed why in 1991 and, with Jürgen Schmidhuber, gave the remedy in 1997: a memory cell whose "
        "content is only added to, guarded by gates that learn. The forget gate came in 2000, reading in both "
        "directions in 1997 by Schuster and Paliwal; stacked and in both directions, LSTMs carried speech recognition"
        " and translation until transformers came. Here the eight rows of a digit are the sequence, and about 96 % of"
        " the digits held out are read right. Try one layer or one direction, a GRU, or lay the image out as 64 steps"
        " of one point with Reshape, which asks for a longer memory.",
        "Hochreiter and Schmidhuber, Long short-term memory, Neural Computation, 1997",
        sketch,
        data=Choice("Digits"),
        objective=Choice("MultiClass"),
        optimizer=Choice("Adam", {"lr": 0.005}),
        schedule=Choice("CosineAnnealingLR"),
        clip=Choice("Norm"),
        epochs=20,
    )


def make_gru_forecaster() -> Project:
    """Return a GRU that forecasts airline passengers."""
    sketch = Sketch()
    sketch.add("Input", "months")
    sketch.add("GRU", "gru", hidden_size=32)
    sketch.add("Linear", "forecast", out_features=1)
    sketch.add("Output", "next")
    return template(
        "GRU forecaster",
        "A GRU foretells the airline passengers of the next month from two years.",
        "Kyunghyun Cho and others made the gated recurrent unit in 2014 for translation, with fewer gates and weights"
        " than an LSTM. Here it forecasts the best known of short series, the monthly airline passengers of 1949 to "
        "1960: 144 numbers with growth and season. The data is the change of the logarithm from month to month, so "
        "that the growth is out and the season left in; two years are read, the next month is foretold, and the last "
        "two years are held out. The forecast to beat is the change of the same month a year ago, which explains 0.84"
        " of the variance (R2). This network reaches about 0.87 after 60 epochs: little more, which is honest for so "
        "short a series; from seed to seed it varies. Try fewer units, no weight decay, a window of 12, and compare "
        "the echo-state network, which is better and trains in a moment.",
        "Cho and others, Learning phrase representations using RNN encoder-decoder, 2014",
        sketch,
        data=AIRLINE,
        objective=Choice("Forecasting"),
        loss=Choice("MSELoss"),
        optimizer=Choice("AdamW", {"lr": 0.005, "weight_decay": 0.1}),
        schedule=Choice("CosineAnnealingLR"),
        clip=Choice("Norm"),
        epochs=60,
        batch_size=16,
    )


def make_echo_state_network() -> Project:
    """Return a reservoir whose read-out is a ridge regression."""
    sketch = Sketch()
    sketch.add("Input", "months")
    sketch.add("Reservoir", "reservoir", hidden_size=100, spectral_radius=0.99, input_scaling=0.1)
    # Ridge regression: the mean square and this times the squares of the weights.
    sketch.add("Linear", "forecast", out_features=1, l2=0.0001)
    sketch.add("Output", "next")
    return template(
        "Echo-state network",
        "A random reservoir echoes two years of airline passengers; only its read-out learns.",
        "Herbert Jaeger in 2001, and Wolfgang Maass with the liquid state machine soon after, asked what would happen"
        " if a recurrent network were not trained at all. Its random connections are scaled so that echoes of the "
        "past fade slowly; only a linear read-out learns, which is a regression without local minima. For years this "
        "was the best way to forecast chaos. Here 100 units echo two years of airline passengers, as changes of the "
        "logarithm, and the read-out is a ridge regression: the mean square with an L2 penalty, found by LBFGS in a "
        "few steps. It explains 0.90 of the variance (R2) of the last two years, held out, and misses a month's "
        "passengers by 2.7 %; that a month grows as it did a year ago explains 0.84 and misses by 3.4 %. Try another "
        "seed of the reservoir, spectral_radius above 1, a larger input_scaling, or l2 at 0: it then overfits at "
        "once.",
        "Jaeger, The echo state approach to analysing and training recurrent neural networks, GMD report 148, 2001",
        sketch,
        data=AIRLINE,
        objective=Choice("Forecasting"),
        loss=Choice("MSELoss"),
        optimizer=Choice("LBFGS", {"line_search_fn": "strong_wolfe"}),
        batch="full",
        epochs=30,
    )


TEMPLATES = {
    "elman-rnn": make_elman_rnn,
    "lstm-classifier": make_lstm_classifier,
    "gru-forecaster": make_gru_forecaster,
    "echo-state-network": make_echo_state_network,
}
