"""Images read as sequences: ViT-B/16."""

from sketch import Sketch, block, pictures, template, use

from designer.document.project import Choice, Project


def vit_b_16() -> Project:
    """Return ViT-B/16, as torchvision has it."""
    inside = Sketch()
    inside.add("Input", "x")
    inside.add("LayerNorm", "norm1", eps=1e-6)
    inside.add("SelfAttention", "attention", num_heads="=heads")
    inside.add("Add", "add1", "x", "attention")
    inside.add("LayerNorm", "norm2", eps=1e-6)
    inside.add("Linear", "fc1", out_features="=hidden")
    inside.add("GELU", "gelu")
    inside.add("Linear", "fc2", out_features="=features")
    inside.add("Add", "add2", "add1", "fc2")
    inside.add("Output", "out")
    layer = block(
        "EncoderLayer",
        inside,
        "Each step gathers from all others, then is treated by itself; a way around both parts.",
        features=768,
        heads=12,
        hidden=3072,
    )
    sketch = Sketch()
    sketch.chain(
        ("Input", "image"),
        ("PatchEmbedding", "patches", {"embed_dim": 768, "patch_size": 16}),
        ("ClassToken", "token"),
        ("LearnedPosition", "positions"),
        (use("layer"), "layers", {"repeat": 12}),
        ("LayerNorm", "norm", {"eps": 1e-6}),
        ("Select", "first", {"axis": 0, "index": 0}),
        ("Linear", "head", {"out_features": 1000}),
        ("Output", "scores"),
    )
    return template(
        "ViT-B/16",
        "An image is worth 16 x 16 words: a transformer for pictures, without convolutions.",
        "Dosovitskiy and colleagues at Google cut an image into 196 patches of 16 x 16, turned each into a vector, and gave "
        "them to a transformer as if they were words. What a convolution knows from the start, that neighbours belong "
        "together and that places are alike, this network has to learn, so on ImageNet alone it does worse than a ResNet; "
        "learned from 300 million pictures it does better. A class token, put before the patches, gathers what the scores "
        "are made of; positions are learned too. Twelve layers, 86.6 million weights. Soon it was the eye of CLIP and of most "
        "networks that see and speak. Open EncoderLayer: it is GPT-2's block without the mask. Give the patches a size of 32 "
        "and see the work fall to a quarter. torchvision's weights fit by order; the data are random images until you choose "
        "your own.",
        "A. Dosovitskiy and others: An Image is Worth 16x16 Words: Transformers for Image Recognition at Scale. ICLR 2021, "
        "arXiv:2010.11929.",
        sketch,
        data=pictures(),
        blocks={"layer": layer},
        optimizer=Choice("AdamW", {"lr": 0.003, "weight_decay": 0.3}),
        schedule=Choice("CosineAnnealingLR"),
        warmup=Choice("Linear", {"length": 30, "unit": "epochs"}),
        clip=Choice("Norm", {"max_norm": 1.0}),
        epochs=300,
        batch_size=8,
    )


TEMPLATES = {"vit-b-16": vit_b_16}
