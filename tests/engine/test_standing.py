"""What the record of a run says of it at any moment."""

import math

import msgspec

from designer.engine.events import EpochDone
from designer.engine.record import Record
from designer.engine.standing import describe_standing


def test_scores_that_are_no_numbers_leave_a_record_that_can_be_read(tmp_path):
    ruined = EpochDone(1, 8, math.inf, math.nan, {"accuracy": 0.5}, {"accuracy": math.nan}, 0.1, 1.0, best=False)
    sound = EpochDone(2, 16, 0.7, 0.5, {}, {}, 0.1, 1.0, best=True)
    assert describe_standing(Record(), tmp_path, (ruined, sound), None, None).best["val_loss"] == 0.5
    record = describe_standing(Record(), tmp_path, (ruined,), None, None)
    read = msgspec.json.decode(msgspec.json.encode(record), type=Record)
    assert read.scores == {"epoch": 1.0, "train_accuracy": 0.5}
