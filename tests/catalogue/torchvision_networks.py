"""The module structure of torchvision's networks, without their work: what is in a state_dict, by name and order.

Written from torchvision/models/*.py (0.20): the same modules under the same names, in the order in which the constructors
make them. Nothing here is run forward, so that stride, padding and activations are left out.
"""

from collections.abc import Sequence

from torch import nn


def conv(into: int, out: int, size: int, groups: int = 1) -> nn.Conv2d:
    return nn.Conv2d(into, out, size, groups=groups, bias=False)


class Residual(nn.Module):
    """BasicBlock and Bottleneck of resnet.py: convolutions with their norms, then `downsample`."""

    def __init__(self, into: int, width: int, sizes: Sequence[int], out: int, project: bool) -> None:
        super().__init__()
        for number, size in enumerate(sizes, 1):
            wide = out if number == len(sizes) else width
            setattr(self, f"conv{number}", conv(into if number == 1 else width, wide, size))
            setattr(self, f"bn{number}", nn.BatchNorm2d(wide))
        if project:
            self.downsample = nn.Sequential(conv(into, out, 1), nn.BatchNorm2d(out))


class ResNet(nn.Module):
    def __init__(self, blocks: Sequence[int], sizes: Sequence[int], expansion: int) -> None:
        super().__init__()
        self.conv1 = conv(3, 64, 7)
        self.bn1 = nn.BatchNorm2d(64)
        into = 64
        for stage, count in enumerate(blocks):
            width, layer = 64 * 2**stage, nn.Sequential()
            for number in range(count):
                project = number == 0 and (stage > 0 or into != width * expansion)
                layer.append(Residual(into, width, sizes, width * expansion, project))
                into = width * expansion
            setattr(self, f"layer{stage + 1}", layer)
        self.fc = nn.Linear(into, 1000)


NETWORKS = {
    "resnet-18": lambda: ResNet((2, 2, 2, 2), (3, 3), 1),
    "resnet-50": lambda: ResNet((3, 4, 6, 3), (1, 3, 1), 4),
    "resnet-152": lambda: ResNet((3, 8, 36, 3), (1, 3, 1), 4),
}
