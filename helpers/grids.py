"""A loss or a probability, computed on a grid of points; ``plots`` draws the result."""

from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor

from helpers.validation import check_binary_labels, check_count, check_features

__all__ = ["LossSurface", "ProbabilityGrid", "loss_surface", "probability_grid"]


class LossSurface(NamedTuple):
    """The mean ``loss`` (n_b, n_w) over slopes ``w`` (n_w,) and intercepts ``b`` (n_b,), all float64."""

    w: Tensor
    b: Tensor
    loss: Tensor


class ProbabilityGrid(NamedTuple):
    """Class probabilities ``probs`` (n_2, n_1, n_outputs) over ``x1`` (n_1,) and ``x2`` (n_2,)."""

    x1: Tensor
    x2: Tensor
    probs: Tensor


def loss_surface(
    loss_fn: Callable[[Tensor, Tensor], Tensor], X: Tensor, y: Tensor, w: Tensor, b: Tensor
) -> LossSurface:
    """Compute the mean loss of the model z = wx + b for every pair (w, b).

    Parameters
    ----------
    loss_fn : callable
        ``loss_fn(logits, y)``: the loss of each sample, in the shape of its arguments.
    X, y : Tensor of shape (n_samples, 1)
        One feature and its labels, 0 or 1.
    w, b : Tensor of shape (n_w,) and (n_b,)
        The slopes and the intercepts.

    Returns
    -------
    LossSurface
        In float64, so that a plateau shows its true height.

    Raises
    ------
    TypeError, ValueError
        If X has not one feature, a label is not 0 or 1, w or b is not a vector, or the loss is not
        one value for each sample.

    Examples
    --------
    >>> X, y = torch.tensor([[0.0], [1.0]]), torch.tensor([[0.0], [1.0]])
    >>> surface = loss_surface(lambda z, y: (torch.sigmoid(z) - y) ** 2, X, y, torch.zeros(3), torch.zeros(2))
    >>> surface.loss.shape, surface.loss[0, 0].item()
    (torch.Size([2, 3]), 0.25)
    """
    check_features(X, n_features=1, purpose="draw a surface over (w, b)")
    check_binary_labels(y, len(X))
    for name, values in (("w", w), ("b", b)):
        if not isinstance(values, Tensor) or values.ndim != 1 or len(values) == 0:
            got = tuple(values.shape) if isinstance(values, Tensor) else type(values).__name__
            raise ValueError(f"{name} must be a vector with a value. Got {got}: pass torch.linspace(start, end, n).")
    X, w, b = X.double(), w.double(), b.double()
    labels = y.double().expand(len(X), len(w))
    rows = []
    # One row of the grid at a time keeps the memory at n_samples x n_w.
    for intercept in b:
        losses = loss_fn(X * w + intercept, labels)
        if losses.shape != labels.shape:
            raise ValueError(
                f"loss_fn must return one value for each sample. Got the shape {tuple(losses.shape)} for "
                f"{tuple(labels.shape)}: use reduction='none'."
            )
        rows.append(losses.mean(dim=0))
    return LossSurface(w, b, torch.stack(rows).detach())


@torch.no_grad()
def probability_grid(
    predict: Callable[[Tensor], Tensor], X: Tensor, *, n_steps: int = 200, margin: float = 1.0
) -> ProbabilityGrid:
    """Ask a classifier for its probabilities on a grid that covers the samples.

    Parameters
    ----------
    predict : callable
        Maps features (m, 2) to probabilities (m, 1) or (m, n_classes). A module in train mode is
        left in train mode.
    X : Tensor of shape (n_samples, 2)
        The grid covers these points.
    n_steps : int
        Points along each axis.
    margin : float
        How far the grid reaches beyond the samples, in units of X.

    Returns
    -------
    ProbabilityGrid

    Raises
    ------
    TypeError, ValueError
        If X has not two features, or ``predict`` returns another shape or values outside [0, 1].

    Examples
    --------
    >>> grid = probability_grid(lambda X: torch.sigmoid(X[:, :1]), torch.zeros(1, 2), n_steps=5)
    >>> grid.probs.shape
    torch.Size([5, 5, 1])
    """
    check_features(X, n_features=2, purpose="draw a boundary")
    check_count(n_steps, "n_steps")
    low, high = X.amin(dim=0) - margin, X.amax(dim=0) + margin
    x1, x2 = (torch.linspace(low[i].item(), high[i].item(), n_steps, dtype=X.dtype) for i in range(2))
    points = torch.cartesian_prod(x2, x1).flip(1)
    probs = predict(points)
    if not isinstance(probs, Tensor) or probs.ndim != 2 or len(probs) != len(points):
        got = tuple(probs.shape) if isinstance(probs, Tensor) else type(probs).__name__
        raise ValueError(
            f"predict must return (m, 1) or (m, n_classes) probabilities. Got {got} for m = {len(points)}: "
            "keep one row for each point."
        )
    if not ((probs >= 0) & (probs <= 1)).all():
        raise ValueError(
            f"predict must return probabilities in [0, 1]. Got {probs.min():g} to {probs.max():g}: "
            "if the model returns logits, pass lambda X: torch.sigmoid(model(X)) or softmax."
        )
    return ProbabilityGrid(x1, x2, probs.reshape(n_steps, n_steps, -1))
