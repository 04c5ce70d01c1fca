"""``fit_newton`` finds what scikit-learn finds, its standard errors are right, and it says when there is no maximum."""

import itertools
import math
import re

import pytest
import torch
from sklearn.linear_model import LogisticRegression
from torch.nn.functional import binary_cross_entropy_with_logits
from torch.testing import assert_close

from helpers import newton
from helpers.datasets import bernoulli_sigmoid, study_hours, two_features, two_moons
from helpers.newton import NewtonFit, SeparableDataError, fit_newton


@pytest.fixture(autouse=True)
def _one_thread():
    """Threads that wait for each other make small problems slow on a busy machine."""
    n_threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(n_threads)


def whole(message):
    return "^" + re.escape(message) + "$"


def seeded(seed):
    return torch.Generator().manual_seed(seed)


def labels_of(logits, seed):
    return torch.bernoulli(torch.sigmoid(logits), generator=seeded(seed)).reshape(-1, 1)


def course():
    """The 2,000 labels of notebooks 04 and 05."""
    X, y, _ = bernoulli_sigmoid(generator=seeded(43052))
    return X.double(), y.double()


def moons():
    X, y = two_moons(200, generator=seeded(1))
    return X.double(), y.double()


def wide(n_samples=600, n_features=20):
    X = torch.randn(n_samples, n_features, generator=seeded(2), dtype=torch.float64)
    weights = torch.randn(n_features, generator=seeded(3), dtype=torch.float64) / 3
    return X, labels_of(X @ weights - 0.5, seed=4)


def rare():
    """One label in fifty is 1, and the feature has a few values far out."""
    X = torch.randn(3000, 2, generator=seeded(5), dtype=torch.float64) ** 3
    return X, labels_of(X[:, 0] / 4 - 4, seed=6)


def sorted_by_label():
    X, y = course()
    order = y.flatten().argsort()
    return X[order], y[order]


def skewed():
    """Lognormal features, where the first step from 0 points elsewhere than the maximum."""
    X = torch.randn(1500, 3, generator=seeded(7), dtype=torch.float64).exp()
    return X, labels_of(X @ torch.tensor([1.0, -2.0, 0.5], dtype=torch.float64), seed=8)


DATA = {
    "course": course,
    "moons": moons,
    "20 features": wide,
    "rare class": rare,
    "sorted": sorted_by_label,
    "skewed": skewed,
}
each_data = pytest.mark.parametrize("data", DATA.values(), ids=DATA)


def mean_loss(theta, X, y):
    """BCE as in PyTorch, with the bias last in theta."""
    return binary_cross_entropy_with_logits(X @ theta[:-1] + theta[-1], y.flatten())


def gradient_at(theta, X, y):
    theta = theta.clone().requires_grad_()
    return torch.autograd.grad(mean_loss(theta, X, y), theta)[0]


def theta_of(fit):
    return torch.cat([fit.w, fit.b.reshape(1)])


def by_scikit_learn(X, y):
    model = LogisticRegression(C=math.inf, solver="newton-cholesky", tol=1e-12, max_iter=1000)
    model.fit(X.numpy(), y.flatten().numpy())
    return torch.from_numpy(model.coef_[0]), torch.tensor(model.intercept_[0])


# The maximum ----------------------------------------------------------------------------------------------------


@each_data
def test_it_finds_what_scikit_learn_finds(data):
    X, y = data()
    w, b = by_scikit_learn(X, y)
    fit = fit_newton(X, y)
    assert_close(fit.w, w, rtol=1e-6, atol=1e-6)
    assert_close(fit.b, b, rtol=1e-6, atol=1e-6)


@each_data
def test_loss_and_gradient_are_those_of_autograd(data):
    X, y = data()
    fit = fit_newton(X, y)
    assert_close(fit.loss, mean_loss(theta_of(fit), X, y).item(), rtol=1e-12, atol=0)
    norms = fit.gradient_norms
    start = gradient_at(torch.zeros(X.shape[1] + 1, dtype=torch.float64), X, y)
    assert_close(norms[0], start.norm(), rtol=1e-12, atol=0)
    end = gradient_at(theta_of(fit), X, y).norm()
    assert end <= 1e-8
    assert_close(norms[-1], end, rtol=1e-6, atol=1e-14)


