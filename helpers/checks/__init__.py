"""The check cells of the exercises: ``check`` says whether an answer is right, and helps if it is not.

The exercises of a notebook are data, in the module of its topic; the mechanism is built of

==============  =====================================================
``results``     an answer read as numbers, compared, shown in words
``calls``       code that we did not write, run in bounded time
``verdicts``    what a check says, as a page and as text
``hints``       what can be said of any wrong result
``exercises``   functions to write, values to give, letters to choose
==============  =====================================================
"""

import os
from typing import Any

from IPython.display import display

from helpers.checks import (
    activations,
    bce,
    bce_vs_mse,
    linear_regression,
    logistic_regression,
    sigmoid,
    softmax,
    statistics_of_losses,
)
from helpers.checks.exercises import Choice, Function, Value
from helpers.checks.verdicts import CORRECT, NOT_YET, NotCorrectError, Verdict

__all__ = ["EXERCISES", "check"]

TOPICS = (
    linear_regression,  # notebook 00
    sigmoid,
    bce,
    logistic_regression,
    bce_vs_mse,
    statistics_of_losses,
    softmax,
    activations,  # notebook 07
)
EXERCISES: dict[str, Function | Value | Choice] = {e.id: e for topic in TOPICS for e in topic.EXERCISES}

# Read once, before any student's cell has run. nbgrader sets it.
GRADING = "NBGRADER_EXECUTION" in os.environ


def check(exercise: str, answer: Any) -> None:
    """Show whether the answer to an exercise is right, what it gave where it is not, and a hint.

    Whatever the answer is, no error comes out, and it takes about five seconds at most. The right answer is never
    shown.

    Parameters
    ----------
    exercise : str
        Its number, such as ``"03.2"``: notebook 03, exercise 2.
    answer : object
        A function, a number or several, or a letter, as the exercise asks.

    Raises
    ------
    NotCorrectError
        Only while nbgrader grades the notebook, so that an answer that is not correct scores nothing.

    Examples
    --------
    >>> check("03.1", ...)
    Exercise 3.1: Not attempted.
    Hint: Replace the ... in the cell above, run it, then run this one.
    """
    name = exercise if isinstance(exercise, str) else "?"
    if name in EXERCISES:
        verdict = EXERCISES[name].judge(answer)
    else:
        verdict = Verdict(name, NOT_YET, (("Hint", "No exercise has this number. Copy the check cell anew."),))
    display(verdict)
    if GRADING and verdict.status != CORRECT:
        raise NotCorrectError(repr(verdict))
