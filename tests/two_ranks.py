"""Two processes that train as one, forked from one that has imported torch: `python -m tests.two_ranks [-m] WHAT WORDS`.

torchrun starts three processes, each of which takes seconds for that. What it does for them besides, such as to end
all where one fails, is tested with itself.
"""

import os
import runpy
import socket
import sys
import traceback

import torch._dynamo
import torch.distributed.fsdp  # noqa: F401 - here, and not once in each


def run_rank(rank: int, port: int, words: list[str]) -> int:
    """Run a module or a script as one of two; return its exit status."""
    os.environ |= {"RANK": str(rank), "LOCAL_RANK": str(rank), "WORLD_SIZE": "2", "LOCAL_WORLD_SIZE": "2"}
    os.environ |= {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(port)}
    is_module = words[0] == "-m"
    sys.argv = words[is_module:]
    try:
        (runpy.run_module if is_module else runpy.run_path)(sys.argv[0], run_name="__main__")
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:  # noqa: BLE001 - whatever it is, the parent must hear of it
        traceback.print_exc()
        return 1
    return 0


def main() -> int:
    """Run both, and wait for them; the first status that is not 0."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    ranks = []
    for rank in (0, 1):
        child = os.fork()
        if not child:
            status = run_rank(rank, port, sys.argv[1:])
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(status)
        ranks.append(child)
    return next(filter(None, (os.waitstatus_to_exitcode(os.waitpid(rank, 0)[1]) for rank in ranks)), 0)


if __name__ == "__main__":
    sys.exit(main())