@each_data
def test_few_steps_are_enough_and_the_last_ones_square_the_gradient(data):
    norms = fit_newton(*data(), tol=1e-10).gradient_norms
    assert len(norms) <= 10
    assert norms[-2] > 1e-10
    # Far from the end a step wins a little, near it the number of right digits doubles.
    assert norms[-1] < 100 * norms[-2] ** 2 + 1e-15


def test_the_steps_are_newton_s():
    """From 0, along H⁻¹g of the formula; no other step of this length could go lower."""
    X, y = course()
    inputs = torch.cat([X, torch.ones_like(X)], dim=1)
    probs = torch.full((len(X),), 0.5, dtype=torch.float64)
    gradient = inputs.T @ (probs - y.flatten()) / len(X)
    hessian = inputs.T @ (probs * (1 - probs) * inputs.T).T / len(X)
    direction = torch.linalg.solve(hessian, gradient)
    lengths = torch.linspace(0, 4, 4001, dtype=torch.float64)
    losses = torch.stack([mean_loss(-length * direction, X, y) for length in lengths])
    best = lengths[losses.argmin()]
    with pytest.raises(ArithmeticError, match="after 1 steps") as caught:
        fit_newton(X, y, max_steps=1)
    after = float(re.search(r"Got (\S+) after", str(caught.value))[1])
    assert best > 1.2, "the plain step would be too short"
    norms = [gradient_at(-length * direction, X, y).norm().item() for length in (1.0, best)]
    assert_close(after, norms[1], rtol=0.1, atol=0)
    assert after < norms[0] / 2


@pytest.mark.parametrize("tol", [1e-2, 1e-4, 1e-6, 1e-8, 1e-10, 1e-12])
def test_it_stops_at_the_first_gradient_that_is_short_enough(tol):
    X, y = wide()
    fit = fit_newton(X, y, tol=tol)
    assert (fit.gradient_norms[:-1] > tol).all()
    assert fit.gradient_norms[-1] <= tol
    assert gradient_at(theta_of(fit), X, y).norm() <= tol * 1.01


def test_a_start_that_is_the_maximum_needs_no_step():
    X = torch.tensor([[-1.0], [1.0], [-1.0], [1.0]])
    fit = fit_newton(X, torch.tensor([[0.0], [1.0], [1.0], [0.0]]))
    assert len(fit.gradient_norms) == 1
    assert theta_of(fit).tolist() == [0.0, 0.0]
    assert_close(fit.loss, math.log(2), rtol=1e-12, atol=0)


def test_without_features_the_bias_is_the_log_odds_of_the_share():
    y = torch.tensor([[1.0], [0.0], [0.0], [0.0]])
    fit = fit_newton(torch.zeros(4, 0), y)
    assert fit.w.shape == (0,)
    assert_close(fit.b.item(), math.log(1 / 3), rtol=1e-9, atol=0)
    # The variance of a log-odds is 1 / (n p (1 − p)).
    assert_close(fit.standard_errors.item(), math.sqrt(1 / (4 * 0.25 * 0.75)), rtol=1e-8, atol=0)


# Standard errors ------------------------------------------------------------------------------------------------


@each_data
def test_the_covariance_is_the_inverse_of_autograd_s_hessian(data):
    X, y = data()
    fit = fit_newton(X, y)
    hessian = torch.autograd.functional.hessian(lambda theta: mean_loss(theta, X, y), theta_of(fit))
    assert_close(fit.covariance, torch.linalg.inv(len(X) * hessian), rtol=1e-6, atol=1e-12)
    assert torch.equal(fit.covariance, fit.covariance.T)
    assert torch.equal(fit.standard_errors, fit.covariance.diagonal().sqrt())


def test_standard_errors_are_the_spread_over_many_data_sets():
    X = torch.linspace(-1, 1, 500, dtype=torch.float64).reshape(-1, 1)
    fits = [fit_newton(X, labels_of(2 * X.flatten() - 0.5, seed)) for seed in range(200)]
    spread = torch.stack([theta_of(fit) for fit in fits]).std(dim=0)
    # A standard deviation of 200 draws is known to 5 %.
    assert_close(fits[0].standard_errors, spread, rtol=0.2, atol=0)


def test_ten_copies_of_the_data_give_standard_errors_root_ten_smaller():
    X, y = moons()
    one, ten = fit_newton(X, y), fit_newton(X.repeat(10, 1), y.repeat(10, 1))
    assert_close(ten.w, one.w, rtol=1e-9, atol=1e-9)
    assert_close(ten.standard_errors, one.standard_errors / math.sqrt(10), rtol=1e-9, atol=0)


