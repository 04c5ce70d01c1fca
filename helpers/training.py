"""The full-batch training loop that notebook 03 writes by hand, with a record of what happened."""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import torch
from IPython import get_ipython
from IPython.display import display
from torch import Tensor, nn
from tqdm import tqdm

from helpers.validation import check_count

__all__ = ["History", "TrainingDivergedError", "fit"]


@dataclass(frozen=True)
class History:
    """What a training run recorded; row i of every tensor belongs to ``epoch[i]``.

    Attributes
    ----------
    epoch : Tensor of shape (n_records,), int64
        The recorded epochs, counted from 0.
    loss : Tensor of shape (n_records,)
        The loss before step ``epoch[i]``, in the unit of the loss function (nats for cross-entropy).
    parameters : dict of str to Tensor of shape (n_records, *shape of the parameter)
        The parameters that this loss belongs to, under their names in the model.

    Examples
    --------
    >>> history = History(torch.tensor([0, 5]), torch.tensor([0.7, 0.6]), {})
    >>> len(history)
    2
    """

    epoch: Tensor
    loss: Tensor
    parameters: dict[str, Tensor]

    def __len__(self) -> int:
        return len(self.epoch)


class TrainingDivergedError(ArithmeticError):
    """The loss became nan or infinite; ``history`` holds what was recorded until then."""

    def __init__(self, message: str, history: History) -> None:
        super().__init__(message)
        self.history = history


def fit(
    model: nn.Module,
    X: Tensor,
    y: Tensor,
    *,
    loss_fn: Callable[[Tensor, Tensor], Tensor],
    optimizer: torch.optim.Optimizer,
    n_epochs: int,
    record_every: int = 1,
    progress: bool = False,
) -> History:
    """Train ``model`` on all samples at once: predict, measure, differentiate, update; n_epochs times.

    Parameters
    ----------
    model : nn.Module
        Maps ``X`` to what ``loss_fn`` wants: probabilities or logits. It is trained in place.
    X : Tensor of shape (n_samples, n_features)
    y : Tensor of shape (n_samples, ...)
        A float ``y`` must have the shape of the model's output.
    loss_fn : callable
        ``loss_fn(model(X), y)`` is one number, the mean loss.
    optimizer : torch.optim.Optimizer
        Made from ``model.parameters()``.
    n_epochs : int
        At least 1. One epoch is one step.
    record_every : int
        Record the epochs 0, record_every, 2 · record_every, ...
    progress : bool
        Show a bar while training; it vanishes at the end.

    Returns
    -------
    History
        The loss at epoch e is the one computed before step e, with the parameters that gave it.

    Raises
    ------
    TrainingDivergedError
        If the loss is nan or infinite. Its ``history`` holds the records so far.
    TypeError, ValueError
        If a number is not a count, the numbers of samples differ, the optimizer belongs to another model,
        the output of the model does not fit a float ``y``, or the loss is not one number.

    Examples
    --------
    >>> model = nn.Linear(1, 1)
    >>> optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    >>> X, y = torch.tensor([[1.0], [2.0]]), torch.tensor([[2.0], [4.0]])
    >>> history = fit(model, X, y, loss_fn=nn.MSELoss(), optimizer=optimizer, n_epochs=50, record_every=10)
    >>> history.epoch.tolist()
    [0, 10, 20, 30, 40]
    """
    check_count(n_epochs, "n_epochs")
    check_count(record_every, "record_every")
    _check_parts(model, X, y, optimizer)
    # Tables of a fixed size, filled row by row, cost less than lists of tensors that grow.
    parameters = {name: parameter.detach() for name, parameter in model.named_parameters()}
    n_records = math.ceil(n_epochs / record_every)
    tables = {name: parameter.new_empty(n_records, *parameter.shape) for name, parameter in parameters.items()}
    losses = []

    def history() -> History:
        n = len(losses)
        epoch = torch.arange(0, n * record_every, record_every)
        recorded = {name: table[:n] for name, table in tables.items()}
        return History(epoch, torch.tensor(losses, dtype=output.dtype), recorded)

    for epoch in _with_bar(n_epochs) if progress else range(n_epochs):
        output = model(X)
        try:
            loss = loss_fn(output, y) if epoch else _first_loss(output, y, loss_fn)
            loss_value = loss.item()
        except RuntimeError:
            # nn.BCELoss does not return nan for probabilities that are nan: it raises.
            if output.isfinite().all():
                raise
            loss_value = math.nan
        if not math.isfinite(loss_value):
            raise TrainingDivergedError(
                f"The loss must stay finite. Got {loss_value} at epoch {epoch}: "
                "lower the learning rate, or use a loss on logits. The records so far are in error.history.",
                history(),
            )
        if epoch % record_every == 0:
            for name, parameter in parameters.items():
                tables[name][len(losses)] = parameter
            losses.append(loss_value)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return history()


def _check_parts(model: nn.Module, X: Tensor, y: Tensor, optimizer: torch.optim.Optimizer) -> None:
    """Tell what does not fit together before the model is called."""
    if len(X) != len(y):
        raise ValueError(
            f"X and y must have one row for each sample. Got {len(X)} rows of X and {len(y)} of y: "
            "pass the labels of these samples."
        )
    held = {id(parameter) for group in optimizer.param_groups for parameter in group["params"]}
    if not any(id(parameter) in held for parameter in model.parameters()):
        raise ValueError(
            "The optimizer must hold the parameters of this model. Got none of them: "
            "make it anew after the model, with model.parameters()."
        )


def _first_loss(output: Tensor, y: Tensor, loss_fn: Callable[[Tensor, Tensor], Tensor]) -> Tensor:
    """Compute the loss of the first epoch, and tell what does not fit together before anything is trained.

    A trial run before the loop would draw from a dropout layer and move the averages of a batch norm.
    """
    if y.is_floating_point() and output.shape != y.shape:
        raise ValueError(
            f"A float y must have the shape of the model's output. Got {tuple(y.shape)} and {tuple(output.shape)}, "
            "which pairs the wrong samples or none: pass y.reshape(-1, 1) for one output."
        )
    loss = loss_fn(output, y)
    if loss.numel() != 1:
        raise ValueError(
            f"The loss must be one number. Got the shape {tuple(loss.shape)}: use a loss with reduction='mean'."
        )
    return loss


def _with_bar(n_epochs: int) -> Iterable[int]:
    """Count the epochs behind a bar that leaves nothing: one line of a notebook cell, or of the terminal."""
    # Only a notebook has a kernel; a terminal, IPython's too, has a line that tqdm itself wipes.
    if not hasattr(get_ipython(), "kernel"):
        yield from tqdm(range(n_epochs), unit="epoch", leave=False)
        return
    line = _CellLine()
    try:
        yield from tqdm(range(n_epochs), unit="epoch", leave=False, file=line, ncols=80, mininterval=0.2)
    finally:
        line.clear()


class _CellLine:
    """A file for tqdm: each write replaces one line below the cell, and an empty output is what stays."""

    def __init__(self) -> None:
        self.handle = display({}, raw=True, display_id=True)

    def write(self, text: str) -> None:
        if bar := text.strip("\r\n "):
            self.handle.update({"text/plain": bar}, raw=True)

    def flush(self) -> None:
        """Nothing is kept back."""

    def clear(self) -> None:
        self.handle.update({}, raw=True)
