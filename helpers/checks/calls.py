"""Run code that we did not write: in bounded time, with every error caught and every global setting put back."""

import builtins
import ctypes
import io
import random
import sys
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from helpers.checks.results import Unreadable

__all__ = ["SECONDS", "Late", "Outcome", "call"]

SECONDS = 4.0  # for all calls of one check together
STOP_SECONDS = 0.3  # how long we ask a late call to end, before we put it to sleep


class Late(Exception):
    """The call did not end in time."""


@dataclass(frozen=True)
class Outcome:
    """What a call gave: a value; or the class of an error, its message, and the hint of an unreadable result.

    ``changed`` says that the call changed its arguments.
    """

    value: Any = None
    error: type[BaseException] | None = None
    message: str = ""
    hint: str = ""
    changed: bool = False


def call(function: Callable[[], Any], seconds: float | None = None) -> Outcome:
    """Call ``function()`` and return what came of it, at the latest after about so many seconds.

    The call runs in a thread of its own, where nothing it raises can reach the caller. What it prints is not shown.
    One thing cannot be stopped: a single long operation inside C, such as ``sum(range(10**12))``.

    Parameters
    ----------
    function : callable
        Anything, good or bad. Chance starts from the same seed at each call.
    seconds : float, optional
        The time limit; none if left out, for code of ours.

    Returns
    -------
    Outcome

    Examples
    --------
    >>> call(lambda: 1 + 1).value
    2
    >>> call(lambda: 1 / 0).message
    'ZeroDivisionError: division by zero'
    """
    outcomes: list[Outcome] = []
    worker = threading.Thread(target=lambda: outcomes.append(_caught(function)), daemon=True, name="check")
    with _settings_put_back():
        worker.start()
        try:
            worker.join(None if seconds is None else max(seconds, 0.0))
        finally:  # also when the reader presses the stop button
            late = worker.is_alive()
            if late:
                _stop(worker)
    return outcomes[0] if outcomes and not late else Outcome(error=Late)


def _caught(function: Callable[[], Any]) -> Outcome:
    try:
        return Outcome(function())
    except Unreadable as error:
        return Outcome(error=Unreadable, message=error.what, hint=error.hint)
    except BaseException as error:
        try:
            return Outcome(error=type(error), message=f"{type(error).__name__}: {error}")
        except BaseException:  # an error that cannot even say what it is
            return Outcome(error=type(error), message="an error without a message")


class _Asleep(BaseException):
    """Sleeps for ever when it is made, which happens in the thread that it is sent to."""

    def __init__(self) -> None:
        while True:
            time.sleep(3600)


def _stop(worker: threading.Thread) -> None:
    """End a thread; if it catches whatever it is sent, put it to sleep, where it uses no processor."""

    def send(error: type[BaseException]) -> None:
        ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(worker.ident), ctypes.py_object(error))

    end = time.monotonic() + STOP_SECONDS
    while worker.is_alive() and time.monotonic() < end:
        send(SystemExit)  # the one error that a thread ends with in silence
        worker.join(0.01)
    if worker.is_alive():
        send(_Asleep)
        worker.join(0.05)


class _Unseen(io.TextIOBase):
    """Where the prints of a checked function go, which may be many."""

    def write(self, text: str) -> int:
        return len(text)


def _no_input(*_: object) -> str:
    raise EOFError("a checked function cannot ask for input()")


@contextmanager
def _settings_put_back() -> Iterator[None]:
    """Seed the generators, silence prints and warnings; afterwards put back all that. Grad mode is a thread's own."""
    shown, asked = (sys.stdout, sys.stderr), builtins.input
    dtype = torch.get_default_dtype()
    chance = torch.get_rng_state(), np.random.get_state(), random.getstate()  # noqa: NPY002 the global one is meant
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.manual_seed(0)
        np.random.seed(0)  # noqa: NPY002
        random.seed(0)
        sys.stdout = sys.stderr = _Unseen()
        builtins.input = _no_input
        try:
            yield
        finally:
            (sys.stdout, sys.stderr), builtins.input = shown, asked
            torch.set_default_dtype(dtype)
            torch.set_rng_state(chance[0])
            np.random.set_state(chance[1])  # noqa: NPY002
            random.setstate(chance[2])
