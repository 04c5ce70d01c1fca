"""Logistic regression by Newton's method, with standard errors from the information matrix."""

import math
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import torch
from scipy.linalg.blas import dsyrk
from scipy.linalg.lapack import dposv
from scipy.optimize import linprog
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits

from helpers.validation import check_binary_labels, check_count, check_features, check_finite

__all__ = ["NewtonFit", "SeparableDataError", "fit_newton"]

# Rows that are weighted at a time: they stay in the processor's cache.
BLOCK = 4096
# From so many samples on, the fit of every 8th is a start so good that it pays.
MANY = 50_000


class SeparableDataError(ValueError):
    """A line separates the classes, so that the likelihood has no maximum: the weights grow without end."""


@dataclass(frozen=True)
class NewtonFit:
    """A maximum of the likelihood, and how it was reached; all tensors are float64.

    Attributes
    ----------
    w : Tensor of shape (n_features,)
        The weights.
    b : Tensor of shape ()
        The bias.
    loss : float
        The mean BCE at (w, b), in nats.
    gradient_norms : Tensor of shape (n_steps + 1,)
        The length of the mean loss's gradient before each step, and at the end.
    samples : tuple of Tensor
        The X and y of the fit, for the covariance: not to be changed in place before it is asked for.
    """

    w: Tensor
    b: Tensor
    loss: float
    gradient_norms: Tensor
    samples: tuple[Tensor, Tensor] = field(repr=False)

    @cached_property
    def covariance(self) -> Tensor:
        """The inverse of the information matrix XᵀSX (not divided by n), bias last: (n_features + 1, n_features + 1).

        The estimated covariance of the estimates, computed when it is first asked for.
        """
        X, y = self.samples
        probs = torch.sigmoid(_logits(X, np.append(self.w, self.b)))
        if np.linalg.norm(_gradient(X, y, probs)) > max(1e-6, 10 * self.gradient_norms[-1].item()):
            raise RuntimeError(
                "X and y must still be those of the fit. Got a gradient that is not 0, so that they were changed in "
                "place: ask for the covariance before, or fit again."
            )
        _, inverse, failed = dposv(_hessian(X, probs) * len(X), np.eye(X.shape[1] + 1))
        if failed:
            raise ArithmeticError(
                "The information matrix must have an inverse. Got one that has none, up to rounding: bring the columns "
                "of X to a similar scale, or leave out one that the others nearly make up."
            )
        return torch.from_numpy(inverse + inverse.T) / 2

    @property
    def standard_errors(self) -> Tensor:
        """The square roots of the covariance's diagonal, weights first, then the bias: (n_features + 1,)."""
        return self.covariance.diagonal().sqrt()


