"""A loss or a probability, computed on a grid of points; ``maps`` draws the result."""

from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor

from helpers.validation import check_binary_labels, check_features, check_probabilities


class LossSurface(NamedTuple):
    """The mean ``loss`` (n_b, n_w) over slopes ``w`` (n_w,) and intercepts ``b`` (n_b,)."""

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
    """Compute the mean loss of z = wx + b for every pair of ``w`` (n_w,) and ``b`` (n_b,), in float64.

    X and y are (n_samples, 1). ``loss_fn(logits, y)`` returns the loss of each sample, in the shape of its arguments.

    >>> X = y = torch.tensor([[0.0], [1.0]])
    >>> surface = loss_surface(lambda z, y: (torch.sigmoid(z) - y) ** 2, X, y, torch.zeros(3), torch.zeros(2))
    >>> surface.loss.shape, surface.loss[0, 0].item()
    (torch.Size([2, 3]), 0.25)
    """
    check_features(X, n_features=1)
    check_binary_labels(y, len(X))
    X, w, b = X.double(), w.double(), b.double()
    labels = y.double().expand(len(X), len(w))
    # One row of the grid at a time keeps the memory at n_samples x n_w.
    losses = (loss_fn(X * w + intercept, labels) for intercept in b)
    return LossSurface(w, b, torch.stack([loss.reshape(labels.shape).mean(dim=0) for loss in losses]))


@torch.no_grad()
def probability_grid(predict: Callable[[Tensor], Tensor], X: Tensor) -> ProbabilityGrid:
    """Ask a classifier for its probabilities on 200 × 200 points that reach 1 beyond the samples X (n_samples, 2).

    ``predict`` maps features (m, 2) to probabilities, (m, 1) or (m, n_classes).

    >>> probability_grid(lambda X: torch.sigmoid(X[:, :1]), torch.zeros(1, 2)).probs.shape
    torch.Size([200, 200, 1])
    """
    check_features(X, n_features=2)
    low, high = X.amin(dim=0) - 1, X.amax(dim=0) + 1
    x1, x2 = (torch.linspace(low[i].item(), high[i].item(), 200, dtype=X.dtype) for i in range(2))
    probs = predict(torch.cartesian_prod(x2, x1).flip(1))
    check_probabilities(probs, sum_to_one=probs.shape[1] > 1)
    return ProbabilityGrid(x1, x2, probs.reshape(200, 200, -1))
