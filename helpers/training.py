"""The training loop of notebook 03, for one model or for many at once, with a record of what happened."""

import copy
import math
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from helpers.validation import check_binary_labels, check_features

LossFunction = Callable[[Tensor, Tensor], Tensor]


@dataclass(frozen=True)
class History:
    """What a training run recorded: epoch 0, every ``record_every``-th after it, and the state after the last step.

    ``epoch`` (n_records,) counts the steps taken so far. Row i of ``loss`` and of each tensor in ``parameters``, by
    their names in the model, belongs to ``epoch[i]``.
    """

    epoch: Tensor
    loss: Tensor
    parameters: dict[str, Tensor]


class TrainingDivergedError(ArithmeticError):
    """What the model predicts became nan or infinite."""


def fit(
    model: nn.Module,
    X: Tensor,
    y: Tensor,
    *,
    loss_fn: LossFunction,
    optimizer: torch.optim.Optimizer,
    n_epochs: int,
    record_every: int = 1,
) -> History:
    """Train ``model`` in place on all samples at once: predict, measure, differentiate, update; n_epochs times.

    ``loss_fn(model(X), y)`` is one number, the mean loss. If the output becomes nan or infinite, a
    ``TrainingDivergedError`` says at which epoch.

    >>> model, X = nn.Linear(1, 1), torch.tensor([[1.0], [2.0]])
    >>> optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    >>> fit(model, X, 2 * X, loss_fn=nn.MSELoss(), optimizer=optimizer, n_epochs=50, record_every=20).epoch.tolist()
    [0, 20, 40, 50]
    """
    _check_fit(model, X, y, loss_fn, optimizer)
    records = []
    for epoch in range(n_epochs + 1):
        output = model(X)  # 1 predict
        if not math.isfinite(output.sum().item()):
            raise TrainingDivergedError(
                f"The model's output must stay finite. Got nan or inf at epoch {epoch}: lower the learning rate."
            )
        loss = loss_fn(output, y)  # 2 measure
        if epoch % record_every == 0 or epoch == n_epochs:
            records.append((epoch, loss.item(), [parameter.detach().clone() for parameter in model.parameters()]))
        if epoch < n_epochs:
            optimizer.zero_grad()
            loss.backward()  # 3 differentiate
            optimizer.step()  # 4 update
    epochs, losses, parameters = zip(*records, strict=True)
    names = [name for name, _ in model.named_parameters()]
    paths = {name: torch.stack(path) for name, path in zip(names, zip(*parameters, strict=True), strict=True)}
    return History(torch.tensor(epochs), torch.tensor(losses, dtype=output.dtype), paths)


def _check_fit(model: nn.Module, X: Tensor, y: Tensor, loss_fn: LossFunction, optimizer: torch.optim.Optimizer) -> None:
    """Tell what does not fit together, on a copy of the model, before anything is trained."""
    held = {id(parameter) for group in optimizer.param_groups for parameter in group["params"]}
    if held.isdisjoint(map(id, model.parameters())):
        raise ValueError(
            "The optimizer must hold the parameters of this model. Got none of them: make it anew after the model, "
            "with model.parameters()."
        )
    with torch.no_grad(), torch.random.fork_rng(devices=[]):
        output = copy.deepcopy(model)(X)
        # A row (n,) against a column (n, 1) broadcasts to n x n pairs, of which all but n are wrong.
        if y.shape != output.shape and (y.is_floating_point() or output.shape[1:] == (1,)):
            raise ValueError(
                f"y must have the shape of the model's output. Got {tuple(y.shape)} and {tuple(output.shape)}, which "
                "pairs the wrong samples or none: pass y.float().reshape(-1, 1) for one output."
            )
        if output.isfinite().all() and (loss := loss_fn(output, y)).numel() != 1:
            raise ValueError(
                f"The loss must be one number. Got the shape {tuple(loss.shape)}: use a loss with reduction='mean'."
            )


def fit_many(
    starts: Tensor,
    X: Tensor,
    y: Tensor,
    *,
    loss_fn: LossFunction,
    learning_rate: float | Tensor,
    n_epochs: int,
    record_every: int = 1,
) -> History:
    """Train z = Xw + b by gradient descent on all samples from many starts in one batch: row k is model k.

    ``starts`` is (n_models, n_features + 1), weights then bias; ``learning_rate`` one number or (n_models,).
    ``loss_fn(logits, y)`` returns the loss of each sample, (n_models, n_samples). One gradient serves all, as a model's
    parameters enter its own losses alone. In the result every table is (n_records, n_models, ...).

    >>> X, y, loss_fn = torch.rand(9, 1), torch.ones(9, 1), nn.BCEWithLogitsLoss(reduction="none")
    >>> fit_many(torch.zeros(1000, 2), X, y, loss_fn=loss_fn, learning_rate=0.1, n_epochs=5).loss.shape
    torch.Size([6, 1000])
    """
    check_features(X)
    check_binary_labels(y, len(X))
    inputs, labels = torch.cat([X, X.new_ones(len(X), 1)], dim=1).T.contiguous(), y.T.to(X.dtype)
    step = torch.as_tensor(learning_rate, dtype=X.dtype).reshape(-1, 1).expand(len(starts), 1) / len(X)
    theta, loss = starts.detach().to(X.dtype).clone(), X.new_empty(len(starts))
    moving, part, records = torch.arange(len(starts)), theta.clone(), []
    for epoch in range(n_epochs + 1):
        losses = loss_fn(part.requires_grad_() @ inputs, labels.expand(len(part), -1))
        if losses.shape != (len(part), len(X)):
            raise ValueError(f"loss_fn must return one value a sample. Got {tuple(losses.shape)}: use reduction='none'")
        after = part.detach() - step * torch.autograd.grad(losses.sum(), part)[0]
        recorded = epoch % record_every == 0 or epoch == n_epochs
        if recorded or epoch % 10 == 0:
            theta[moving], loss[moving] = part.detach(), losses.detach().mean(dim=1)
            if recorded:
                records.append((torch.tensor(epoch), loss.clone(), theta.clone()))
            moves = (after != part).any(dim=1)  # what stands still to the last digit does so for ever: leave it out
            moving, after, step = moving[moves], after[moves], step[moves]
        part = after
    epochs, losses, path = map(torch.stack, zip(*records, strict=True))
    return History(epochs, losses, {"weight": path[..., :-1], "bias": path[..., -1]})
