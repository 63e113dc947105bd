"""Transformers of the gallery: a small classifier, BERT's body, a tiny GPT for characters and GPT-2 small."""

from sketch import Sketch, block, template, use

from designer.document.project import Block, Choice, Data, Project

# The characters of tiny_shakespeare, in order, and how many it has.
SHAKESPEARE = "\n !$&',-.3:;?ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
SHAKESPEARE_LENGTH = 1_115_394


def draw_decoder_block(name: str, width: int, heads: int, dropout: float | None = None) -> Block:
    """Return a block of GPT-2: normalized first, causal, with an MLP four times as wide.

    Without a dropout the block has neither the parameter nor the layers.
    """
    sketch = Sketch()
    drop: dict[str, str] = {} if dropout is None else {"dropout": "=dropout"}

    def end(number: int, around: str) -> str:
        if dropout is not None:
            sketch.add("Dropout", f"drop{number}", p="=dropout")
        return sketch.add("Add", f"add{number}", sketch.last, around)

    x = sketch.add("Input", "x")
    sketch.add("LayerNorm", "norm1")
    sketch.add("SelfAttention", "attention", num_heads="=heads", causal=True, **drop)
    attended = end(1, x)
    sketch.add("LayerNorm", "norm2")
    sketch.add("Linear", "expand", out_features="=4 * width")
    sketch.add("GELU", "gelu", approximate="tanh")
    sketch.add("Linear", "contract", out_features="=width")
    end(2, attended)
    sketch.add("Output", "out")
    parameters = {"width": width, "heads": heads} | ({} if dropout is None else {"dropout": dropout})
    return block(name, sketch, "Attention, then an MLP, each normalized first and with a way around it.", **parameters)


def draw_gpt(vocabulary: int, width: int, layers: int, dropout: float | None = None) -> Sketch:
    """Return the body of a GPT around repeated blocks; its last layer uses the weights of the embedding."""
    sketch = Sketch()
    sketch.add("Input", "tokens")
    # Small first weights: the embedding is the last layer as well, and gives logits near 0 with these.
    begin = {"weight_init": "normal", "weight_gain": 0.02}
    sketch.add("Embedding", "embed", num_embeddings=vocabulary, embedding_dim=width, **begin)
    sketch.add("LearnedPosition", "position")
    if dropout is not None:
        sketch.add("Dropout", "drop", p=dropout)
    sketch.add(use("block"), "blocks", repeat=layers)
    sketch.add("LayerNorm", "norm")
    sketch.add("Linear", "head", out_features=vocabulary, bias=False, shared_with="embed")
    sketch.add("Output", "logits")
    return sketch


def make_tiny_gpt() -> Project:
    """Return a GPT of 0.8 million weights that writes like Shakespeare after minutes."""
    shakespeare = {"length": 64, "vocabulary": SHAKESPEARE, "characters": SHAKESPEARE_LENGTH}
    return template(
        "Tiny GPT",
        "A small GPT that learns Shakespeare character by character.",
        "From 2015 on Andrej Karpathy showed with small programs, the latest of them nanoGPT, that a network which "
        "only ever guesses the next character learns spelling, names and the form of a play by itself. This is a GPT "
        "in small: four blocks of causal self-attention with 128 features look back over 64 characters. Choose a text"
        " in the Data panel; what is set is for tiny_shakespeare, 1.1 million characters, and another text brings its"
        " own vocabulary. Pure guessing has a loss of 4.17, knowing how frequent each character is one of 3.3. Here "
        "the loss falls below 2.0 within the first epoch, two minutes of one processor core, and three epochs end "
        "near 1.7: samples begin to look like English. Try longer windows, more blocks, dropout once the validation "
        "loss turns, or set causal off and see the loss collapse: each place then sees the answer.",
        "Radford and others, Language Models are Unsupervised Multitask Learners, 2019; Karpathy, nanoGPT, 2022",
        draw_gpt(len(SHAKESPEARE), 128, 4),
        data=Data(Choice("Characters", shakespeare), validation=0.1),
        blocks={"block": draw_decoder_block("Block", 128, 4)},
        objective=Choice("LanguageModel"),
        optimizer=Choice("AdamW", {"lr": 0.001, "betas": (0.9, 0.99), "weight_decay": 0.1}),
        schedule=Choice("CosineAnnealingLR", {"eta_min": 0.0001}),
        warmup=Choice("Linear", {"length": 100, "unit": "steps"}),
        clip=Choice("Norm"),
        epochs=3,
        batch_size=16,
    )


