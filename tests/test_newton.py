"""``fit_newton`` finds what scikit-learn finds, from any start, with true standard errors, and says when it cannot."""

import itertools
import math

import pytest
import torch
from sklearn.linear_model import LogisticRegression
from torch.nn.functional import binary_cross_entropy, binary_cross_entropy_with_logits
from torch.testing import assert_close

from helpers import newton
from helpers.datasets import bernoulli_sigmoid, study_hours, two_features
from helpers.newton import SeparableDataError, fit_newton


def seeded(seed):
    return torch.Generator().manual_seed(seed)


def normal(*shape, seed):
    return torch.randn(*shape, generator=seeded(seed), dtype=torch.float64)


def labels_of(logits, seed):
    return torch.bernoulli(torch.sigmoid(logits), generator=seeded(seed)).reshape(-1, 1)


def course():
    """The 2,000 labels of notebooks 04 and 05."""
    X, y, _ = bernoulli_sigmoid(2000, 5.0, -1.0, generator=seeded(43052))
    return X, y


def wide(n_samples=600, n_features=20):
    X = normal(n_samples, n_features, seed=2)
    return X, labels_of(X @ normal(n_features, seed=3) / 3 - 0.5, seed=4)


def rare():
    """One label in fifty is 1, and the features have a few values far out."""
    X = normal(3000, 2, seed=5) ** 3
    return X, labels_of(X[:, 0] / 4 - 4, seed=6)


def skewed():
    """Lognormal features, where the first step from 0 points elsewhere than the maximum."""
    X = normal(1500, 3, seed=7).exp()
    return X, labels_of(X @ torch.tensor([1.0, -2.0, 0.5], dtype=torch.float64), seed=8)


def hair(n_powers=2, far=(1e3, 2e3, 3e3)):
    """Powers of x up to 9·10⁶ or more; samples far out are on the wrong side, and all that overlaps lies at 0.01."""
    x = torch.cat([torch.linspace(-1, 1, 100, dtype=torch.float64), torch.tensor(far, dtype=torch.float64)])
    y = (x > 0).double()
    y[100:] = 0
    y[49:51] = 1 - y[49:51]
    return torch.stack([x**power for power in range(1, n_powers + 1)], dim=1), y.reshape(-1, 1)


DATA = {
    "course": course,
    "20 features": wide,
    "more rows than one part": lambda: wide(12_345, 3),
    "rare class": rare,
    "skewed": skewed,
}
HARD = {"a hair": hair, "one far out": lambda: hair(1, [3.0]), "cubes": lambda: hair(3, [100.0])}
each_data = pytest.mark.parametrize("data", DATA.values(), ids=DATA)
each_data_and_hard = pytest.mark.parametrize("data", (DATA | HARD).values(), ids=DATA | HARD)


def theta_of(fit):
    return torch.cat([fit.w, fit.b.reshape(1)])


def mean_loss(theta, X, y):
    """BCE as in PyTorch, with the bias last in theta."""
    return binary_cross_entropy_with_logits(X.double() @ theta[:-1] + theta[-1], y.double().flatten())


def gradient_at(theta, X, y):
    theta = theta.detach().clone().requires_grad_()
    return torch.autograd.grad(mean_loss(theta, X, y), theta)[0]


def by_scikit_learn(X, y):
    model = LogisticRegression(C=math.inf, solver="newton-cholesky", tol=1e-12, max_iter=1000)
    model.fit(X.double().numpy(), y.flatten().numpy())
    return torch.cat([torch.from_numpy(model.coef_[0]), torch.from_numpy(model.intercept_)])


# The maximum


@each_data
def test_it_finds_what_scikit_learn_finds(data):
    X, y = data()
    fit = fit_newton(X, y)
    assert_close(theta_of(fit), by_scikit_learn(X, y), rtol=1e-6, atol=1e-6)
    assert (fit.w.shape, fit.b.shape, type(fit.loss)) == ((X.shape[1],), (), float)


@each_data_and_hard
def test_loss_and_gradient_are_those_of_autograd_and_the_gradient_is_0(data):
    X, y = data()
    fit = fit_newton(X, y)
    assert_close(fit.loss, mean_loss(theta_of(fit), X, y).item(), rtol=1e-12, atol=0)
    zero = torch.zeros(X.shape[1] + 1, dtype=torch.float64)
    assert_close(fit.gradient_norms[0], gradient_at(zero, X, y).norm(), rtol=1e-12, atol=0)
    end = gradient_at(theta_of(fit), X, y).norm()
    assert end < 1e-12
    assert_close(fit.gradient_norms[-1], end, rtol=0, atol=1e-12)