def test_the_covariance_is_computed_once():
    fit = fit_newton(*moons())
    assert fit.covariance is fit.covariance


@pytest.mark.parametrize("change", ["centre", "scale", "one sample", "labels", "by NumPy"])
def test_a_covariance_of_samples_that_were_changed_in_place_is_refused(change):
    X, y = moons()
    fit = fit_newton(X, y)
    if change == "centre":
        X -= X.mean(dim=0)
    elif change == "scale":
        X /= X.std(dim=0)
    elif change == "one sample":
        X[3] += 1
    elif change == "labels":
        y[7] = 1 - y[7]
    else:
        X.numpy()[:, 0] *= 2
    message = (
        "X and y must still be those of the fit. Got a gradient that is not 0, so that they were changed in place: "
        "ask for the covariance before, or fit again."
    )
    with pytest.raises(RuntimeError, match=whole(message)):
        _ = fit.standard_errors


def test_a_covariance_that_does_not_exist_is_refused():
    X = torch.tensor([[-1.0, -2.0], [1.0, 2.0], [-1.0, -2.0], [1.0, 2.0]], dtype=torch.float64)
    y = torch.tensor([0.0, 1.0, 1.0, 0.0], dtype=torch.float64)
    zero = torch.zeros(2, dtype=torch.float64)
    fit = NewtonFit(w=zero, b=zero[0], loss=math.log(2), gradient_norms=zero[:1], samples=(X, y))
    message = (
        "The information matrix must have an inverse. Got one that has none, up to rounding: bring the columns "
        "of X to a similar scale, or leave out one that the others nearly make up."
    )
    with pytest.raises(ArithmeticError, match=whole(message)):
        _ = fit.covariance


def test_float32_samples_may_be_changed_in_place():
    X, y, _ = bernoulli_sigmoid(300, generator=seeded(1))
    wanted = fit_newton(X, y).covariance
    fit = fit_newton(X, y)
    X.zero_()
    assert torch.equal(fit.covariance, wanted)


@pytest.mark.parametrize("tol", [1e-1, 1e-4, 1e-12])
def test_the_covariance_belongs_to_any_tol(tol):
    X, y = wide()
    fit = fit_newton(X, y, tol=tol)
    hessian = torch.autograd.functional.hessian(lambda theta: mean_loss(theta, X, y), theta_of(fit))
    assert_close(fit.covariance, torch.linalg.inv(len(X) * hessian), rtol=1e-6, atol=1e-12)


# Difficult columns ----------------------------------------------------------------------------------------------


def test_units_of_the_columns_do_not_matter():
    X, y = wide(n_features=3)
    units = torch.tensor([1e-6, 1.0, 1e6], dtype=torch.float64)
    fit, scaled = fit_newton(X, y, tol=1e-10), fit_newton(X * units, y)
    assert_close(scaled.w * units, fit.w, rtol=1e-8, atol=0)
    assert_close(scaled.b, fit.b, rtol=1e-8, atol=0)
    assert_close(scaled.standard_errors[:-1] * units, fit.standard_errors[:-1], rtol=1e-8, atol=0)


def test_columns_that_are_nearly_the_same_are_told_apart():
    """Their correlation is 1 − 5·10⁻⁹: scikit-learn's own fit serves as the reference."""
    X, y = wide(n_features=2)
    X = torch.stack([X[:, 0], X[:, 0] + 1e-4 * X[:, 1]], dim=1)
    fit = fit_newton(X, y)
    # The same model, written in columns that differ.
    apart = fit_newton(torch.stack([X[:, 0], X[:, 1] - X[:, 0]], dim=1), y)
    assert_close(fit.w[1], apart.w[1], rtol=1e-5, atol=0)
    assert_close(fit.w.sum(), apart.w[0], rtol=1e-5, atol=1e-5)
    assert_close(fit.standard_errors[1], apart.standard_errors[1], rtol=1e-5, atol=0)


def test_a_column_far_from_zero_is_no_constant():
    """Years: 2000 ± 10."""
    X, y = wide(n_features=2)
    fit = fit_newton(X, y)
    years = torch.stack([X[:, 0], 2000 + 10 * X[:, 1]], dim=1)
    moved = fit_newton(years, y, tol=1e-7)
    assert_close(moved.w[0], fit.w[0], rtol=1e-5, atol=0)
    assert_close(moved.w[1] * 10, fit.w[1], rtol=1e-5, atol=0)
    assert_close(moved.loss, fit.loss, rtol=1e-9, atol=0)


