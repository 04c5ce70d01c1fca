"""Logistic regression by damped Newton steps, with standard errors."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits as bce

from helpers.validation import check_binary_labels, check_features


class SeparableDataError(ValueError):
    """A line separates the classes, or all but separates them: the weights grow without end."""


@dataclass(frozen=True)
class NewtonFit:
    """The maximum of the likelihood: ``w`` (n_features,), ``b`` () and the mean BCE there, ``loss``, in nats.

    ``gradient_norms`` (n_steps + 1,) holds the length of the loss's gradient before each step and at the end,
    ``covariance`` (n_features + 1, n_features + 1) the inverse of X₁ᵀSX₁, bias last. All tensors are float64.
    """

    w: Tensor
    b: Tensor
    loss: float
    gradient_norms: Tensor
    covariance: Tensor

    @property
    def standard_errors(self) -> Tensor:
        """The roots of the covariance's diagonal, weights first, then the bias: (n_features + 1,)."""
        return self.covariance.diagonal().sqrt()


def fit_newton(X: Tensor, y: Tensor, *, start: Tensor | Sequence[float] | None = None) -> NewtonFit:
    """Fit X (n_samples, n_features) to labels y (n_samples, 1), 0 or 1, from ``start`` (n_features + 1,) or from 0.

    θ ← θ − tH⁻¹g, where g = X₁ᵀ(p − y)/n and H = X₁ᵀSX₁/n, with S = diag(p(1 − p)) and a last column of ones in X₁
    (Hastie, Tibshirani, Friedman, *The Elements of Statistical Learning*, 4.4.1). The length t is 1, halved until the
    loss falls enough (Boyd, Vandenberghe, *Convex Optimization*, 9.5). A start so far out that H has no inverse, up to
    rounding, tells nothing: the steps then begin at 0. Data without a maximum, or with many, raise a ``ValueError``.

    >>> X, y = torch.tensor([[1.0], [2.0], [3.0], [4.0]]), torch.tensor([[0.0], [1.0], [0.0], [1.0]])
    >>> fit = fit_newton(X, y, start=(-3.0, 2.0))
    >>> f"w = {fit.w.item():.4f} ± {fit.standard_errors[0]:.4f}, b = {fit.b:.4f}"
    'w = 0.9082 ± 1.0852, b = -2.2705'
    """
    check_features(X)
    check_binary_labels(y, len(X))
    X1 = torch.cat([X, X.new_ones(len(X), 1)], dim=1).detach().double()
    y = y.detach().double().flatten()
    zero = X1.new_zeros(X1.shape[1])
    start = zero if start is None else torch.as_tensor(start, dtype=torch.float64).detach()
    if start.shape != zero.shape or not start.isfinite().all():
        raise ValueError(f"start must hold {len(zero)} finite numbers. Got {start}: pass the weights, then the bias.")
    for theta in (start, zero):
        fit = _descend(X1, y, theta)
        if fit is not None:
            return fit
    if _inverse_hessian(X1, torch.full_like(y, 0.5)) is None:
        raise ValueError(
            "The columns of X and the constant 1 must be linearly independent. Got a column that the others make up, "
            "so that many weights fit equally well: leave it out, or, if it only lies far from 0, subtract its mean."
        )
    raise SeparableDataError(
        "The classes must overlap for the likelihood to have a maximum. Got data that a line separates, or all but "
        "separates, so that ever larger weights fit ever better: collect more samples, use fewer features, or add "
        "weight decay."
    )


def _descend(X1: Tensor, y: Tensor, theta: Tensor) -> NewtonFit | None:
    """Take damped Newton steps from theta until the last one was short; None if H loses its inverse before."""
    norms, moved, inverse = [], math.inf, None
    for _ in range(100):
        logits = X1 @ theta
        probs = torch.sigmoid(logits)
        gradient = X1.T @ (probs - y) / len(y)
        norms.append(gradient.norm())
        # On separable data every Newton step moves some logit by more than 1, for ever, while the gradient shrinks.
        # That a step moves none is thus not only the sign to stop, but also the proof that the classes overlap.
        if moved < 1e-6:
            return NewtonFit(theta[:-1], theta[-1], bce(logits, y).item(), torch.stack(norms), inverse / len(y))
        inverse = _inverse_hessian(X1, probs)
        if inverse is None:
            return None
        step = -inverse @ gradient
        change = X1 @ step
        moved = change.abs().max()
        t, loss, slope = 1.0, bce(logits, y), gradient @ step
        # Where no logit moves by more than 1, p(1 − p) grows by a factor of e at most, and the loss falls for certain.
        while t * moved > 1 and bce(logits + t * change, y) > loss + 0.25 * t * slope:
            t /= 2
        theta = theta + t * step
    return None


def _inverse_hessian(X1: Tensor, probs: Tensor) -> Tensor | None:
    """Return H⁻¹ (n_features + 1, n_features + 1), or None if H has no inverse, up to rounding."""
    # The weighted copy of X₁ is made 5,000 rows at a time: whole, it would be too large for the cache, and slower.
    parts = zip(X1.split(5000), (probs * (1 - probs)).split(5000), strict=True)
    hessian = sum((rows.T * s) @ rows for rows, s in parts) / len(X1)
    root, failed = torch.linalg.cholesky_ex(hessian)
    if failed:
        return None
    inverse = torch.cholesky_inverse(root)
    # The share of each column's square that the others cannot make up, in whatever unit: below 1e-12 it is rounding.
    share = 1 / (hessian.diagonal() * inverse.diagonal())
    return inverse if (share > 1e-12).all() else None