def test_without_features_the_bias_is_the_log_odds_of_the_share():
    fit = fit_newton(torch.zeros(4, 0), torch.tensor([[1.0], [0.0], [0.0], [0.0]]))
    assert fit.w.shape == (0,)
    assert_close(fit.b.item(), math.log(1 / 3), rtol=1e-12, atol=0)
    # The variance of a log-odds is 1 / (n p (1 − p)).
    assert_close(fit.standard_errors.item(), math.sqrt(1 / (4 * 0.25 * 0.75)), rtol=1e-6, atol=0)


# The start


@pytest.mark.parametrize("start", [(-3.0, 2.0), (50.0, -300.0), (0.0, 1000.0), (0.0, -740.0), (1e300, 1e300)])
def test_it_arrives_from_where_full_steps_fly_away(start):
    X, y = course()
    assert_close(theta_of(fit_newton(X, y, start=start)), theta_of(fit_newton(X, y)), rtol=1e-9, atol=0)


def test_the_path_begins_at_the_start_and_ends_soon():
    X, y = course()
    start = torch.tensor([-3.0, 2.0], dtype=torch.float64)
    norms = fit_newton(X, y, start=start).gradient_norms
    assert_close(norms[0], gradient_at(start, X, y).norm(), rtol=1e-12, atol=0)
    assert len(norms) <= 10
    assert norms[-2] < 100 * norms[-3] ** 2, "near the end the gradient is squared"
    at_the_end = fit_newton(X, y, start=theta_of(fit_newton(X, y)))
    assert len(at_the_end.gradient_norms) == 2, "one step, to see that it is short"


@pytest.mark.parametrize("seed", range(20))
def test_every_step_lowers_the_loss(seed, monkeypatch):
    losses, inverse_hessian = [], newton._inverse_hessian
    X, y = rare()

    def record(X1, probs):
        losses.append(binary_cross_entropy(probs, y.flatten()))
        return inverse_hessian(X1, probs)

    monkeypatch.setattr(newton, "_inverse_hessian", record)
    fit_newton(X, y, start=10 ** (seed / 20) * normal(3, seed=2 * seed))
    assert (torch.stack(losses).diff() < 1e-12).all()


@each_data_and_hard
def test_it_arrives_from_random_starts_near_and_far(data):
    X, y = data()
    wanted = fit_newton(X, y)
    for seed in range(30):
        size = 10 ** (seed / 4 - 1)  # from 0.1 to 1.8 million
        fit = fit_newton(X, y, start=size * normal(X.shape[1] + 1, seed=seed))
        assert ((theta_of(fit) - theta_of(wanted)).abs() < 1e-9 * wanted.standard_errors).all()
        assert_close(fit.standard_errors, wanted.standard_errors, rtol=1e-6, atol=0)


@pytest.mark.parametrize("start", [(1.0,), (1.0, 2.0, 3.0), ((1.0, 2.0),), (math.nan, 0.0), (0.0, math.inf)])
def test_a_start_is_one_finite_number_for_each_weight_and_the_bias(start):
    with pytest.raises(ValueError, match=r"start must hold 2 finite numbers\. Got .*: pass the weights, then the bias"):
        fit_newton(*course(), start=start)


# Standard errors


@each_data_and_hard
def test_the_covariance_is_the_inverse_of_autograd_s_hessian(data):
    X, y = data()
    fit = fit_newton(X, y)
    hessian = torch.autograd.functional.hessian(lambda theta: mean_loss(theta, X, y), theta_of(fit))
    assert_close(fit.covariance, torch.linalg.inv(len(X) * hessian), rtol=1e-5, atol=1e-12)
    assert torch.equal(fit.covariance, fit.covariance.T)
    assert torch.equal(fit.standard_errors, fit.covariance.diagonal().sqrt())


# Difficult columns


