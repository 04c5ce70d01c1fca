"""The checks that stand between a student and a silent wrong result: each error says the rule, the value, the fix."""

import torch
from torch import Tensor


def check_features(X: Tensor, *, n_features: int | None = None) -> None:
    """Demand finite floating features of shape (n_samples, n_features).

    >>> check_features(torch.zeros(5))
    Traceback (most recent call last):
        ...
    ValueError: X must have the shape (n_samples, n_features). Got (5,): for one feature pass X.reshape(-1, 1).
    """
    if not X.is_floating_point():
        raise TypeError(f"X must be a floating tensor. Got {X.dtype}: pass X.float().")
    if X.ndim != 2:
        raise ValueError(
            f"X must have the shape (n_samples, n_features). Got {tuple(X.shape)}: for one feature pass "
            "X.reshape(-1, 1)."
        )
    if n_features is not None and X.shape[1] != n_features:
        raise ValueError(f"n_features must be {n_features} here. Got {X.shape[1]}: choose {n_features} column(s) of X.")
    if not X.isfinite().all():
        n_bad = int((~X.isfinite()).sum())
        raise ValueError(f"X must be finite. Got {n_bad} values that are nan or inf: drop or fill those samples.")


def check_binary_labels(y: Tensor, n_samples: int) -> None:
    """Demand labels 0 or 1 as BCE losses want them: floating, of shape (n_samples, 1).

    >>> check_binary_labels(torch.tensor([0.0, 1.0]), 2)
    Traceback (most recent call last):
        ...
    ValueError: Binary labels must have the shape (n_samples, 1) = (2, 1). Got (2,): pass y.reshape(-1, 1).
    """
    if not y.is_floating_point():
        raise TypeError(f"Binary labels must be a floating tensor. Got {y.dtype}: pass y.float().")
    if y.shape != (n_samples, 1):
        raise ValueError(
            f"Binary labels must have the shape (n_samples, 1) = ({n_samples}, 1). Got {tuple(y.shape)}: "
            "pass y.reshape(-1, 1)."
        )
    if ((y != 0) & (y != 1)).any():
        odd = y[(y != 0) & (y != 1)][0].item()
        raise ValueError(f"Binary labels must be 0 or 1. Got {odd:g}: map your two classes to 0.0 and 1.0.")


def check_class_labels(y: Tensor, n_samples: int, n_classes: int) -> None:
    """Demand class indices 0, ..., n_classes − 1: int64, of shape (n_samples,).

    >>> check_class_labels(torch.tensor([1, 2, 3]), 3, 3)
    Traceback (most recent call last):
        ...
    ValueError: Class labels must lie between 0 and 2. Got 1 to 3: number the 3 classes from 0.
    """
    if y.dtype != torch.int64:
        raise TypeError(f"Class labels must be an int64 tensor. Got {y.dtype}: pass y.long().")
    if y.shape != (n_samples,):
        raise ValueError(
            f"Class labels must have the shape (n_samples,) = ({n_samples},). Got {tuple(y.shape)}: pass y.reshape(-1)."
        )
    if y.min() < 0 or y.max() >= n_classes:
        raise ValueError(
            f"Class labels must lie between 0 and {n_classes - 1}. Got {y.min()} to {y.max()}: "
            f"number the {n_classes} classes from 0."
        )


def check_probabilities(probs: Tensor, *, sum_to_one: bool = False) -> None:
    """Demand values in [0, 1], and rows that sum to 1 if there is one column a class: logits are none.

    >>> check_probabilities(torch.tensor([[-3.0], [2.0]]))
    Traceback (most recent call last):
        ...
    ValueError: Probabilities must lie in [0, 1]. Got -3 to 2: apply torch.sigmoid or torch.softmax to logits first.
    """
    if not ((probs >= 0) & (probs <= 1)).all():
        raise ValueError(
            f"Probabilities must lie in [0, 1]. Got {probs.min():g} to {probs.max():g}: "
            "apply torch.sigmoid or torch.softmax to logits first."
        )
    sums = probs.sum(dim=-1)
    if sum_to_one and not torch.allclose(sums, torch.ones_like(sums), atol=1e-4):
        raise ValueError(
            f"Probabilities of all classes must sum to 1. Got {sums.min():g} to {sums.max():g}: "
            "apply torch.softmax(logits, dim=1)."
        )