def make_gpt2_small() -> Project:
    """Return GPT-2 small: 124,439,808 weights."""
    random = {"shape": (1024,), "target": "next token", "vocabulary": 50257}
    return template(
        "GPT-2 small",
        "OpenAI's language model of 2019 in its smallest form: 124 million weights.",
        "Alec Radford and others at OpenAI trained a transformer decoder on 8 million web pages for nothing but the "
        "next token, and it began to translate, sum up and answer without being taught to. The largest of the four, "
        "with 1.5 billion weights, was first held back as too dangerous. This is the smallest: 12 blocks of 768 "
        "features, 1,024 places, 50,257 byte-pair tokens, and 124,439,808 weights, because the last layer uses the "
        "weights of the embedding. Each block normalizes first, which keeps deep stacks trainable. Recipe: AdamW, "
        "clipping at 1, warm-up, then a cosine, as in GPT-3's paper and nanoGPT. The data stands in with random "
        "tokens, and a processor takes seconds a step: look and export here, train on your tokens and a GPU. Try "
        "another width, heads or repeat in the block, up to 48 x 1600 with 25 heads, which is the largest.",
        "Radford and others, Language Models are Unsupervised Multitask Learners, 2019",
        draw_gpt(50257, 768, 12, 0.1),
        data=Choice("RandomSamples", random),
        blocks={"block": draw_decoder_block("Block", 768, 12, 0.1)},
        objective=Choice("LanguageModel"),
        optimizer=Choice("AdamW", {"lr": 0.0006, "betas": (0.9, 0.95), "weight_decay": 0.1}),
        schedule=Choice("CosineAnnealingLR", {"eta_min": 0.00006}),
        warmup=Choice("Linear", {"length": 1, "unit": "epochs"}),
        clip=Choice("Norm"),
        epochs=10,
        batch_size=1,
        accumulate=8,
    )


def draw_encoder_block(width: int, heads: int, dropout: float) -> Block:
    """Return a block of a small encoder: normalized first, and every step sees all others."""
    sketch = Sketch()
    x = sketch.add("Input", "x")
    sketch.add("LayerNorm", "norm1")
    sketch.add("SelfAttention", "attention", num_heads="=heads")
    sketch.add("Dropout", "drop1", p="=dropout")
    attended = sketch.add("Add", "add1", "drop1", x)
    sketch.add("LayerNorm", "norm2")
    sketch.add("Linear", "expand", out_features="=4 * width")
    sketch.add("GELU", "gelu")
    sketch.add("Linear", "contract", out_features="=width")
    sketch.add("Dropout", "drop2", p="=dropout")
    sketch.add("Add", "add2", "drop2", attended)
    sketch.add("Output", "out")
    notes = "Every step looks at all others, then an MLP; each normalized first and with a way around it."
    return block("Block", sketch, notes, width=width, heads=heads, dropout=dropout)


def make_transformer_classifier() -> Project:
    """Return a small transformer that reads digits row by row."""
    sketch = Sketch()
    sketch.add("Input", "image")
    sketch.add("Squeeze", "rows")
    sketch.add("Linear", "embed", out_features=32)
    sketch.add("ClassToken", "token", std=0.02)
    sketch.add("LearnedPosition", "position")
    sketch.add(use("block"), "blocks", repeat=2)
    sketch.add("LayerNorm", "norm")
    sketch.add("Select", "first")
    sketch.add("Linear", "head", out_features=10)
    sketch.add("Output", "digit")
    return template(
        "Transformer classifier",
        "A small transformer whose class token gathers what eight rows of a digit tell.",
        "Vaswani and others threw recurrence away in 2017: every step of a sequence looks at all others at once, "
        "weighs them by how well they answer its question, and takes what it needs. Nothing in it knows of order, so "
        "each place has a learned vector added. BERT put one more step before the sequence, the class token, which "
        "gathers what is asked of the whole. Here the sequence is the eight rows of a digit, each mapped to 32 "
        "features; two blocks read them, and the head sees the class token alone. With 26,410 weights about 97 % of "
        "the digits held out are right, as good as an LSTM and with no step waiting for another. Try it without the "
        "positions, with one head or one block, or with the mean over all steps (Reduce) in place of the class token.",
        "Vaswani and others, Attention is all you need, 2017; Devlin and others, BERT, 2019",
        sketch,
        data=Choice("Digits"),
        blocks={"block": draw_encoder_block(32, 4, 0.1)},
        objective=Choice("MultiClass"),
        optimizer=Choice("AdamW", {"lr": 0.003}),
        schedule=Choice("CosineAnnealingLR"),
        warmup=Choice("Linear", {"length": 1, "unit": "epochs"}),
        clip=Choice("Norm"),
        epochs=20,
    )