@pytest.mark.parametrize("unit", [1e-6, 1e-4, 1e4, 1e6])
def test_units_of_the_columns_do_not_matter(unit):
    X, y = wide(n_features=3)
    units = torch.tensor([unit, 1.0, 1 / unit], dtype=torch.float64)
    fit, scaled = fit_newton(X, y), fit_newton(X * units, y)
    assert_close(scaled.w * units, fit.w, rtol=1e-8, atol=0)
    assert_close(scaled.standard_errors[:-1] * units, fit.standard_errors[:-1], rtol=1e-6, atol=0)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param([[1.0, 0, 0], [0, 10, 2000], [0, 0, 1]], id="years, 2000 ± 10"),
        pytest.param([[1.0, 0, 0], [1, 1e-4, 0], [0, 0, 1]], id="two columns with correlation 1 − 5·10⁻⁹"),
    ],
)
def test_columns_that_are_nearly_collinear_are_told_apart(change):
    """The same model, written in other columns: z = θᵀx₁ = θ'ᵀx₁' with x₁' = Ax₁, so that θ = Aᵀθ'."""
    X, y = wide(n_features=2)
    change = torch.tensor(change, dtype=torch.float64)
    changed = torch.cat([X, torch.ones_like(X[:, :1])], dim=1) @ change.T
    fit, other = fit_newton(X, y), fit_newton(changed[:, :-1], y)
    assert_close(change.T @ theta_of(other), theta_of(fit), rtol=1e-6, atol=1e-6)
    assert_close(change.T @ other.covariance @ change, fit.covariance, rtol=1e-5, atol=1e-6)


COLLINEAR = {
    "a copy": lambda X: torch.cat([X, X[:, :1]], dim=1),
    "a multiple": lambda X: torch.cat([X, -1e5 * X[:, :1]], dim=1),
    "a combination": lambda X: torch.cat([X, X @ normal(4, 1, seed=1) + 0.3], dim=1),
    "a combination of large numbers": lambda X: 1e12 * torch.cat([X, X @ normal(4, 1, seed=2)], dim=1),
    "constant": lambda X: torch.cat([X, torch.full_like(X[:, :1], 3.0)], dim=1),
    "zero": lambda X: torch.cat([X, torch.zeros_like(X[:, :1])], dim=1),
    "dummies of all classes": lambda X: torch.cat([X, (X[:, :1] > 0).double(), (X[:, :1] <= 0).double()], dim=1),
    "more columns than rows": lambda X: X[:5].repeat(1, 2),
    "no row": lambda X: X[:0],
}


@pytest.mark.parametrize("start", [None, 1.0, 1e6])
@pytest.mark.parametrize("make", COLLINEAR.values(), ids=COLLINEAR)
def test_columns_that_others_make_up_are_refused(make, start):
    X, y = wide(n_features=4)
    X = make(X)
    start = None if start is None else start * normal(X.shape[1] + 1, seed=1)
    with pytest.raises(ValueError, match=r"linearly independent.* others make up") as caught:
        fit_newton(X, y[: len(X)], start=start)
    assert not isinstance(caught.value, SeparableDataError)


def test_any_combination_with_years_is_refused():
    """2000 ± 10 has most in common with the constant: rounding then leaves much of a column, and more of the last."""
    for seed in range(40):
        X = normal(500, 4, seed=seed)
        X[:, 0] = 2000 + 10 * X[:, 0]
        X = torch.cat([X, X @ normal(4, 1, seed=seed + 1000) + seed], dim=1)
        with pytest.raises(ValueError, match="linearly independent"):
            fit_newton(X, labels_of(X[:, 1], seed))


# Data that a line separates


def by_a_plane(n_samples):
    X = normal(n_samples, 3, seed=9)
    return X, (X @ torch.tensor([1.0, -2.0, 0.5], dtype=torch.float64) > 0.3).double().reshape(-1, 1)


def one_column(x, y):
    return torch.tensor(x).reshape(-1, 1), torch.tensor(y).reshape(-1, 1)


def dummy_that_knows():
    """Where the second feature is 1, all labels are 1: its weight has no limit, while the others have one."""
    X, y = course()
    dummy = (torch.arange(len(X)) % 100 == 7).float().reshape(-1, 1)
    return torch.cat([X, dummy], dim=1), torch.where(dummy == 1, 1.0, y)


