"""What a look tells of one layer, and what a sample was answered with, in words."""

import math

import numpy as np

from designer.engine.seeing import Example, Look, Pulse
from designer.ui.words import write_bytes, write_count


def describe_layer(pulse: Pulse, look: Look) -> str:
    """Return how a layer stands, in one line."""
    parts = [f"step {write_count(look.step)}"]
    if math.isfinite(pulse.dead):
        parts.append(f"{round(pulse.dead * pulse.units)} of {pulse.units} units silent ({100 * pulse.dead:.0f} %)")
    if math.isfinite(pulse.saturated):
        parts.append(f"{100 * pulse.saturated:.0f} % saturated")
    total = math.fsum(each.seconds for each in look.pulses if math.isfinite(each.seconds))
    if math.isfinite(pulse.seconds) and total > 0:
        share = 100 * pulse.seconds / total
        parts.append(
            f"forward {1000 * pulse.seconds:.2g} ms for {write_count(look.rows)} samples, {share:.0f} % of all"
        )
    if pulse.bytes:
        parts.append(f"{write_bytes(pulse.bytes // max(look.rows, 1))} a sample")
    return " · ".join(parts)


def describe_answer(example: Example) -> str:
    """Return what is right for a sample and what the network says."""
    target, answer = example.target.ravel(), example.answer.ravel()
    if target.size == 1 and answer.size > 1 and float(target[0]).is_integer():
        shares = np.exp(answer - answer.max()) if (answer < 0).any() or answer.sum() > 1.01 else answer
        shares = shares / max(float(shares.sum()), 1e-12)
        said = int(answer.argmax())
        return f"class {int(target[0])} · answer {said} ({100 * float(shares[said]):.0f} %)"
    if target.size == 1 and answer.size == 1:
        return f"target {float(target[0]):.4g} · answer {float(answer[0]):.4g}"
    return ""
