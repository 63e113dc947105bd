"""The training loop: a generator of events that knows no screen."""

from designer.engine.divergence import Diverged
from designer.engine.events import Failed, Finished, StepsDone
from designer.engine.failures import explain
from designer.engine.plan import Plan
from designer.engine.run import Events, Run, Stopped


def train(plan: Plan) -> Events:
    """Train a network and tell what happens; the last event is Finished or Failed.

    What the listener wants is sent in as a Request in reply to an event. The loop never prints, and waits for nothing
    but the reply. Network and data are let go before the last event, and when the generator is closed.
    """
    run = Run(plan)
    progress = run.progress
    ended: Finished | Failed
    rest: StepsDone | None = None
    try:
        try:
            yield from run.learn()
            ended = run.finish("early stop" if progress.is_over else "finished")
        except Stopped:
            ended = run.finish("stopped")
    except Diverged as error:
        ended = run.kept.fail(error.event)
    except Exception as error:  # noqa: BLE001 - every way to end is an event
        rest = progress.read_rest()
        ended = run.kept.fail(explain(error, progress.plan, progress.place, *progress.made))
    finally:
        run.release()
    if rest is not None:
        yield rest
    yield ended