SEPARABLE = {
    "four students": study_hours,
    "six points": two_features,
    "many, by a plane": lambda: by_a_plane(3000),
    "one class": lambda: (by_a_plane(50)[0], torch.ones(50, 1)),
    "the other class, no feature": lambda: (torch.zeros(5, 0), torch.zeros(5, 1)),
    "many on the line": lambda: one_column([1.0] + [2.0] * 98 + [3.0], [0.0] + [0.0, 1.0] * 49 + [1.0]),
    "little beside the line": lambda: one_column([1.0] + [1.001] * 98 + [1.002], [0.0] + [0.0, 1.0] * 49 + [1.0]),
    "on the line, badly scaled": lambda: one_column([1e6, 2e6, 2e6, 3e6], [0.0, 0.0, 1.0, 1.0]),
    "a dummy that knows": dummy_that_knows,
    "far from zero": lambda: (1e3 + study_hours().X, study_hours().y),
}


@pytest.mark.parametrize("start", [None, 1.0, 30.0, 1e6])
@pytest.mark.parametrize("data", SEPARABLE.values(), ids=SEPARABLE)
def test_separable_data_has_no_maximum(data, start):
    X, y = data()
    start = None if start is None else start * normal(X.shape[1] + 1, seed=1)
    with pytest.raises(ValueError, match=r"must overlap.* a line separates") as caught:
        fit_newton(X, y, start=start)
    assert isinstance(caught.value, SeparableDataError)


@pytest.mark.parametrize("first", range(0, 200, 50))
def test_on_tiny_data_sets_it_raises_where_a_search_over_all_lines_finds_a_separating_one(first):
    """Points on a small grid in any units, where ties are common; every line through two of them is tried."""
    outcomes = set()
    for seed in range(first, first + 50):
        generator = seeded(seed)
        n_samples, n_values = (int(torch.randint(*ends, (1,), generator=generator)) for ends in [(4, 14), (2, 6)])
        X = torch.randint(0, n_values, (n_samples, 2), generator=generator).double()
        y = torch.randint(0, 2, (n_samples, 1), generator=generator).double()
        units = 10.0 ** torch.randint(-6, 7, (2,), generator=generator)
        if torch.linalg.matrix_rank(torch.cat([X, torch.ones(n_samples, 1)], dim=1)) < 3:
            continue
        outcomes.add(is_separated(X, y))
        if is_separated(X, y):
            with pytest.raises(SeparableDataError):
                fit_newton(X * units, y)
        else:
            assert gradient_at(theta_of(fit_newton(X, y)), X, y).norm() < 1e-12
            assert_close(fit_newton(X * units, y).w * units, fit_newton(X, y).w, rtol=1e-6, atol=1e-6)
    assert outcomes == {False, True}


def is_separated(X, y):
    """Weakly separated data has a separating line through two points, or one label only."""
    signs = 2 * y.flatten() - 1
    if len(signs.unique()) == 1:
        return True
    for i, j in itertools.permutations(range(len(X)), 2):
        along = X[j] - X[i]
        margins = signs * ((X - X[i]) @ torch.stack([-along[1], along[0]]))
        if (margins >= 0).all() and (margins > 0).any():
            return True
    return False


# What belongs to the caller


@pytest.mark.parametrize("mode", [torch.no_grad, torch.inference_mode, torch.enable_grad])
@pytest.mark.parametrize("default", [torch.float32, torch.float64])
def test_all_is_computed_in_float64_and_nothing_of_the_caller_is_changed(mode, default):
    X, y = course()
    wanted = fit_newton(X.double(), y.double())
    start = torch.zeros(2, dtype=torch.float64, requires_grad=True)
    kept = X.clone(), y.clone()
    X.requires_grad_(), y.requires_grad_()
    torch.set_default_dtype(default)
    try:
        with mode():
            fit = fit_newton(X, y, start=start)
    finally:
        torch.set_default_dtype(torch.float32)
    for name in ("w", "b", "gradient_norms", "covariance", "standard_errors"):
        assert getattr(fit, name).dtype == torch.float64
        assert not getattr(fit, name).requires_grad
        assert torch.equal(getattr(fit, name), getattr(wanted, name))
    assert torch.equal(X.detach(), kept[0])
    assert torch.equal(y.detach(), kept[1])
    assert start.tolist() == [0.0, 0.0]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda X, y: (X.flatten(), y), r"X must have the shape \(n_samples, n_features\)"),
        (lambda X, y: (X.log(), y), "X must be finite"),
        (lambda X, y: (X, y.flatten()), r"labels must have the shape .* Got \(2000,\)"),
        (lambda X, y: (X, 2 * y - 1), "labels must be 0 or 1"),
    ],
)
def test_features_and_labels_are_checked(change, message):
    with pytest.raises(ValueError, match=message):
        fit_newton(*change(*course()))