def fit_newton(X: Tensor, y: Tensor, *, tol: float = 1e-8, max_steps: int = 50) -> NewtonFit:
    """Maximise the likelihood of z = Xw + b by Newton's method: θ ← θ − t H⁻¹g.

    g = Xᵀ(p − y)/n and H = XᵀSX/n, with a column of ones in X and S = diag(p(1 − p)). The length t is that of the
    lowest loss in this direction; near the maximum it tends to 1, Newton's own. The start is θ = 0, or with many
    samples near the fit of every 8th.

    Parameters
    ----------
    X : Tensor of shape (n_samples, n_features), floating
    y : Tensor of shape (n_samples, 1), floating
        Labels, 0 or 1.
    tol : float
        Stop when the gradient of the mean loss is at most this long.
    max_steps : int
        Give up after so many steps.

    Returns
    -------
    NewtonFit
        Computed in float64.

    Raises
    ------
    SeparableDataError
        If some line has no sample on its wrong side (samples on the line itself are allowed): a ``ValueError``.
    TypeError, ValueError
        If X is not a finite floating matrix, a label is not 0 or 1, a column of X is a combination of the
        others and of 1, ``tol`` is not above 0, or ``max_steps`` is not a count.
    ArithmeticError
        If ``max_steps`` steps are not enough, or rounding allows no shorter gradient.

    References
    ----------
    Hastie, Tibshirani, Friedman, *The Elements of Statistical Learning*, 2009, section 4.4.1. Boyd, Vandenberghe,
    *Convex Optimization*, 2004, section 9.5. Albert, Anderson, "On the existence of maximum likelihood estimates
    in logistic regression models", *Biometrika* 71, 1984.

    Examples
    --------
    >>> X, y = torch.tensor([[1.0], [2.0], [3.0], [4.0]]), torch.tensor([[0.0], [1.0], [0.0], [1.0]])
    >>> fit = fit_newton(X, y)
    >>> f"w = {fit.w.item():.4f} ± {fit.standard_errors[0]:.4f}, b = {fit.b:.4f}"
    'w = 0.9082 ± 1.0852, b = -2.2705'
    """
    _check_features_fast(X)
    check_binary_labels(y, len(X))
    check_count(max_steps, "max_steps")
    if check_finite(tol, "tol") <= 0:
        raise ValueError(f"tol must be above 0. Got {tol}: pass a length such as tol=1e-8.")
    X, y = X.detach().double(), y.detach().double().flatten()
    theta, logits = _start(X, y)
    probs = torch.sigmoid(logits)
    gradient = _gradient(X, y, probs)
    norms = [np.linalg.norm(gradient)]
    share, moved = 1.0, math.inf
    while norms[-1] > tol and len(norms) <= max_steps:
        direction, share = _newton_step(X, probs, gradient)
        if not share:
            break
        change, moved = _moves(X, direction)
        if moved < 1e-14:
            break  # The rest is rounding.
        length = _length(logits, change, y, moved)
        theta = theta - length * direction
        logits.sub_(change, alpha=length)
        probs = torch.sigmoid(logits)
        gradient = _gradient(X, y, probs)
        norms.append(np.linalg.norm(gradient))
    if moved > 0.5:
        # The last step was long. Would the next one be?
        direction, share = _newton_step(X, probs, gradient)
        moved = _moves(X, direction)[1]
    # On separable data each such step moves some logit by at least 1: along a separating v, with margins mᵢ ≥ 0,
    # vᵀHd = vᵀg says that the sums of sᵢmᵢ·(±Δzᵢ) and of |pᵢ − yᵢ|mᵢ are equal, and sᵢ < |pᵢ − yᵢ|. A short step is
    # thus a proof of overlap, if the columns are so far from collinear that rounding has no say.
    if not (moved < 0.5 and share > 1e-8):
        _check_rank(X)
        _check_overlap(X, y, theta)
    if norms[-1] > tol:
        raise ArithmeticError(
            f"The gradient must get no longer than tol = {tol:g}. Got {norms[-1]:.2g} after {len(norms) - 1} steps: "
            "pass a larger tol or more max_steps, or bring the columns of X to a similar scale."
        )
    w, b = torch.from_numpy(theta[:-1]), torch.tensor(theta[-1])
    loss = binary_cross_entropy_with_logits(logits, y).item()
    return NewtonFit(w, b, loss, torch.tensor(norms, dtype=torch.float64), (X, y))


def _start(X: Tensor, y: Tensor) -> tuple[np.ndarray, Tensor]:
    """Return the first parameters, bias last, and their logits."""
    if len(X) >= MANY:
        try:
            part = fit_newton(X[::8], y[::8].unsqueeze(1), tol=1e-4)
            inverse = part.covariance.numpy() * len(X[::8])
        except (ValueError, ArithmeticError):
            # What a part of the data lacks, all of them may have.
            pass
        else:
            # One step with the curvature of the part: it costs a third of one with that of all samples.
            theta = np.append(part.w, part.b)
            logits = _logits(X, theta)
            direction = inverse @ _gradient(X, y, torch.sigmoid(logits))
            change, moved = _moves(X, direction)
            length = _length(logits, change, y, moved)
            return theta - length * direction, logits.sub_(change, alpha=length)
    return np.zeros(X.shape[1] + 1), X.new_zeros(len(X))


def _logits(X: Tensor, theta: np.ndarray) -> Tensor:
    return torch.from_numpy(X.numpy() @ theta[:-1]).add_(theta[-1])


def _gradient(X: Tensor, y: Tensor, probs: Tensor) -> np.ndarray:
    """Return the gradient of the mean loss, bias last: (n_features + 1,)."""
    errors = probs - y
    return np.append(errors.numpy() @ X.numpy(), errors.sum().item()) / len(X)


