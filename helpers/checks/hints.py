"""What can be said of any wrong result, when no classic mistake explains it."""

import torch

from helpers.checks import calls
from helpers.checks.calls import Late, Outcome
from helpers.checks.results import Numbers, has, in_words, shape_in_words

__all__ = ["general_hint", "result_in_words"]

NAN = "nan is not a number: look for 0/0, inf/inf, inf − inf, or the root or log of a negative number."
INF = "inf is too large for a float: look for a division by 0, log 0, or exp of a large number."
NO_MISTAKE_KNOWN = "Work this one out by hand, step by step, and compare each step with yours."


def result_in_words(outcome: Outcome) -> str:
    """Return what came out, in a few words.

    Examples
    --------
    >>> result_in_words(Outcome(torch.tensor([0.5, 2.0])))
    '[0.5, 2]'
    """
    if outcome.error is Late:
        return "nothing in time"
    return outcome.message if outcome.error else in_words(outcome.value)


def general_hint(outcome: Outcome, wanted: Numbers | None) -> str:
    """Return what can be said of a result without knowing the mistake.

    Parameters
    ----------
    outcome : Outcome
        Of a call that gave numbers or failed.
    wanted : Tensor, tuple of Tensors, or None
        What is right, for its shape; ``None`` where many results are.

    Examples
    --------
    >>> general_hint(Outcome(torch.zeros(3)), torch.zeros(2))
    'The shape differs: 2 numbers wanted, 3 numbers given (sizes of 1 do not count).'
    """
    if outcome.hint:
        return outcome.hint
    if outcome.error is Late:
        return f"It took longer than {calls.SECONDS:g} seconds and was stopped. Does every loop end?"
    if outcome.error:
        return "It stopped with an error. Call it with these arguments in a cell of your own, and see in which line."
    got = outcome.value
    for odd, hint in ((torch.isnan, NAN), (torch.isinf, INF)):
        if has(got, odd) and not (wanted is not None and has(wanted, odd)):
            return hint
    if wanted is not None and shape_in_words(got) != shape_in_words(wanted):
        shapes = f"{shape_in_words(wanted)} wanted, {shape_in_words(got)} given"
        return f"The shape differs: {shapes} (sizes of 1 do not count)."
    return NO_MISTAKE_KNOWN
