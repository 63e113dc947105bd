import threading

from designer.ui.background import Job


def test_a_job_gives_its_result_in_the_thread_of_the_window(qtbot):
    threads = []
    job = Job(lambda report: threads.append(threading.current_thread()) or 42)
    job.done.connect(lambda result: threads.extend([result, threading.current_thread()]))
    with qtbot.waitSignal(job.done):
        assert job.start() is job
    assert threads[0] is not threading.main_thread()
    assert threads[1:] == [42, threading.main_thread()]
    assert not job.running


def test_a_job_that_fails_hands_the_error_over(qtbot):
    job = Job(lambda report: 1 / 0)
    with qtbot.waitSignal(job.failed) as failed:
        job.start()
    assert isinstance(failed.args[0], ZeroDivisionError)


def test_a_job_tells_how_far_it_is_and_ends_when_it_is_cancelled(qtbot):
    told, ended = [], threading.Event()

    def work(report):
        share = 0.0
        while report(share):
            share = (share + 0.001) % 1
        ended.set()

    job = Job(work)
    job.progressed.connect(told.append)
    job.done.connect(told.append)
    job.start()
    qtbot.waitUntil(lambda: len(told) > 1)
    job.cancel(timeout=10)
    assert ended.is_set()
    assert not job.running
    count = len(told)
    qtbot.wait(1)
    assert len(told) == count
