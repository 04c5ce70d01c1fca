"""``fit_newton`` against scikit-learn's solvers, without penalty, to the same length of the gradient.

Estimates only: scikit-learn has no standard errors, and ``fit_newton`` computes them when they are asked for.
"""

import pytest
import torch
from sklearn.linear_model import LogisticRegression

from helpers.newton import fit_newton

LENGTH = 1e-6  # of the mean loss's gradient
SIZES = [(2_000, 2), (2_000, 50), (200_000, 2), (200_000, 50)]
# The length that a solver reaches is not its tol: the largest tol of this list that is small enough is taken.
TOLS = [10 ** (-k / 4) for k in range(8, 48)]


def data(n_samples, n_features):
    generator = torch.Generator().manual_seed(43052)
    X = torch.randn(n_samples, n_features, generator=generator, dtype=torch.float64)
    w = torch.randn(n_features, generator=generator, dtype=torch.float64) / n_features**0.5
    draws = torch.rand(n_samples, generator=generator, dtype=torch.float64)
    return X, (draws < torch.sigmoid(X @ w - 1)).double().unsqueeze(1)


def gradient_length(X, y, w, b):
    errors = torch.sigmoid(X @ w + b) - y.flatten()
    return torch.cat([errors @ X, errors.sum().reshape(1)]).norm().item() / len(X)


def fitted(solver, tol, X, y):
    model = LogisticRegression(C=float("inf"), solver=solver, tol=tol, max_iter=1000)
    return model.fit(X.numpy(), y.flatten().numpy())


def tol_for(solver, X, y):
    for tol in TOLS:
        model = fitted(solver, tol, X, y)
        if gradient_length(X, y, torch.tensor(model.coef_[0]), torch.tensor(model.intercept_[0])) <= LENGTH:
            return tol
    raise AssertionError(f"{solver} does not reach {LENGTH}")


@pytest.mark.usefixtures("steady", "one_thread")
@pytest.mark.parametrize("solver", ["newton-cholesky", "lbfgs"])
@pytest.mark.parametrize(("n_samples", "n_features"), SIZES)
def test_no_slower_than_scikit_learn(n_samples, n_features, solver, compare):
    X, y = data(n_samples, n_features)
    fit = fit_newton(X, y, tol=LENGTH)
    assert gradient_length(X, y, fit.w, fit.b) <= 1.001 * LENGTH
    tol = tol_for(solver, X, y)
    compare(
        f"fit_newton, {n_samples:,} × {n_features}",
        lambda: fit_newton(X, y, tol=LENGTH),
        solver,
        lambda: fitted(solver, tol, X, y),
        n_pairs=200 if n_samples < 10_000 else 15,
        limit=1.0,
        warmup_rounds=2,
    )
