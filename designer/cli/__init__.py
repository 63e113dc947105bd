"""The command line: every command is a thin listener to the same document, catalogue and engine as the window.

Exit codes: 0 all is well; 1 the answer is no (errors found, training failed, scripts or projects not equal); 2 a file
cannot be read or the command line is wrong; 3 a fault of Designer; 130 stopped by Ctrl+C.
"""

import os
import signal
import sys
from collections.abc import Sequence
from io import TextIOWrapper

from designer.cli.arguments import make_parser
from designer.cli.demands import Refusal

__all__ = ["main"]

DEBUG = "DESIGNER_DEBUG"  # set, a fault shows its traceback


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code. Errors are one plain sentence on standard error, never a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # a pipe on Windows, a C locale: names are in any language
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    arguments = make_parser().parse(sys.argv[1:] if argv is None else argv)
    try:
        try:
            code: int = arguments.run(arguments)
        finally:
            _tell_plugin_faults()
        sys.stdout.flush()
    except Refusal as refusal:
        return _complain(str(refusal), refusal.code)
    except KeyboardInterrupt:
        return _complain("Stopped.", 128 + signal.SIGINT)
    except BrokenPipeError:  # the reader has seen enough (`designer summary FILE | head`)
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        place = f"{error.filename}: " if error.filename else ""
        return _complain(f"{place}{(error.strerror or str(error)).lower()}.", 2)
    except Exception as error:
        if os.environ.get(DEBUG):
            raise
        what = " ".join(f"{type(error).__name__}: {error}".split())[:300]
        return _complain(f"This is a fault of Designer ({what}). Please report it; {DEBUG}=1 shows where it is.", 3)
    return code


def _complain(sentence: str, code: int) -> int:
    sys.stderr.write(f"designer: {sentence}\n")
    return code


def _tell_plugin_faults() -> None:
    """Say which plug-ins could not be used, where the command looked for any."""
    registry = sys.modules.get("designer.catalogue.registry")
    for fault in registry.plugins.faults if registry is not None else ():
        sys.stderr.write(f"designer: {fault}\n")
