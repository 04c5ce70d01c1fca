"""Run code that we did not write: in bounded time, with every error caught and every global setting put back."""

import builtins
import copy
import ctypes
import inspect
import io
import random
import re
import sys
import threading
import time
import traceback
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch

from exercises.results import Numbers, Unfinished, Unreadable, read

SECONDS = 4.0  # of computing, for all calls of one check together; on a busy machine they take longer
PATIENCE = 3  # how many times longer at most
STOP_SECONDS = 0.3  # how long we ask a late call to end, before we put it to sleep
MAX_PRINTED = 400  # characters
NOT_OF_THE_ANSWER = rf"site-packages|[/\\]lib[/\\]|^{re.escape(str(Path(__file__).parent))}"


@dataclass(frozen=True)
class Outcome:
    """What a call gave: numbers, or the message of an error; and what was seen on the way.

    ``error`` is ``"ValueError: its message"``, ``line`` the line of the answer that it came from, ``hint`` what an
    unreadable result asks for, ``printed`` what the answer printed. ``changed`` says that it changed its arguments,
    ``late`` that there was no time left, ``unfinished`` that a ``...`` came out.
    """

    value: Numbers | None = None
    error: str = ""
    line: str = ""
    hint: str = ""
    printed: str = ""
    changed: bool = False
    late: bool = False
    unfinished: bool = False


def call(
    function: Any, arguments: Sequence[tuple], seconds: float | None = None, dtype: torch.dtype | None = None
) -> list[Outcome]:
    """Call ``function`` with copies of each tuple of arguments, for so many seconds of computing; return what came out.

    The calls run in a thread of their own, where nothing they raise can reach the caller. Floating tensors among the
    arguments get this dtype, or the default one of the moment. One thing cannot be stopped: a single long operation
    inside C, such as ``sum(range(10**12))``.

    >>> [outcome.value.item() for outcome in call(lambda x: x + 1, [(1,), (2.5,)])]
    [2.0, 3.5]
    >>> call(lambda: 1 / 0, [()])[0].error
    'ZeroDivisionError: division by zero'
    """
    dtype = dtype or torch.get_default_dtype()
    outcomes: list[Outcome] = []
    stopped, ended = threading.Event(), threading.Event()

    def work() -> None:
        with suppress(SystemExit):  # what we send to a late call
            for args in arguments:
                outcome = _outcome(function, args, dtype, printed)
                if stopped.is_set():
                    break
                outcomes.append(outcome)
        ended.set()

    worker = threading.Thread(target=work, daemon=True, name="check")
    with _settings_put_back() as printed:
        worker.start()
        try:
            _wait(worker, seconds)
        finally:  # also when the reader presses the stop button
            stopped.set()
            _stop(worker, ended)
    return outcomes + [Outcome(late=True)] * (len(arguments) - len(outcomes))


def _outcome(function: Any, args: tuple, dtype: torch.dtype, printed: "_Printed") -> Outcome:
    printed.text = ""
    try:
        _check_call(function, args)
        given = _copied(args, dtype)
        value = read(function(*given))
        return Outcome(value, printed=printed.text, changed=not _equal(given, _copied(args, dtype)))
    except Unfinished:
        return Outcome(unfinished=True)
    except Unreadable as error:
        return Outcome(error=str(error), hint=error.hint, printed=printed.text)
    except BaseException as error:
        try:
            message = f"{type(error).__name__}: {error}"
        except BaseException:  # an error that cannot even say what it is
            message = f"{type(error).__name__} without a message"
        return Outcome(error=message, line=_line_of(error), printed=printed.text)


def _check_call(function: Any, args: tuple) -> None:
    if function is ...:
        raise Unfinished
    if isinstance(function, type) or not callable(function):
        what = f"something of the type {type(function).__name__}"
        raise Unreadable(what, "A function is wanted: give check its name alone, without brackets after it.")
    try:
        inspect.signature(function).bind(*args)
    except TypeError:
        hint = f"It is called with {len(args)} arguments, in the task's order."
        raise Unreadable("a function that takes other parameters", hint) from None
    except ValueError:  # some functions written in C do not tell their parameters
        pass


def _line_of(error: BaseException) -> str:
    """Return the last line of the answer's own code on the way to the error; files of libraries and of ours are not."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame.line for frame in frames if frame.line and not re.search(NOT_OF_THE_ANSWER, frame.filename)]
    return own[-1] if own else ""


def _copied(value: Any, dtype: torch.dtype) -> Any:
    if isinstance(value, torch.Tensor):
        return value.clone().to(dtype) if value.is_floating_point() else value.clone()
    if isinstance(value, list | tuple):
        return type(value)(_copied(part, dtype) for part in value)
    return copy.deepcopy(value)


def _equal(left: Any, right: Any) -> bool:
    """Compare numbers, tensors and lists; models and the like may change."""
    if isinstance(right, list | tuple):
        return len(left) == len(right) and all(map(_equal, left, right))
    if isinstance(right, torch.Tensor):
        return left.shape == right.shape and bool((left == right).all())
    return not isinstance(right, int | float | str) or left == right


class _Asleep(BaseException):
    """Sleeps for ever when it is made, which happens in the thread that it is sent to."""

    def __init__(self) -> None:
        while True:
            time.sleep(3600)


def _wait(worker: threading.Thread, seconds: float | None) -> None:
    """Wait until a thread has ended, or this process has computed for so many seconds."""
    computed, began = time.process_time(), time.monotonic()
    while worker.is_alive():
        worker.join(0.02 if seconds else None)
        if seconds and max(time.process_time() - computed, (time.monotonic() - began) / PATIENCE) > seconds:
            return


def _stop(worker: threading.Thread, ended: threading.Event) -> None:
    """End a thread that still works; if it catches whatever it is sent, put it to sleep: it then uses no processor."""

    def send(error: type[BaseException]) -> None:
        ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(worker.ident), ctypes.py_object(error))

    end = time.monotonic() + STOP_SECONDS
    while worker.is_alive() and not ended.is_set() and time.monotonic() < end:
        send(SystemExit)  # the one error that a thread ends with in silence
        worker.join(0.05)  # time to leave, before the next one is sent
    if worker.is_alive() and not ended.is_set():
        send(_Asleep)
        worker.join(0.05)


class _Printed(io.TextIOBase):
    """Keeps the beginning of what the checked function prints, which may be much."""

    text = ""

    def write(self, text: str) -> int:
        self.text += text[: MAX_PRINTED - len(self.text)]
        return len(text)


def _no_input(*_: object) -> str:
    raise EOFError("a checked function cannot ask for input()")


@contextmanager
def _settings_put_back() -> Iterator[_Printed]:
    """Seed chance, catch prints, silence warnings; afterwards put back what an answer may change."""
    shown, asked = (sys.stdout, sys.stderr), builtins.input
    dtype = torch.get_default_dtype()
    chance = torch.get_rng_state(), np.random.get_state(), random.getstate()  # noqa: NPY002  the global one is meant
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.default_generator.manual_seed(0)  # torch.manual_seed would trace the stack for GPUs, too
        np.random.seed(0)  # noqa: NPY002
        random.seed(0)
        sys.stdout = sys.stderr = printed = _Printed()
        builtins.input = _no_input
        try:
            yield printed
        finally:
            (sys.stdout, sys.stderr), builtins.input = shown, asked
            torch.set_default_dtype(dtype)
            torch.set_rng_state(chance[0])
            np.random.set_state(chance[1])  # noqa: NPY002
            random.setstate(chance[2])