COLLINEAR = {
    "a copy": lambda X: torch.cat([X, X[:, :1]], dim=1),
    "a multiple": lambda X: torch.cat([X, -1e5 * X[:, :1]], dim=1),
    "a sum": lambda X: torch.cat([X, X.sum(dim=1, keepdim=True)], dim=1),
    "constant": lambda X: torch.cat([X, torch.full_like(X[:, :1], 3.0)], dim=1),
    "zero": lambda X: torch.cat([X, torch.zeros_like(X[:, :1])], dim=1),
    "dummies of all classes": lambda X: torch.cat([X, (X[:, :1] > 0).double(), (X[:, :1] <= 0).double()], dim=1),
    "more columns than rows": lambda X: X[:5].repeat(1, 2),
}


@pytest.mark.parametrize("make", COLLINEAR.values(), ids=COLLINEAR)
def test_columns_that_others_make_up_are_refused(make):
    X, y = wide(n_features=4)
    X = make(X)
    message = (
        "The columns of X and the constant 1 must be linearly independent. Got a column that the others make up, "
        "so that many weights fit equally well: leave that column out."
    )
    with pytest.raises(ValueError, match=whole(message)) as caught:
        fit_newton(X, y[: len(X)])
    assert not isinstance(caught.value, SeparableDataError)


@pytest.mark.parametrize("seed", range(10))
def test_any_combination_of_columns_is_refused(seed):
    """Rounding leaves a pivot of either sign."""
    X, y = wide(n_features=6)
    weights = torch.randn(6, 1, generator=seeded(seed), dtype=torch.float64)
    with pytest.raises(ValueError, match="must be linearly independent"):
        fit_newton(torch.cat([X, X @ weights + seed], dim=1), y)


# Data that a line separates -------------------------------------------------------------------------------------


def plane(n_samples, seed=9):
    return torch.randn(n_samples, 3, generator=seeded(seed), dtype=torch.float64)


def split(X, w, b):
    """Label by the side of a plane."""
    return (X @ torch.tensor(w, dtype=torch.float64) + b > 0).double().reshape(-1, 1)


def one_on_the_line(x, y):
    return torch.tensor(x).reshape(-1, 1), torch.tensor(y).reshape(-1, 1)


def dummy_that_knows():
    """Where the second feature is 1, all labels are 1: its weight has no limit, while the others have one."""
    X, y = course()
    dummy = (torch.arange(len(X)) % 100 == 7).double().reshape(-1, 1)
    return torch.cat([X, dummy], dim=1), torch.where(dummy == 1, 1.0, y)


def half_separated():
    X, y = two_moons(300, generator=seeded(1))
    X = X.double()
    # Far to the right lies a cloud of class 1 that no other sample reaches; a dummy column marks it.
    X = torch.cat([X, torch.randn(50, 2, generator=seeded(2), dtype=torch.float64) + 9])
    mark = torch.zeros(350, 1, dtype=torch.float64)
    mark[300:] = 1
    return torch.cat([X, mark], dim=1), torch.cat([y.double(), torch.ones(50, 1, dtype=torch.float64)])


SEPARABLE = {
    "four students": study_hours,
    "six points": two_features,
    "many, by a plane": lambda: (plane(3000), split(plane(3000), [1.0, -2.0, 0.5], 0.3)),
    "more features than needed": lambda: (
        torch.cat([plane(40, s) for s in range(12)], dim=1),
        split(plane(40), [1.0, 0, 0], 0),
    ),
    "one class": lambda: (plane(50), torch.ones(50, 1)),
    "the other class": lambda: (plane(50), torch.zeros(50, 1)),
    "one class, no feature": lambda: (torch.zeros(5, 0), torch.ones(5, 1)),
    "two on the line": lambda: one_on_the_line([1.0, 2.0, 2.0, 3.0], [0.0, 0.0, 1.0, 1.0]),
    "many on the line": lambda: one_on_the_line([1.0] + [2.0] * 98 + [3.0], [0.0] + [0.0, 1.0] * 49 + [1.0]),
    "little beside the line": lambda: one_on_the_line([1.0] + [1.001] * 98 + [1.002], [0.0] + [0.0, 1.0] * 49 + [1.0]),
    "on the line, badly scaled": lambda: one_on_the_line([1e6, 2e6, 2e6, 3e6], [0.0, 0.0, 1.0, 1.0]),
    "on the line, tiny": lambda: one_on_the_line([1e-9, 2e-9, 2e-9, 3e-9], [0.0, 0.0, 1.0, 1.0]),
    "a dummy that knows": dummy_that_knows,
    "a cloud apart": half_separated,
    "badly scaled": lambda: (1e6 * study_hours().X, study_hours().y),
    "far from zero": lambda: (1e3 + study_hours().X, study_hours().y),
}


