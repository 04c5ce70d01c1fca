"""The data sets hold the numbers that the notebooks talk about, and chance comes from the generator alone."""

import pytest
import torch
from sklearn.datasets import load_breast_cancer, load_digits, make_moons
from torch.testing import assert_close

from helpers.datasets import (
    bernoulli_sigmoid,
    breast_cancer,
    digits,
    eight_samples,
    line,
    study_hours,
    three_blobs,
    two_features,
    two_moons,
)

EIGHT = [[3, 3, 2, 5], [2, 1, 3, 2], [3, 1, 3, 4], [2, 3, 5, 1], [1, 7, 5, 5], [9, 6, 3, 3], [4, 1, 2, 3], [1, 7, 3, 7]]
FIXED = {
    line: ([[1], [2], [3]], [[2], [4], [6]]),
    study_hours: ([[1], [2], [3], [4]], [[0], [0], [1], [1]]),
    two_features: ([[1, 2], [2, 3], [3, 1], [4, 3], [5, 3], [6, 2]], [[0], [0], [0], [1], [1], [1]]),
    eight_samples: (EIGHT, [2, 2, 2, 1, 1, 1, 0, 0]),
}
RANDOM = [bernoulli_sigmoid, three_blobs, two_moons]
REAL = {breast_cancer: load_breast_cancer, digits: load_digits}


def seeded(seed=43052):
    return torch.Generator().manual_seed(seed)


def assert_same(found, wanted):
    """Equal to the last bit, in shape and in dtype."""
    assert_close(tuple(found), tuple(wanted), rtol=0, atol=0)


@pytest.mark.parametrize("make", FIXED)
def test_a_fixed_data_set_holds_the_lectures_numbers(make):
    X, y = FIXED[make]
    y_dtype = torch.int64 if make is eight_samples else torch.float32
    assert_same(make(), (torch.tensor(X, dtype=torch.float32), torch.tensor(y, dtype=y_dtype)))


@pytest.mark.parametrize("make", [*FIXED, *RANDOM, *REAL])
def test_the_default_dtype_changes_nothing(make):
    wanted = make(generator=seeded()) if make in RANDOM else make()
    torch.set_default_dtype(torch.float64)
    try:
        found = make(generator=seeded()) if make in RANDOM else make()
    finally:
        torch.set_default_dtype(torch.float32)
    assert_same(found[:2], wanted[:2])


@pytest.mark.parametrize("make", REAL)
def test_real_data_are_scikit_learn_s_with_the_dtypes_of_the_course(make):
    data, source = make(), REAL[make]()
    assert torch.equal(data.X, torch.tensor(source.data).float())
    assert (data.feature_names, {type(name) for name in data.feature_names}) == (list(source.feature_names), {str})
    assert data.X.dtype == torch.float32


def test_the_positive_class_of_the_tumours_is_the_malignant_one():
    y, source = breast_cancer().y, load_breast_cancer()
    assert (y.shape, y.dtype, int(y.sum())) == ((569, 1), torch.float32, 212)
    assert source.target_names[source.target[(y[:, 0] == 1).numpy()]].tolist() == ["malignant"] * 212
    groups = [{name.split()[part] for name in breast_cancer().feature_names[i : i + 10]}
              for i, part in ((0, 0), (10, -1), (20, 0))]  # fmt: skip
    assert groups == [{"mean"}, {"error"}, {"worst"}]


def test_a_digit_s_label_is_its_class():
    y = digits().y
    assert torch.equal(y, torch.tensor(load_digits().target).long())
    assert (y.shape, y.dtype, y.unique().tolist()) == ((1797,), torch.int64, list(range(10)))


def test_bernoulli_sigmoid_draws_the_published_labels():
    X, y, probs = bernoulli_sigmoid(generator=seeded(43052))
    with torch.random.fork_rng():
        torch.manual_seed(43052)
        odds = torch.exp(-1 + 5 * torch.linspace(-1, 1, 2000).reshape(-1, 1))
        assert_same([X, y], [torch.linspace(-1, 1, 2000).reshape(-1, 1), torch.bernoulli(odds / (1 + odds))])
    assert_close(probs, odds / (1 + odds))
    assert y.sum() == 795


def test_bernoulli_sigmoid_has_the_log_odds_that_were_asked_for():
    data = bernoulli_sigmoid(50, w=-2.0, b=0.5, generator=seeded())
    assert_close(torch.logit(data.probs), -2.0 * data.X + 0.5)
    assert {(t.shape, t.dtype) for t in data} == {((50, 1), torch.float32)}


def test_bernoulli_sigmoid_is_calm_at_logits_of_a_thousand():
    data = bernoulli_sigmoid(3, w=1000.0, b=0.0, generator=seeded())
    assert data.probs.flatten().tolist() == [0.0, 0.5, 1.0]
    assert data.y[[0, 2], 0].tolist() == [0.0, 1.0]


def test_three_blobs_are_in_order_of_class_around_their_centres():
    X, y = three_blobs(4000, generator=seeded())
    assert torch.equal(y, torch.arange(3).repeat_interleave(4000))
    means = X.reshape(3, 4000, 2).mean(dim=1)
    # Five standard errors of a mean of 4000 values with variance 1.
    assert_close(means, torch.tensor([[-1.4, -0.8], [1.4, -0.8], [0.0, 1.6]]), rtol=0, atol=5 / 4000**0.5)
    for k in range(3):
        assert_close(X[y == k].T.cov(), torch.eye(2), rtol=0, atol=0.12)


@pytest.mark.parametrize("n_samples", [1, 2, 40, 41])
def test_two_moons_without_noise_are_scikit_learn_s(n_samples):
    data, n_first = two_moons(n_samples, noise=0.0, generator=seeded()), (n_samples + 1) // 2
    X, y = make_moons((n_first, n_samples - n_first), shuffle=False)
    assert_close(data.X, torch.tensor(X, dtype=torch.float32), rtol=0, atol=1e-6)
    assert_same([data.y], [torch.tensor(y, dtype=torch.float32).reshape(-1, 1)])


def test_two_moons_have_the_noise_that_was_asked_for():
    noisy, clean = (two_moons(4000, noise, generator=seeded()).X for noise in (0.3, 0.0))
    assert_close((noisy - clean).std(dim=0), torch.tensor([0.3, 0.3]), rtol=0.06, atol=0)
    assert_close((noisy - clean).mean(dim=0), torch.zeros(2), rtol=0, atol=0.03)


@pytest.mark.parametrize("make", RANDOM)
def test_chance_comes_from_the_generator_alone(make):
    state, generator = torch.get_rng_state(), seeded(5)
    first, second = make(generator=generator), make(generator=generator)
    assert torch.equal(torch.get_rng_state(), state)
    torch.rand(1)
    assert_same(make(generator=seeded(5)), first)
    assert not all(torch.equal(a, b) for a, b in zip(first, second, strict=True)), "a generator moves on"