def draw_bert_layer() -> Block:
    """Return a layer of BERT: normalized after each sum, with the small epsilon of the original."""
    sketch = Sketch()
    x = sketch.add("Input", "x")
    sketch.add("SelfAttention", "attention", num_heads="=heads", dropout="=dropout")
    sketch.add("Dropout", "drop1", p="=dropout")
    sketch.add("Add", "add1", "drop1", x)
    attended = sketch.add("LayerNorm", "norm1", eps=1e-12)
    sketch.add("Linear", "expand", out_features="=4 * width")
    sketch.add("GELU", "gelu")
    sketch.add("Linear", "contract", out_features="=width")
    sketch.add("Dropout", "drop2", p="=dropout")
    sketch.add("Add", "add2", "drop2", attended)
    sketch.add("LayerNorm", "norm2", eps=1e-12)
    sketch.add("Output", "out")
    notes = "Every token looks at all others, then an MLP; each sum is normalized."
    return block("Layer", sketch, notes, width=768, heads=12, dropout=0.1)


def make_bert() -> Project:
    """Return BERT-base for the classification of single texts."""
    sketch = Sketch()
    sketch.add("Input", "tokens")
    sketch.add(
        "Embedding",
        "words",
        num_embeddings=30522,
        embedding_dim=768,
        weight_init="normal",
        weight_gain=0.02,
    )
    sketch.add("LearnedPosition", "position", max_length=512)
    sketch.add("LayerNorm", "norm", eps=1e-12)
    sketch.add("Dropout", "drop", p=0.1)
    sketch.add(use("layer"), "layers", repeat=12)
    sketch.add("Select", "first")
    sketch.add("Linear", "pooler", out_features=768)
    sketch.add("Tanh", "tanh")
    sketch.add("Dropout", "drop2", p=0.1)
    sketch.add("Linear", "head", out_features=2)
    sketch.add("Output", "label")
    return template(
        "BERT-style encoder",
        "BERT-base, twelve layers that read in both directions, made to classify a text.",
        "Jacob Devlin and others at Google trained a stack of transformer encoders in 2018 to fill in words that were"
        " masked out of a text, with what stands on both sides in view, then tuned it for each task with one small "
        "layer on top; within months it led nearly every benchmark of language and soon read the queries of a search "
        "engine. This is its base size: twelve layers of 768 features, 30,522 word pieces, 512 places, and the "
        "pooler, which reads the first token. Published are 109,482,240 weights; the 1,536 for the vectors of a first"
        " and a second text are left out here, where there is one text, and the head for two classes adds 1,538: "
        "109,482,242. The data stands in with random tokens: put your own in its place, and load pre-trained weights "
        "before you train. Try more classes, or freeze all layers but the last.",
        "Devlin and others, BERT: Pre-training of deep bidirectional transformers for language understanding, 2019",
        sketch,
        data=Choice("RandomSamples", {"shape": (128,), "vocabulary": 30522, "outputs": 2}),
        blocks={"layer": draw_bert_layer()},
        objective=Choice("MultiClass"),
        optimizer=Choice("AdamW", {"lr": 0.00002}),
        schedule=Choice("PolynomialLR"),
        warmup=Choice("Linear", {"length": 1, "unit": "steps"}),
        clip=Choice("Norm"),
        epochs=3,
        batch_size=8,
    )


TEMPLATES = {
    "transformer-classifier": make_transformer_classifier,
    "bert-style-encoder": make_bert,
    "tiny-gpt": make_tiny_gpt,
    "gpt-2-small": make_gpt2_small,
}
