"""The data sets hold the numbers that the notebooks talk about, and chance comes from the generator alone."""

import numpy as np
import pytest
import torch
from sklearn.datasets import make_moons
from torch.testing import assert_close

from helpers.datasets import (
    bernoulli_sigmoid,
    eight_samples,
    line,
    study_hours,
    three_blobs,
    two_features,
    two_moons,
)

SAMPLERS = [bernoulli_sigmoid, three_blobs, two_moons]


def seeded(seed=43052):
    return torch.Generator().manual_seed(seed)


def assert_same(tensor, values, dtype=torch.float32):
    assert_close(tensor, torch.tensor(values, dtype=dtype), rtol=0, atol=0)


def test_line():
    data = line()
    assert_same(data.X, [[1], [2], [3]])
    assert_same(data.y, [[2], [4], [6]])


def test_study_hours():
    data = study_hours()
    assert_same(data.X, [[1], [2], [3], [4]])
    assert_same(data.y, [[0], [0], [1], [1]])


def test_two_features():
    data = two_features()
    assert_same(data.X, [[1, 2], [2, 3], [3, 1], [4, 3], [5, 3], [6, 2]])
    assert_same(data.y, [[0], [0], [0], [1], [1], [1]])


def test_eight_samples():
    data = eight_samples()
    rows = [
        [3, 3, 2, 5],
        [2, 1, 3, 2],
        [3, 1, 3, 4],
        [2, 3, 5, 1],
        [1, 7, 5, 5],
        [9, 6, 3, 3],
        [4, 1, 2, 3],
        [1, 7, 3, 7],
    ]
    assert_same(data.X, rows)
    assert_same(data.y, [2, 2, 2, 1, 1, 1, 0, 0], dtype=torch.int64)


@pytest.mark.parametrize("make", [line, study_hours, two_features, eight_samples])
def test_a_change_by_the_caller_does_not_reach_the_next_one(make):
    kept = make().X.clone()
    make().X.zero_()
    assert_close(make().X, kept)


def test_bernoulli_sigmoid_draws_the_lecture_s_labels():
    data = bernoulli_sigmoid(generator=seeded(43052))
    with torch.random.fork_rng():
        torch.manual_seed(43052)
        X = torch.linspace(-1, 1, 2000).reshape(-1, 1)
        u = -1 + 5 * X
        v = torch.exp(u) / (1 + torch.exp(u))
        y = torch.bernoulli(v)
    assert torch.equal(data.X, X)
    assert torch.equal(data.y, y)
    assert_close(data.probs, v)


def test_bernoulli_sigmoid_has_the_log_odds_that_were_asked_for():
    data = bernoulli_sigmoid(50, w=-2.0, b=0.5, generator=seeded())
    assert_close(torch.logit(data.probs), -2.0 * data.X + 0.5)
    for tensor in data:
        assert tensor.shape == (50, 1)
        assert tensor.dtype == torch.float32


def test_bernoulli_sigmoid_is_calm_at_logits_of_a_thousand():
    data = bernoulli_sigmoid(101, w=1000.0, b=0.0, generator=seeded())
    assert data.probs.isfinite().all()
    assert_same(data.probs[[0, 100], 0], [0, 1])
    assert_same(data.y[[0, 100], 0], [0, 1])


def test_bernoulli_sigmoid_has_as_many_ones_as_its_probabilities_say():
    data = bernoulli_sigmoid(20_000, generator=seeded())
    spread = (data.probs * (1 - data.probs)).sum().sqrt()
    assert (data.y - data.probs).sum().abs() < 4 * spread


def test_three_blobs_are_in_order_of_class_around_their_centres():
    data = three_blobs(4000, generator=seeded())
    assert torch.equal(data.y, torch.arange(3).repeat_interleave(4000))
    means = torch.stack([data.X[data.y == k].mean(dim=0) for k in range(3)])
    # 5 standard errors of a mean of 4000 values with variance 1.
    assert_close(means, torch.tensor([[-1.4, -0.8], [1.4, -0.8], [0.0, 1.6]]), rtol=0, atol=5 / 4000**0.5)
    for k in range(3):
        assert_close(data.X[data.y == k].T.cov(), torch.eye(2), rtol=0, atol=0.12)


