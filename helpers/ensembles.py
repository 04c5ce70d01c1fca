"""Many logistic regressions trained at once: one matrix of parameters, one row a model."""

import math
from collections.abc import Callable

import torch
from torch import Tensor

from helpers.training import History
from helpers.validation import check_binary_labels, check_count, check_features, check_finite

__all__ = ["fit_many"]


def fit_many(
    starts: Tensor,
    X: Tensor,
    y: Tensor,
    *,
    loss_fn: Callable[[Tensor, Tensor], Tensor],
    learning_rate: float | Tensor,
    n_epochs: int,
    record_every: int = 1,
) -> History:
    """Train z = Xw + b from every start by gradient descent on all samples, all models in one batch.

    The models share the samples and nothing else. The derivative of the sum of their mean losses with
    respect to one model's parameters is that model's own gradient, so one ``backward`` serves them all.

    Parameters
    ----------
    starts : Tensor of shape (n_models, n_features + 1)
        One model a row: its weights, then its bias.
    X : Tensor of shape (n_samples, n_features), floating
        Its dtype is the one that is trained in.
    y : Tensor of shape (n_samples, 1), floating
        Labels, 0 or 1.
    loss_fn : callable
        ``loss_fn(logits, y)``: the loss of each sample, in the shape of its arguments, (n_models, n_samples).
    learning_rate : float or Tensor of shape (n_models,)
        One rate for all models, or one for each; above 0.
    n_epochs : int
        At least 1. One epoch is one step of plain gradient descent.
    record_every : int
        Record the epochs 0, record_every, 2 · record_every, ...

    Returns
    -------
    History
        ``loss`` (n_records, n_models), ``parameters["weight"]`` (n_records, n_models, n_features) and
        ``parameters["bias"]`` (n_records, n_models). A model whose loss becomes nan stays nan, and leaves
        the others alone.

    Raises
    ------
    TypeError, ValueError
        If a start has another number of parameters or is not finite, a label is not 0 or 1, the loss is not
        one value with a gradient for each sample, a learning rate is not above 0, or a number is not a count.

    Examples
    --------
    >>> X, y = torch.tensor([[1.0], [2.0], [3.0]]), torch.tensor([[0.0], [1.0], [0.0]])
    >>> loss_fn = torch.nn.BCEWithLogitsLoss(reduction="none")
    >>> history = fit_many(torch.zeros(1000, 2), X, y, loss_fn=loss_fn, learning_rate=0.1, n_epochs=5)
    >>> history.parameters["weight"].shape, history.loss.shape
    (torch.Size([5, 1000, 1]), torch.Size([5, 1000]))
    """
    check_count(n_epochs, "n_epochs")
    check_count(record_every, "record_every")
    check_features(X)
    check_binary_labels(y, len(X))
    starts = _check_starts(starts, X)
    step = _check_learning_rate(learning_rate, len(starts)).to(X.dtype).reshape(-1, 1) / len(X)
    # Not in inference mode means with gradients, in whatever mode the caller is.
    with torch.inference_mode(False):
        # One row a model, so that the samples of a model lie side by side in memory.
        inputs = torch.cat([X, X.new_ones(len(X), 1)], dim=1).T.contiguous()
        labels = y.detach().to(X.dtype).T.clone().expand(len(starts), len(X))
        theta = starts.clone().requires_grad_()
        n_records = math.ceil(n_epochs / record_every)
        path = theta.new_empty(n_records, *theta.shape)
        loss = theta.new_empty(n_records, len(theta))
        for epoch in range(n_epochs):
            losses = loss_fn(theta @ inputs, labels)
            if epoch == 0:
                _check_losses(losses, labels)
            if epoch % record_every == 0:
                path[epoch // record_every] = theta.detach()
                loss[epoch // record_every] = losses.detach().mean(dim=1)
            (gradient,) = torch.autograd.grad(losses.sum(), theta)
            with torch.no_grad():
                theta -= step * gradient
    parameters = {"weight": path[..., :-1], "bias": path[..., -1]}
    return History(torch.arange(0, n_epochs, record_every), loss, parameters)


def _check_starts(starts: Tensor, X: Tensor) -> Tensor:
    """Return the starts in the dtype of X."""
    if not isinstance(starts, Tensor) or not starts.is_floating_point():
        got = f"a tensor of {starts.dtype}" if isinstance(starts, Tensor) else type(starts).__name__
        raise TypeError(f"starts must be a floating tensor. Got {got}: pass torch.tensor(starts, dtype=X.dtype).")
    n_parameters = X.shape[1] + 1
    if starts.ndim != 2 or starts.shape[1] != n_parameters or len(starts) == 0:
        raise ValueError(
            f"starts must have the shape (n_models, n_features + 1) = (n_models, {n_parameters}), with at least one "
            f"model. Got {tuple(starts.shape)}: pass one row for each model, its weights and then its bias."
        )
    starts = starts.detach().to(X.dtype)
    if not starts.isfinite().all():
        raise ValueError(
            f"starts must be finite in {X.dtype}. Got {int((~starts.isfinite()).sum())} values that are nan or inf: "
            "leave those models out."
        )
    return starts


def _check_learning_rate(learning_rate: float | Tensor, n_models: int) -> Tensor:
    """Return the rates in float64, one or one for each model."""
    if not isinstance(learning_rate, Tensor):
        learning_rate = torch.tensor(check_finite(learning_rate, "learning_rate"), dtype=torch.float64)
    rates = learning_rate.double()
    if rates.shape not in (torch.Size([]), torch.Size([n_models])):
        raise ValueError(
            f"learning_rate must be one number or have the shape (n_models,) = ({n_models},). "
            f"Got {tuple(rates.shape)}: pass one rate for all models, or one for each start."
        )
    wrong = ~(rates.isfinite() & (rates > 0))
    if wrong.any():
        raise ValueError(f"learning_rate must be finite and above 0. Got {rates[wrong][0]:g}: pass a rate such as 0.1.")
    return rates


def _check_losses(losses: Tensor, labels: Tensor) -> None:
    if not isinstance(losses, Tensor) or losses.shape != labels.shape:
        got = f"the shape {tuple(losses.shape)}" if isinstance(losses, Tensor) else type(losses).__name__
        raise ValueError(
            f"loss_fn must return one value for each sample. Got {got} for {tuple(labels.shape)}: use reduction='none'."
        )
    if not losses.requires_grad:
        raise ValueError(
            "loss_fn must keep the way back to the logits. Got losses without a gradient: "
            "compute them from the logits by torch alone, without detach, item or numpy."
        )