@pytest.mark.parametrize("data", SEPARABLE.values(), ids=SEPARABLE)
@pytest.mark.parametrize("tol", [1e-2, 1e-8])
def test_separable_data_has_no_maximum(data, tol):
    message = (
        "The classes must overlap for the likelihood to have a maximum. Got data that a line separates: ever "
        "larger weights fit ever better, and no finite ones are best. Collect more samples, use fewer features, "
        "or add weight decay."
    )
    with pytest.raises(SeparableDataError, match=whole(message)):
        fit_newton(*data(), tol=tol)


@pytest.mark.parametrize("data", [course, moons, wide, rare, skewed])
def test_where_the_steps_prove_the_overlap_no_linear_program_is_asked(data, monkeypatch):
    monkeypatch.setattr(newton, "linprog", None)
    fit_newton(*data())
    fit_newton(*data(), tol=1e-2)


def test_where_the_weights_prove_the_separation_no_linear_program_is_asked(monkeypatch):
    monkeypatch.setattr(newton, "linprog", None)
    for data in (study_hours, two_features, SEPARABLE["many, by a plane"], SEPARABLE["one class"]):
        with pytest.raises(SeparableDataError):
            fit_newton(*data())


@pytest.mark.parametrize("name", ["six points", "many, by a plane", "many on the line", "a dummy that knows"])
def test_separable_data_is_told_soon(name, monkeypatch):
    """As soon as the curvature is lost, not after max_steps."""
    n_steps = 0
    newton_step = newton._newton_step

    def count(*arguments):
        nonlocal n_steps
        n_steps += 1
        return newton_step(*arguments)

    monkeypatch.setattr(newton, "_newton_step", count)
    with pytest.raises(SeparableDataError):
        fit_newton(*SEPARABLE[name](), tol=1e-300)
    assert n_steps <= 45


def test_the_error_is_a_value_error():
    assert issubclass(SeparableDataError, ValueError)