def _hessian(X: Tensor, probs: Tensor) -> np.ndarray:
    """Return the upper half of the mean loss's Hessian XᵀSX/n: (n_features + 1, n_features + 1)."""
    roots = torch.addcmul(probs, probs, probs, value=-1).sqrt_()
    weighted = X.new_empty(min(len(X), BLOCK), X.shape[1] + 1)
    half = np.zeros((X.shape[1] + 1,) * 2, order="F")
    for rows, root in zip(X.split(BLOCK), roots.split(BLOCK), strict=True):
        # The product of √S·X with itself, of which BLAS makes one half. Transposed, C order is the Fortran order
        # that it wants: nothing is copied.
        block = weighted[: len(rows)]
        torch.mul(rows, root.unsqueeze(1), out=block[:, :-1])
        block[:, -1] = root
        half = dsyrk(1.0, block.numpy().T, beta=1.0, c=half, overwrite_c=True)
    return half / len(X)


def _newton_step(X: Tensor, probs: Tensor, gradient: np.ndarray) -> tuple[np.ndarray, float]:
    """Return H⁻¹g by Cholesky's method, and the smallest share of a column's square that those before it leave over.

    A share of 0 says that H has no inverse.
    """
    hessian = _hessian(X, probs)
    root, direction, failed = dposv(hessian, gradient)
    return direction, 0.0 if failed else (root.diagonal() ** 2 / hessian.diagonal()).min()


def _moves(X: Tensor, direction: np.ndarray) -> tuple[Tensor, float]:
    """Return what a step does to each logit (n_samples,), and the largest such change."""
    change = _logits(X, direction)
    return change, max(abs(end.item()) for end in change.aminmax())


def _length(logits: Tensor, change: Tensor, y: Tensor, moved: float) -> float:
    """Return the t where the loss of the logits z − tΔz is lowest, by Newton's method in one dimension.

    Where that leaves the bounds found so far, their middle serves. A correction that moves no logit by more than
    0.3 is the last: no p(1 − p) changes much on the way, so that little slope can be left.
    """
    t, low, high = 1.0, 0.0, math.inf
    of_labels = y.dot(change)
    for _ in range(60):
        probs = torch.sub(logits, change, alpha=t).sigmoid_()
        slope = (of_labels - probs.dot(change)).item()
        curvature = probs.addcmul_(probs, probs, value=-1).mul_(change).dot(change).item()
        low, high = (t, high) if slope < 0 else (low, t)
        lowest = t - slope / curvature if curvature > 0 else math.inf
        last, t = t, min(lowest, 10 * t)
        if not low <= t <= high:
            t = (low + high) / 2
        if abs(lowest - last) * moved < 0.3:
            break
    return t


def _check_features_fast(X: Tensor) -> None:
    # A sum is finite only if all its terms are, and takes a small part of the time of looking at each.
    matrix = isinstance(X, Tensor) and X.ndim == 2
    check_features(X[:1] if matrix and X.sum().isfinite() else X)


def _check_rank(X: Tensor) -> None:
    _, share = _newton_step(X, X.new_full((len(X),), 0.5), np.ones(X.shape[1] + 1))
    if share < 1e-12:
        raise ValueError(
            "The columns of X and the constant 1 must be linearly independent. Got a column that the others make up, "
            "so that many weights fit equally well: leave that column out."
        )


def _check_overlap(X: Tensor, y: Tensor, theta: np.ndarray) -> None:
    """Raise if a line separates the classes, that of theta or another."""
    margins = ((2 * y - 1).unsqueeze(1) * torch.cat([X, X.new_ones(len(X), 1)], dim=1)).numpy()
    separated = (margins @ theta > 0).all()
    if not separated:
        # Samples on the line itself: no margin may be below 0 and their sum must be above it, a linear program
        # (K. Konis, "Linear programming algorithms for detecting separated data", 2007).
        margins /= np.abs(margins).max(axis=0)
        zeros = np.zeros(len(margins))
        exact = {"primal_feasibility_tolerance": 1e-10}
        best = linprog(-margins.sum(axis=0), A_ub=-margins, b_ub=zeros, bounds=(-1, 1), options=exact)
        separated = best.status == 0 and -best.fun > 1e-6
    if separated:
        raise SeparableDataError(
            "The classes must overlap for the likelihood to have a maximum. Got data that a line separates: ever "
            "larger weights fit ever better, and no finite ones are best. Collect more samples, use fewer features, "
            "or add weight decay."
        )
