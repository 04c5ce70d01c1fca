"""``fit_newton``, standard errors and all, against scikit-learn's ``newton-cholesky``, which has none.

Both reach a gradient of at most 1e-8, ``fit_newton`` by its own rule, scikit-learn with the largest tol that does.
"""

import pytest
import torch
from sklearn.linear_model import LogisticRegression

from helpers.newton import fit_newton

LENGTH = 1e-8  # of the mean loss's gradient
# The sizes of the notebooks, where a fit takes no longer; and a large one.
LIMITS = {(200, 1): 1.0, (2_000, 1): 1.0, (200_000, 50): 1.5}
N_PAIRS = {(200, 1): 200, (2_000, 1): 200, (200_000, 50): 9}


def data(n_samples, n_features):
    generator = torch.Generator().manual_seed(43052)
    X = torch.randn(n_samples, n_features, generator=generator, dtype=torch.float64)
    w = torch.randn(n_features, generator=generator, dtype=torch.float64) / n_features**0.5
    draws = torch.rand(n_samples, generator=generator, dtype=torch.float64)
    return X, (draws < torch.sigmoid(X @ w - 1)).double().unsqueeze(1)


def gradient_length(X, y, w, b):
    errors = torch.sigmoid(X @ w + b) - y.flatten()
    return torch.cat([errors @ X, errors.sum().reshape(1)]).norm().item() / len(X)


def by_scikit_learn(X, y, tol):
    model = LogisticRegression(C=float("inf"), solver="newton-cholesky", tol=tol)
    return model.fit(X.numpy(), y.flatten().numpy())


def largest_tol(X, y):
    for tol in (10 ** (-k / 4) for k in range(8, 60)):
        model = by_scikit_learn(X, y, tol)
        if gradient_length(X, y, torch.tensor(model.coef_[0]), torch.tensor(model.intercept_[0])) <= LENGTH:
            return tol
    raise AssertionError(f"scikit-learn does not reach {LENGTH}")


@pytest.mark.usefixtures("steady", "one_thread")
@pytest.mark.parametrize(("n_samples", "n_features"), LIMITS)
def test_no_slower_than_scikit_learn(n_samples, n_features, compare):
    X, y = data(n_samples, n_features)
    fit = fit_newton(X, y)
    assert gradient_length(X, y, fit.w, fit.b) <= LENGTH
    tol = largest_tol(X, y)
    compare(
        f"fit_newton, {n_samples:,} × {n_features}",
        lambda: fit_newton(X, y).standard_errors,
        "newton-cholesky",
        lambda: by_scikit_learn(X, y, tol),
        n_pairs=N_PAIRS[n_samples, n_features],
        limit=LIMITS[n_samples, n_features],
        warmup_rounds=2,
    )
