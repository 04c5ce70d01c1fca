"""One clear error for each kind of bad input: the rule, the value, the fix."""

import math
from numbers import Integral, Real

import torch
from torch import Tensor

__all__ = [
    "check_binary_labels",
    "check_class_labels",
    "check_count",
    "check_features",
    "check_finite",
    "check_generator",
]


def check_count(value: int, name: str) -> int:
    """Return ``value`` if it is a whole number of at least 1.

    Parameters
    ----------
    value : int
        A number of samples, epochs or steps.
    name : str
        What the error message calls it.

    Raises
    ------
    TypeError
        If it is not a whole number (``True`` is none either).
    ValueError
        If it is below 1.

    Examples
    --------
    >>> check_count(3, "n_epochs")
    3
    """
    if isinstance(value, bool) or not isinstance(value, Integral):
        raise TypeError(
            f"{name} must be a whole number. Got {value!r} ({type(value).__name__}): pass an int such as {name}=100."
        )
    if value < 1:
        raise ValueError(f"{name} must be at least 1. Got {value}: pass 1 or more.")
    return int(value)


def check_finite(value: float, name: str) -> float:
    """Return ``value`` as a float if it is a finite real number.

    Raises
    ------
    TypeError
        If it is not a real number.
    ValueError
        If it is nan or infinite.

    Examples
    --------
    >>> check_finite(5, "w")
    5.0
    """
    if isinstance(value, Tensor) and value.numel() == 1 and not value.is_complex():
        value = value.item()
    if isinstance(value, bool) or not isinstance(value, Real):
        raise TypeError(
            f"{name} must be a real number. Got {value!r} ({type(value).__name__}): pass a float such as {name}=1.0."
        )
    if not math.isfinite(value):
        raise ValueError(f"{name} must be finite. Got {value}: pass a number that is not nan or inf.")
    return float(value)


def check_generator(generator: torch.Generator) -> torch.Generator:
    """Return ``generator`` if it is a torch generator on the CPU.

    Raises
    ------
    TypeError
        If it is anything else: a seed, a NumPy generator, ``None``.
    ValueError
        If it lives on another device than the CPU.

    Examples
    --------
    >>> check_generator(torch.Generator().manual_seed(7)).initial_seed()
    7
    """
    if not isinstance(generator, torch.Generator):
        raise TypeError(
            f"generator must be a torch.Generator. Got {generator!r} ({type(generator).__name__}): "
            "pass torch.Generator().manual_seed(SEED)."
        )
    if generator.device.type != "cpu":
        raise ValueError(
            f"generator must live on the CPU, as the data does. Got device {generator.device}: "
            "pass torch.Generator().manual_seed(SEED)."
        )
    return generator


def check_features(X: Tensor, *, n_features: int | None = None, purpose: str = "use X") -> Tensor:
    """Return ``X`` if it is a finite float tensor of shape (n_samples, n_features).

    Parameters
    ----------
    X : Tensor of shape (n_samples, n_features), floating
    n_features : int, optional
        The number of columns that is needed; any number if left out.
    purpose : str
        What the columns are needed for, for the error message.

    Raises
    ------
    TypeError
        If it is not a floating tensor.
    ValueError
        If it has another shape, no row, or a value that is nan or infinite.

    Examples
    --------
    >>> check_features(torch.zeros(5, 2), n_features=2).shape
    torch.Size([5, 2])
    """
    if not isinstance(X, Tensor) or not X.is_floating_point():
        kind = f"a tensor of {X.dtype}" if isinstance(X, Tensor) else type(X).__name__
        raise TypeError(f"X must be a floating tensor. Got {kind}: pass torch.tensor(X, dtype=torch.float32).")
    if X.ndim != 2 or X.shape[0] == 0:
        raise ValueError(
            f"X must have the shape (n_samples, n_features), with at least one sample. "
            f"Got {tuple(X.shape)}: for one feature pass X.reshape(-1, 1)."
        )
    if n_features is not None and X.shape[1] != n_features:
        columns = "one column" if n_features == 1 else f"{n_features} columns"
        raise ValueError(f"n_features must be {n_features} to {purpose}. Got {X.shape[1]}: pass {columns} of X.")
    if not torch.isfinite(X).all():
        raise ValueError(
            f"X must be finite. Got {int((~torch.isfinite(X)).sum())} values that are nan or inf: "
            "drop or fill those samples."
        )
    return X


def check_binary_labels(y: Tensor, n_samples: int) -> Tensor:
    """Return ``y`` if it holds one label, 0 or 1, for each sample, as a column of floats.

    Parameters
    ----------
    y : Tensor of shape (n_samples, 1), floating
    n_samples : int
        The number of rows of ``X``.

    Raises
    ------
    TypeError
        If it is not a floating tensor, as BCE losses want it.
    ValueError
        If it has another shape or holds anything but 0 and 1.

    Examples
    --------
    >>> check_binary_labels(torch.tensor([[0.0], [1.0]]), n_samples=2).shape
    torch.Size([2, 1])
    """
    if not isinstance(y, Tensor) or not y.is_floating_point():
        kind = f"a tensor of {y.dtype}" if isinstance(y, Tensor) else type(y).__name__
        raise TypeError(f"Binary labels must be a floating tensor. Got {kind}: pass y.float().")
    if tuple(y.shape) != (n_samples, 1):
        raise ValueError(
            f"Binary labels must have the shape (n_samples, 1) = ({n_samples}, 1). "
            f"Got {tuple(y.shape)}: pass y.reshape(-1, 1), one label for each row of X."
        )
    outside = y[(y != 0) & (y != 1)]
    if outside.numel():
        raise ValueError(
            f"Binary labels must be 0 or 1. Got {outside[0].item():g}: map your two classes to 0.0 and 1.0."
        )
    return y


def check_class_labels(y: Tensor, n_samples: int, n_classes: int) -> Tensor:
    """Return ``y`` if it holds one class index 0, ..., n_classes − 1 for each sample.

    Parameters
    ----------
    y : Tensor of shape (n_samples,), int64
    n_samples, n_classes : int

    Raises
    ------
    TypeError
        If it is not an int64 tensor.
    ValueError
        If it has another shape or an index outside the range.

    Examples
    --------
    >>> check_class_labels(torch.tensor([0, 2]), n_samples=2, n_classes=3)
    tensor([0, 2])
    """
    if not isinstance(y, Tensor) or y.dtype != torch.int64:
        kind = f"a tensor of {y.dtype}" if isinstance(y, Tensor) else type(y).__name__
        raise TypeError(f"Class labels must be an int64 tensor. Got {kind}: pass y.long().")
    if tuple(y.shape) != (n_samples,):
        raise ValueError(
            f"Class labels must have the shape (n_samples,) = ({n_samples},). "
            f"Got {tuple(y.shape)}: pass y.reshape(-1), one label for each row of X."
        )
    outside = y[(y < 0) | (y >= n_classes)]
    if outside.numel():
        raise ValueError(
            f"Class labels must lie between 0 and {n_classes - 1}. Got {outside[0].item()}: "
            f"number the {n_classes} classes from 0."
        )
    return y
