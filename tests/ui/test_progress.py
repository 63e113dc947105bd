import math
from dataclasses import replace

import pytest

from designer.engine.events import EpochDone, Failed, Finished, Loading, Started, StepsDone, Validating
from designer.ui.progress import Progress, advance, write_duration

STARTED = Started("cpu", epochs=12, steps_per_epoch=938, samples=60_000, validation_samples=10_000, parameters=5)


def steps(epoch: int, step: int, speed: float = 34_812.0, **metrics: float) -> StepsDone:
    return StepsDone(epoch, step, (0.5,), 0.001, speed, metrics or {"accuracy": 0.5})


def epoch_done(epoch: int, *, best: bool, **metrics: float) -> EpochDone:
    return EpochDone(epoch, 938 * epoch, 0.1, 0.1, {}, metrics or {"accuracy": 0.981}, 0.001, 2.0, best)


def run_through(*events, worked: float = 0.0) -> Progress:
    progress = Progress()
    for event in events:
        progress = advance(progress, event, worked)
    return progress


def test_the_place_is_told_as_people_read_it():
    assert run_through(Loading()).describe_place().startswith("Reading data")
    assert run_through(Loading(), STARTED).describe_place() == "Training on cpu: 60,000 samples."
    progress = run_through(Loading(), STARTED, steps(5, 4203))
    assert progress.describe_place() == "Epoch 5 of 12 · step 4,203 of 11,256 · 34,800 samples/s"
    assert progress.describe_tersely() == (
        "Epoch 5/12 · step 4,203/11,256 · 34,800 samples/s",
        "Epoch 5/12 · 34,800 samples/s",
    )
    validating = advance(progress, Validating(5, 4690, 5120, 10_000))
    assert validating.describe_place() == "Epoch 5 of 12 · step 4,203 of 11,256 · validating 5,120 of 10,000"


def test_the_short_form_shows_the_last_validation():
    progress = run_through(Loading(), STARTED, steps(1, 10, accuracy=0.1))
    assert progress.describe_shortly() == "epoch 1/12"
    progress = advance(advance(progress, epoch_done(1, best=True)), steps(2, 950, accuracy=0.2))
    assert progress.describe_shortly() == "epoch 2/12 · 98.1 %"
    assert run_through(Loading()).describe_shortly() == ""


def test_the_time_left_follows_the_steps_so_far_and_is_not_guessed_early():
    progress = run_through(Loading(), STARTED, steps(1, 100))
    assert progress.seconds_left is None
    progress = advance(progress, steps(1, 1126), worked=7.0)
    assert progress.seconds_left == pytest.approx(7.0 / 1126 * (11_256 - 1126))
    assert advance(progress, Finished("stopped", 2, 1126, 7.0)).seconds_left is None


def test_a_single_step_that_took_no_time_says_nothing_of_the_speed():
    quick = replace(steps(1, 100, 20_000.0), seconds=0.5)
    progress = run_through(Loading(), STARTED, quick, *[replace(steps(1, 101, 1_000.0), seconds=0.001)] * 5)
    assert progress.speed == pytest.approx(20_000, rel=0.01)
    held = run_through(Loading(), STARTED, replace(steps(1, 1, 1_000.0), seconds=0.001))
    assert advance(held, quick).speed == pytest.approx(20_000, rel=0.01)


def test_a_slow_first_moment_does_not_lengthen_the_time_left():
    started = replace(STARTED, epoch=6, step=6 * 938, past=(epoch_done(6, best=True),))
    progress = run_through(Loading(), started, steps(7, 6 * 938 + 2))
    progress = advance(progress, steps(7, 6 * 938 + 4), worked=0.6)
    assert progress.seconds_left is None
    progress = advance(progress, steps(7, 6 * 938 + 1004), worked=1.0)
    assert progress.seconds_left == pytest.approx((6 * 938 - 1004) / 1000)


def test_the_best_epoch_is_remembered():
    progress = run_through(
        Loading(), STARTED, epoch_done(1, best=True, accuracy=0.97), epoch_done(2, best=False, accuracy=0.96)
    )
    assert (progress.best, progress.best_value, progress.value) == (1, 0.97, 0.96)
    ended = advance(progress, Finished("finished", 2, 1876, 62.0))
    assert ended.describe_place() == (
        "Finished after 1,876 steps in 1 min 2 s · lowest validation loss in epoch 1, accuracy 97.0 %"
    )
    assert ended.describe_tersely() == ("Finished after 1,876 steps · best in epoch 1, accuracy 97.0 %",)


def test_a_failure_is_told_in_its_own_words():
    failed = Failed("exception", "Linear `head` broke. Mend it.", "head", 1, 3, "trace")
    progress = run_through(Loading(), STARTED, failed)
    assert progress.describe_place() == failed.message
    assert progress.describe_shortly() == "Failed"


def test_a_run_without_metrics_or_with_others_is_told_too():
    progress = run_through(Loading(), STARTED, StepsDone(1, 1, (1.0,), 0.1, math.nan, {}))
    assert progress.describe_shortly() == "epoch 1/12"
    assert "0 samples/s" in progress.describe_place()
    other = run_through(Loading(), STARTED, epoch_done(1, best=True, r2=0.5123))
    assert other.describe_shortly() == "epoch 1/12 · 0.5123"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.25, "0.2 s"), (8, "8.0 s"), (42.4, "42 s"), (72, "1 min 12 s"), (7500, "2 h 5 min"), (59.9, "1 min 0 s")],
)
def test_durations_are_written_in_words(seconds, text):
    assert write_duration(seconds) == text
