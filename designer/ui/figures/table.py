"""Which function draws which figure."""

from collections.abc import Callable, Mapping
from typing import Any

from designer.catalogue import figures
from designer.ui.figures import cubes, curves, flows, grids, sequences, tensors, units, windows
from designer.ui.figures.brush import Brush, Subject

Paint = Callable[[Brush, Any, Subject], None]

PAINTS: Mapping[type[figures.Figure], Paint] = {
    figures.Curve: curves.paint_curve,
    figures.Bars: curves.paint_bars,
    figures.Gate: curves.paint_gate,
    figures.Bell: curves.paint_bell,
    figures.Noise: curves.paint_noise,
    figures.Scaled: curves.paint_scaled,
    figures.Window: windows.paint_window,
    figures.Stamp: windows.paint_stamp,
    figures.Adaptive: windows.paint_adaptive,
    figures.Border: grids.paint_border,
    figures.Trim: grids.paint_trim,
    figures.Resize: grids.paint_resize,
    figures.Shuffle: grids.paint_shuffle,
    figures.Patches: grids.paint_patches,
    figures.Cube: cubes.paint_cube,
    figures.Relayout: tensors.paint_relayout,
    figures.Passed: tensors.paint_passed,
    figures.Cut: tensors.paint_cut,
    figures.Join: tensors.paint_join,
    figures.Pairwise: tensors.paint_pairwise,
    figures.MatrixProduct: tensors.paint_matrix_product,
    figures.Angle: tensors.paint_angle,
    figures.Reduced: tensors.paint_reduced,
    figures.Units: units.paint_units,
    figures.UnitPairs: units.paint_unit_pairs,
    figures.Mask: units.paint_mask,
    figures.Lookup: units.paint_lookup,
    figures.Unrolled: sequences.paint_unrolled,
    figures.Springs: sequences.paint_springs,
    figures.Attention: sequences.paint_attention,
    figures.Waves: sequences.paint_waves,
    figures.AddedRows: sequences.paint_added_rows,
    figures.FirstToken: sequences.paint_first_token,
    figures.Steps: flows.paint_steps,
    figures.Inside: flows.paint_inside,
    figures.Sample: flows.paint_sample,
    figures.Answer: flows.paint_answer,
    figures.Code: flows.paint_code,
}