def test_one_sample_on_the_wrong_side_is_enough_for_a_maximum():
    X, y = plane(3000), split(plane(3000), [1.0, -2.0, 0.5], 0.3)
    margins = (2 * y.flatten() - 1) * (X @ torch.tensor([1.0, -2.0, 0.5], dtype=torch.float64) + 0.3)
    other_side = margins.argsort()[len(X) // 10]
    y[other_side] = 1 - y[other_side]
    fit = fit_newton(X, y, tol=1e-10)
    w, b = by_scikit_learn(X, y)
    assert_close(fit.w, w, rtol=1e-5, atol=0)
    assert_close(fit.b, b, rtol=1e-5, atol=0)


@pytest.mark.parametrize("first", range(0, 100, 20))
def test_on_tiny_data_sets_it_raises_where_a_search_over_all_lines_finds_a_separating_one(first):
    """Points on a small grid in any units, where ties are common; every line through two of them is tried."""
    outcomes = set()
    for seed in range(first, first + 20):
        generator = seeded(seed)
        n_samples = int(torch.randint(4, 14, (1,), generator=generator))
        n_values = int(torch.randint(2, 6, (1,), generator=generator))
        grid = torch.randint(0, n_values, (n_samples, 2), generator=generator).double()
        units = 10.0 ** torch.randint(-6, 7, (2,), generator=generator)
        y = torch.randint(0, 2, (n_samples, 1), generator=generator).double()
        if torch.linalg.matrix_rank(torch.cat([grid, torch.ones(n_samples, 1)], dim=1)) < 3:
            continue
        separated = is_separated(grid, y)
        outcomes.add(separated)
        if separated:
            with pytest.raises(SeparableDataError):
                fit_newton(grid * units, y, tol=1e-6)
        else:
            fit = fit_newton(grid * units, y, tol=1e-6)
            assert gradient_at(theta_of(fit), grid * units, y).norm() <= 1.01e-6
    assert outcomes == {False, True}


def is_separated(X, y):
    """Weakly separated data has a separating line through two points, or one label only."""
    if len(y.unique()) == 1:
        return True
    signs = 2 * y.flatten() - 1
    for i, j in itertools.combinations(range(len(X)), 2):
        along = X[j] - X[i]
        normal = torch.stack([-along[1], along[0]])
        for side in (normal, -normal):
            margins = signs * ((X - X[i]) @ side)
            if (margins >= 0).all() and (margins > 0).any():
                return True
    return False


def outlier(far, n_powers, n_wrong=1):
    """Two labels on the wrong side of 0, one sample far out on the wrong side, and powers of x: overlap by a hair."""
    x = torch.cat([torch.linspace(-1, 1, 100, dtype=torch.float64), torch.tensor([far], dtype=torch.float64)])
    y = (x > 0).double()
    y[-1] = 0
    y[50 - n_wrong : 50 + n_wrong] = 1 - y[50 - n_wrong : 50 + n_wrong]
    return torch.stack([x**power for power in range(1, n_powers + 1)], dim=1), y.reshape(-1, 1)


@pytest.mark.parametrize("far", [3.0, 10.0, 30.0, 100.0])
@pytest.mark.parametrize("n_powers", [1, 2, 3])
@pytest.mark.parametrize("n_wrong", [1, 2, 5])
def test_where_a_long_step_is_tempting_it_still_arrives(far, n_powers, n_wrong):
    X, y = outlier(far, n_powers, n_wrong)
    fit = fit_newton(X, y, tol=1e-7)
    assert len(fit.gradient_norms) <= 25
    assert gradient_at(theta_of(fit), X, y).norm() <= 1.01e-7


@pytest.mark.parametrize("tol", [1e-2, 1e-8])
def test_samples_of_very_different_size_that_overlap_by_a_hair_overlap(tol):
    """Their columns reach 9·10⁶, and what overlaps lies at 0.01: a linear program solved to 7 digits sees a line."""
    x = torch.cat([torch.linspace(-1, 1, 100, dtype=torch.float64), torch.tensor([1e3, 2e3, 3e3], dtype=torch.float64)])
    y = (x > 0).double()
    y[100:] = 0
    y[49:51] = 1 - y[49:51]
    X, y = torch.stack([x, x**2], dim=1), y.reshape(-1, 1)
    assert gradient_at(theta_of(fit_newton(X, y, tol=tol)), X, y).norm() <= 1.01 * tol


@pytest.mark.parametrize("seed", range(12))
def test_heavy_tails_and_steep_slopes(seed):
    generator = seeded(seed)
    X = torch.randn(60, 3, generator=generator, dtype=torch.float64).exp() ** 2
    scores = (X - X.mean(dim=0)) / X.std(dim=0)
    y = labels_of(4 * scores.sum(dim=1), seed)
    y[:2] = 1 - y[:2]
    fit = fit_newton(X, y)
    assert gradient_at(theta_of(fit), X, y).norm() <= 1.01e-8


def test_the_length_of_a_step_is_that_of_the_lowest_loss():
    """From gentle steps to those that leap over the valley, where both ends are flat to the last digit."""
    lengths = 10.0 ** torch.linspace(-6, 6, 12_001, dtype=torch.float64)
    for size in (1e-5, 0.1, 1.0, 30.0, 1e3, 1e5):
        generator = seeded(13)
        logits = torch.randn(50, generator=generator, dtype=torch.float64)
        change = size * torch.randn(50, generator=generator, dtype=torch.float64)
        y = (change < 0).double()
        y[:5] = 1 - y[:5]
        moved = change.abs().max().item()
        found = newton._length(logits, change, y, moved)
        losses = binary_cross_entropy_with_logits(
            logits - lengths.reshape(-1, 1) * change, y.expand(len(lengths), 50), reduction="none"
        ).mean(dim=1)
        best = lengths[losses.argmin()].item()
        assert abs(found - best) * moved < 0.3, size


def test_a_step_that_ends_at_the_very_lowest_point_stays_there():
    logits, y = torch.tensor([2.0, 2.0], dtype=torch.float64), torch.tensor([1.0, 0.0], dtype=torch.float64)
    assert newton._length(logits, logits.clone(), y, moved=2.0) == 1.0


def test_a_step_crosses_a_plain_that_is_flat_to_the_last_digit():
    """One sample is wrong by 800 nats, the other right by 2,000: all slope and no curvature, until t is about 800."""
    logits, y = torch.tensor([-800.0, -2000.0], dtype=torch.float64), torch.tensor([1.0, 0.0], dtype=torch.float64)
    change = torch.tensor([-1.0, -1.0], dtype=torch.float64)
    t = newton._length(logits, change, y, moved=1.0)
    assert binary_cross_entropy_with_logits(logits - t * change, y) < 1e-10


# Many samples ---------------------------------------------------------------------------------------------------


def many(n_features=3, n_samples=60_000):
    X = torch.randn(n_samples, n_features, generator=seeded(11), dtype=torch.float64)
    return X, labels_of(X.sum(dim=1) - 1, seed=12)


def test_with_many_samples_the_start_is_near_the_fit_of_a_part():
    X, y = many()
    assert len(X) >= newton.MANY
    fit = fit_newton(X, y)
    part = fit_newton(X[::8], y[::8], tol=1e-4)
    assert fit.gradient_norms[0] < gradient_at(theta_of(part), X, y).norm() / 10
    assert len(fit.gradient_norms) <= 3
    w, b = by_scikit_learn(X, y)
    assert_close(fit.w, w, rtol=1e-6, atol=1e-6)
    assert_close(fit.b, b, rtol=1e-6, atol=1e-6)


def test_many_samples_may_be_sorted():
    X, y = many()
    order = y.flatten().argsort(stable=True)
    assert_close(fit_newton(X[order], y[order]).w, fit_newton(X, y).w, rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize("lacks", ["class", "column"])
def test_what_the_part_lacks_is_found_in_all_samples(lacks):
    """Every 8th sample is of one class, or has no value in a column: the start is 0, the fit is right."""
    X, y = many()
    if lacks == "class":
        y[::8] = 1.0
    else:
        X[::8, 2] = 0
    fit = fit_newton(X, y)
    assert_close(fit.gradient_norms[0], gradient_at(torch.zeros(4, dtype=torch.float64), X, y).norm())
    w, _ = by_scikit_learn(X, y)
    assert_close(fit.w, w, rtol=1e-6, atol=1e-6)


def test_many_samples_that_a_line_separates():
    X, _ = many()
    with pytest.raises(SeparableDataError):
        fit_newton(X, split(X, [1.0, 2.0, 3.0], 0.1))


# What belongs to the caller -------------------------------------------------------------------------------------


def test_float32_is_computed_in_float64():
    X, y, _ = bernoulli_sigmoid(generator=seeded(43052))
    assert X.dtype == torch.float32
    fit, wanted = fit_newton(X, y), fit_newton(*course())
    for name in ("w", "b", "covariance", "standard_errors", "gradient_norms"):
        assert getattr(fit, name).dtype == torch.float64
        assert torch.equal(getattr(fit, name), getattr(wanted, name))
    assert type(fit.loss) is float
    assert (fit.w.shape, fit.b.shape, fit.covariance.shape) == ((1,), (), (2, 2))


def test_rows_and_columns_need_not_lie_side_by_side():
    X, y = wide(n_features=4)
    fit = fit_newton(X[::2, ::2], y[::2])
    assert_close(fit.w, fit_newton(X[::2, ::2].contiguous(), y[::2].contiguous()).w, rtol=1e-10, atol=0)
    turned = fit_newton(X.T.contiguous().T, y)
    assert_close(turned.w, fit_newton(X, y).w, rtol=1e-10, atol=0)


@pytest.mark.parametrize("mode", [torch.no_grad, torch.inference_mode, torch.enable_grad])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_nothing_of_the_caller_is_changed(mode, dtype):
    X, y = course()
    X, y = X.to(dtype), y.to(dtype)
    kept = X.clone(), y.clone()
    X.requires_grad_(), y.requires_grad_()
    state = torch.get_rng_state()
    with mode():
        before = torch.is_grad_enabled(), torch.is_inference_mode_enabled()
        fit = fit_newton(X, y)
        assert (torch.is_grad_enabled(), torch.is_inference_mode_enabled()) == before
    assert torch.equal(X.detach(), kept[0])
    assert torch.equal(y.detach(), kept[1])
    assert X.grad is None
    assert not any(tensor.requires_grad for tensor in (fit.w, fit.b, fit.covariance))
    assert torch.equal(torch.get_rng_state(), state)


def test_a_default_dtype_of_the_caller_changes_nothing():
    X, y, _ = bernoulli_sigmoid(300, generator=seeded(1))
    wanted = fit_newton(X, y)
    torch.set_default_dtype(torch.float64)
    try:
        fit = fit_newton(X, y)
    finally:
        torch.set_default_dtype(torch.float32)
    assert torch.equal(fit.covariance, wanted.covariance)


def test_a_fit_cannot_be_changed_by_accident():
    fit = fit_newton(*moons())
    assert isinstance(fit, NewtonFit)
    with pytest.raises(AttributeError):
        fit.loss = 0.0


# Errors ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("tol", [0.0, -1e-8, 0])
def test_tol_is_above_zero(tol):
    with pytest.raises(ValueError, match=whole(f"tol must be above 0. Got {tol}: pass a length such as tol=1e-8.")):
        fit_newton(*moons(), tol=tol)


@pytest.mark.parametrize(("tol", "error"), [(math.nan, ValueError), (math.inf, ValueError), ("1e-8", TypeError)])
def test_tol_is_a_finite_number(tol, error):
    with pytest.raises(error, match=r"^tol must be "):
        fit_newton(*moons(), tol=tol)


def test_max_steps_is_a_count():
    with pytest.raises(ValueError, match=whole("max_steps must be at least 1. Got 0: pass 1 or more.")):
        fit_newton(*moons(), max_steps=0)
    with pytest.raises(TypeError, match=r"^max_steps must be a whole number\. Got 2\.5"):
        fit_newton(*moons(), max_steps=2.5)


def test_too_few_steps_are_told():
    X, y = course()
    n_steps = len(fit_newton(X, y).gradient_norms) - 1
    assert len(fit_newton(X, y, max_steps=n_steps).gradient_norms) == n_steps + 1
    message = (
        rf"^The gradient must get no longer than tol = 1e-08\. Got \S+ after {n_steps - 1} steps: pass a larger tol "
        r"or more max_steps, or bring the columns of X to a similar scale\.$"
    )
    with pytest.raises(ArithmeticError, match=message):
        fit_newton(X, y, max_steps=n_steps - 1)


def test_a_gradient_that_rounding_forbids_is_told_soon():
    X, y = course()
    with pytest.raises(ArithmeticError, match=r"tol = 1e-30\. Got \S+ after (\d|1\d) steps: pass a larger tol"):
        fit_newton(X, y, tol=1e-30)


def test_features_are_a_finite_floating_matrix():
    _, y = moons()
    for X, got in [(torch.zeros(200, 2, dtype=torch.int64), "a tensor of torch.int64"), ([[1.0]], "list")]:
        with pytest.raises(
            TypeError,
            match=whole(f"X must be a floating tensor. Got {got}: pass torch.tensor(X, dtype=torch.float32)."),
        ):
            fit_newton(X, y)
    for shape in [(200,), (0, 2), (1, 200, 2), ()]:
        with pytest.raises(ValueError, match=rf"^X must have the shape .* Got {re.escape(str(shape))}: "):
            fit_newton(torch.zeros(shape), y)


@pytest.mark.parametrize(("values", "n_wrong"), [([math.nan], 1), ([math.inf], 1), ([math.inf, -math.inf], 2)])
def test_features_are_finite(values, n_wrong):
    X, y = moons()
    X[7 : 7 + len(values), 1] = torch.tensor(values, dtype=torch.float64)
    message = f"X must be finite. Got {n_wrong} values that are nan or inf: drop or fill those samples."
    with pytest.raises(ValueError, match=whole(message)):
        fit_newton(X, y)


def test_features_may_be_so_large_that_their_sum_is_not():
    """Float32 ends at 3.4e38; the fit, in float64, does not."""
    X, y = wide(n_features=1)
    fit = fit_newton((X.abs() * 1e37).float(), y, tol=1e25)
    assert_close(fit.w * 1e37, fit_newton(X.abs(), y).w, rtol=1e-3, atol=0)


def test_labels_are_a_column_of_0_and_1():
    X, y = moons()
    with pytest.raises(ValueError, match=r"^Binary labels must be 0 or 1\. Got 0\.5: "):
        fit_newton(X, y.clamp_min(0.5))
    with pytest.raises(
        ValueError, match=r"^Binary labels must have the shape \(n_samples, 1\) = \(200, 1\)\. Got \(200,\)"
    ):
        fit_newton(X, y.flatten())
    with pytest.raises(
        ValueError, match=r"^Binary labels must have the shape \(n_samples, 1\) = \(200, 1\)\. Got \(199, 1\)"
    ):
        fit_newton(X, y[1:])
    with pytest.raises(TypeError, match=r"^Binary labels must be a floating tensor\. Got a tensor of torch\.int64"):
        fit_newton(X, y.long())
