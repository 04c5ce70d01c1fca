"""The check cells of the exercises: ``check`` says whether an answer is right, and helps if it is not.

A module ``notebook_NN`` holds the exercises of each notebook: what is right, inputs to try, and the classic wrong
answers with their hints. The mechanism behind them:

============  =====================================================
``results``   an answer read as numbers, compared, shown in words
``calls``     code that we did not write, run in bounded time
``verdicts``  what a check says, as a page and as text
``hints``     what can be said of a result that no known error gives
``kinds``     functions to write, values to give, letters to choose
============  =====================================================

README.md in this folder says how to add an exercise, and ``new.py`` makes its cells.
"""

import os
from importlib import import_module
from pathlib import Path
from typing import Any

import torch
from IPython.display import display

from exercises.kinds import Choice, Function, Value
from exercises.verdicts import CORRECT, NOT_YET, NotCorrectError, Verdict

__all__ = ["EXERCISES", "check"]

MODULES = [
    import_module(f"exercises.{path.stem}") for path in sorted(Path(__file__).parent.glob("notebook_[0-9][0-9].py"))
]
EXERCISES: dict[str, Function | Value | Choice] = {e.id: e for module in MODULES for e in module.EXERCISES}

# Read once, before any student's cell has run. nbgrader sets it.
GRADING = "NBGRADER_EXECUTION" in os.environ

# The first optimizer imports much of torch, for a second or more: now, not within the time limit of an answer.
torch.optim.SGD([torch.zeros(1)], lr=1.0)


def check(exercise: str, answer: Any) -> None:
    """Show whether the answer to an exercise, such as ``"03.2"``, is right; if not, what it gave, and a hint.

    Whatever the answer is, no error comes out, and it takes about five seconds of computing at most. The right answer
    is never shown. Only while nbgrader grades the notebook is a ``NotCorrectError`` raised: the answer scores nothing.

    >>> check("03.1", ...)
    Exercise 3.1: Not attempted.
    Hint: Replace the ... in the cell above, run it, then run this one.
    """
    number = str(exercise).zfill(4)
    if number in EXERCISES:
        verdict = EXERCISES[number].judge(answer)
    else:
        verdict = Verdict(number, NOT_YET, (("Hint", "No exercise has this number. Copy the check cell anew."),))
    display(verdict)
    if GRADING and verdict.status != CORRECT:
        raise NotCorrectError(repr(verdict))