def test_three_blobs_have_their_shapes():
    data = three_blobs(7, generator=seeded())
    assert (data.X.shape, data.X.dtype) == ((21, 2), torch.float32)
    assert (data.y.shape, data.y.dtype) == ((21,), torch.int64)
    assert len(three_blobs(generator=seeded()).X) == 120


@pytest.mark.parametrize("n_samples", [1, 2, 40, 41])
def test_two_moons_without_noise_are_scikit_learn_s(n_samples):
    data = two_moons(n_samples, noise=0.0, generator=seeded())
    n_first = (n_samples + 1) // 2
    X, y = make_moons((n_first, n_samples - n_first), shuffle=False)
    assert_close(data.X, torch.tensor(X, dtype=torch.float32), rtol=0, atol=1e-6)
    assert_close(data.y, torch.tensor(y, dtype=torch.float32).reshape(-1, 1))


def test_two_moons_have_the_noise_that_was_asked_for():
    noisy = two_moons(4000, noise=0.3, generator=seeded())
    clean = two_moons(4000, noise=0.0, generator=seeded())
    noise = noisy.X - clean.X
    assert_close(noise.std(dim=0), torch.tensor([0.3, 0.3]), rtol=0.06, atol=0)
    assert_close(noise.mean(dim=0), torch.zeros(2), rtol=0, atol=0.03)
    assert torch.equal(noisy.y, clean.y)


@pytest.mark.parametrize("make", SAMPLERS)
def test_the_same_state_gives_the_same_data(make):
    first, again, other = (make(generator=seeded(seed)) for seed in (5, 5, 6))
    assert all(torch.equal(a, b) for a, b in zip(first, again, strict=True))
    assert any(not torch.equal(a, b) for a, b in zip(first, other, strict=True))


@pytest.mark.parametrize("make", SAMPLERS)
def test_a_generator_moves_on(make):
    generator = seeded()
    first, second = make(generator=generator), make(generator=generator)
    assert any(not torch.equal(a, b) for a, b in zip(first, second, strict=True))


@pytest.mark.parametrize("make", SAMPLERS)
def test_the_global_state_of_chance_is_left_alone(make):
    torch_state, numpy_state = torch.get_rng_state(), np.random.get_state()[1].copy()  # noqa: NPY002
    make(generator=seeded())
    assert torch.equal(torch.get_rng_state(), torch_state)
    assert (np.random.get_state()[1] == numpy_state).all()  # noqa: NPY002


@pytest.mark.parametrize("make", SAMPLERS)
def test_the_generator_is_needed_by_name(make):
    with pytest.raises(TypeError, match="generator"):
        make()
    with pytest.raises(TypeError, match=r"generator must be a torch\.Generator\. Got 3 \(int\)"):
        make(generator=3)


@pytest.mark.parametrize(
    ("make", "name"), [(bernoulli_sigmoid, "n_samples"), (three_blobs, "n_per_class"), (two_moons, "n_samples")]
)
def test_sizes_are_counts(make, name):
    with pytest.raises(ValueError, match=rf"^{name} must be at least 1\. Got 0: pass 1 or more\.$"):
        make(0, generator=seeded())
    with pytest.raises(TypeError, match=rf"^{name} must be a whole number\. Got 2\.5 \(float\)"):
        make(2.5, generator=seeded())


@pytest.mark.parametrize("name", ["w", "b"])
def test_weights_are_finite(name):
    with pytest.raises(ValueError, match=rf"^{name} must be finite\. Got inf"):
        bernoulli_sigmoid(generator=seeded(), **{name: float("inf")})


def test_noise_is_a_standard_deviation():
    message = r"^noise must be at least 0\. Got -0\.1: pass a standard deviation such as noise=0\.2\.$"
    with pytest.raises(ValueError, match=message):
        two_moons(noise=-0.1, generator=seeded())
    with pytest.raises(ValueError, match=r"^noise must be finite\. Got nan"):
        two_moons(noise=float("nan"), generator=seeded())
