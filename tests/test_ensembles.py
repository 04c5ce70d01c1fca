"""Each model of ``fit_many`` takes the path it would take alone, in PyTorch's own loop, and errors are clear."""

import math
import re

import pytest
import torch
from torch import nn
from torch.testing import assert_close

from helpers.datasets import bernoulli_sigmoid, line, two_features, two_moons
from helpers.ensembles import fit_many


@pytest.fixture(autouse=True)
def _one_thread():
    """Threads that wait for each other make tiny models slow on a busy machine."""
    n_threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(n_threads)


def whole(message):
    return "^" + re.escape(message) + "$"


def squared_errors(logits, y):
    return (torch.sigmoid(logits) - y) ** 2


def mean_squared_error(logits, y):
    return squared_errors(logits, y).mean()


# The loss of each sample, as fit_many wants it, and their mean, as a loop wants it.
LOSSES = {
    "BCE": (nn.BCEWithLogitsLoss(reduction="none"), nn.BCEWithLogitsLoss()),
    "MSE": (squared_errors, mean_squared_error),
}
each_loss = pytest.mark.parametrize(("each", "mean"), LOSSES.values(), ids=LOSSES)
each_precision = pytest.mark.parametrize(
    ("dtype", "close"),
    [(torch.float32, {"rtol": 1e-6, "atol": 1e-6}), (torch.float64, {"rtol": 1e-12, "atol": 1e-12})],
    ids=["float32", "float64"],
)
BCE = LOSSES["BCE"][0]


def curve(dtype=torch.float32):
    X, y, _ = bernoulli_sigmoid(60, generator=torch.Generator().manual_seed(3))
    return X.to(dtype), y.to(dtype)


def moons(dtype=torch.float32):
    """Three features: the square of the first is one."""
    X, y = two_moons(50, generator=torch.Generator().manual_seed(3))
    return torch.cat([X, X[:, :1] ** 2], dim=1).to(dtype), y.to(dtype)


def starts_of(n_models, n_features, size=2.0, dtype=torch.float32):
    uniform = torch.rand(n_models, n_features + 1, generator=torch.Generator().manual_seed(5), dtype=dtype)
    return size * (2 * uniform - 1)


def alone(start, X, y, loss_fn, learning_rate, n_epochs):
    """Train one model as any PyTorch book does; return its losses, weights and biases."""
    model = nn.Linear(X.shape[1], 1, dtype=X.dtype)
    with torch.no_grad():
        model.weight.copy_(start[:-1])
        model.bias.copy_(start[-1:])
    optimizer = torch.optim.SGD(model.parameters(), lr=learning_rate)
    losses, weights, biases = [], [], []
    for _ in range(n_epochs):
        loss = loss_fn(model(X), y)
        losses.append(loss.detach())
        weights.append(model.weight.detach()[0].clone())
        biases.append(model.bias.detach()[0].clone())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return torch.stack(losses), torch.stack(weights), torch.stack(biases)


# The numbers ----------------------------------------------------------------------------------------------------


@each_precision
@each_loss
@pytest.mark.parametrize("data", [curve, moons], ids=["one feature", "three features"])
def test_each_model_is_the_run_alone(data, each, mean, dtype, close):
    X, y = data(dtype)
    starts = starts_of(7, X.shape[1], dtype=dtype)
    history = fit_many(starts, X, y, loss_fn=each, learning_rate=0.5, n_epochs=60)
    weight, bias = history.parameters["weight"], history.parameters["bias"]
    assert torch.equal(weight[0], starts[:, :-1])
    assert torch.equal(bias[0], starts[:, -1])
    for i, start in enumerate(starts):
        losses, weights, biases = alone(start, X, y, mean, 0.5, 60)
        # It is a path worth comparing: each model has moved far.
        assert (weights[-1] - weights[0]).norm() > 0.1
        assert_close(history.loss[:, i], losses, **close)
        assert_close(weight[:, i], weights, **close)
        assert_close(bias[:, i], biases, **close)


@each_loss
def test_each_model_may_have_its_own_learning_rate(each, mean):
    X, y = moons(torch.float64)
    starts = starts_of(4, 3, dtype=torch.float64)
    rates = torch.tensor([0.01, 0.1, 0.5, 1.0])
    history = fit_many(starts, X, y, loss_fn=each, learning_rate=rates, n_epochs=30)
    for i, (start, rate) in enumerate(zip(starts, rates, strict=True)):
        losses, weights, biases = alone(start, X, y, mean, rate.item(), 30)
        assert_close(history.loss[:, i], losses, rtol=1e-12, atol=0)
        assert_close(history.parameters["weight"][:, i], weights, rtol=1e-12, atol=1e-12)
        assert_close(history.parameters["bias"][:, i], biases, rtol=1e-12, atol=1e-12)


def test_without_features_the_bias_is_trained():
    y = torch.tensor([[1.0], [0.0], [0.0], [0.0]])
    history = fit_many(torch.zeros(2, 1), torch.zeros(4, 0), y, loss_fn=BCE, learning_rate=1.0, n_epochs=100)
    assert history.parameters["weight"].shape == (100, 2, 0)
    assert_close(history.parameters["bias"][-1], torch.full((2,), math.log(1 / 3)))


@pytest.mark.parametrize("rate", [0.25, torch.tensor(0.25), torch.full((5,), 0.25)])
def test_one_learning_rate_is_the_same_for_all(rate):
    X, y = curve()
    settings = {"loss_fn": BCE, "n_epochs": 4}
    history = fit_many(starts_of(5, 1), X, y, learning_rate=rate, **settings)
    assert torch.equal(
        history.parameters["weight"],
        fit_many(starts_of(5, 1), X, y, learning_rate=0.25, **settings).parameters["weight"],
    )


def test_the_neighbours_in_the_batch_do_not_matter():
    X, y = moons(torch.float64)
    starts = starts_of(300, 3, size=20.0, dtype=torch.float64)
    settings = {"loss_fn": BCE, "learning_rate": 0.3, "n_epochs": 20}
    history = fit_many(starts, X, y, **settings)
    turned = fit_many(starts.flip(0), X, y, **settings)
    assert_close(turned.parameters["weight"].flip(1), history.parameters["weight"], rtol=1e-12, atol=1e-12)
    single = fit_many(starts[17:18], X, y, **settings)
    assert_close(single.loss[:, 0], history.loss[:, 17], rtol=1e-12, atol=0)


@pytest.mark.parametrize(
    ("n_epochs", "record_every", "epochs"),
    [(5, 1, [0, 1, 2, 3, 4]), (5, 2, [0, 2, 4]), (6, 2, [0, 2, 4]), (7, 3, [0, 3, 6]), (3, 10, [0]), (1, 1, [0])],
)
def test_record_every_picks_rows_of_the_full_record(n_epochs, record_every, epochs):
    X, y = curve()
    settings = {"loss_fn": BCE, "learning_rate": 0.5, "n_epochs": n_epochs}
    everything = fit_many(starts_of(3, 1), X, y, **settings)
    history = fit_many(starts_of(3, 1), X, y, record_every=record_every, **settings)
    assert history.epoch.tolist() == epochs
    assert history.epoch.dtype == torch.int64
    assert len(history) == len(epochs)
    assert torch.equal(history.loss, everything.loss[epochs])
    for name, table in history.parameters.items():
        assert torch.equal(table, everything.parameters[name][epochs])


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("other", [torch.float32, torch.float64])
def test_it_is_trained_in_the_dtype_of_X(dtype, other):
    X, y = moons(dtype)
    rates = torch.full((4,), 0.1, dtype=other)
    history = fit_many(starts_of(4, 3, dtype=other), X, y.to(other), loss_fn=BCE, learning_rate=rates, n_epochs=3)
    assert history.loss.dtype == dtype
    assert history.loss.shape == (3, 4)
    assert {name: (tuple(table.shape), table.dtype) for name, table in history.parameters.items()} == {
        "weight": ((3, 4, 3), dtype),
        "bias": ((3, 4), dtype),
    }


def test_a_model_that_diverges_leaves_the_others_alone():
    """BCE cannot diverge so soon; a cubic loss can: its steps grow until they are nan."""
    X, y = curve()
    starts = torch.tensor([[0.1, 0.0], [1e3, 0.0], [-0.2, 0.1]])
    settings = {"loss_fn": lambda logits, y: (logits - y).abs() ** 3, "learning_rate": 0.1, "n_epochs": 30}
    history = fit_many(starts, X, y, **settings)
    assert history.loss[-1].isnan().tolist() == [False, True, False]
    first_nan = int(history.loss[:, 1].isnan().nonzero()[0])
    assert 0 < first_nan < 29
    assert history.loss[first_nan:, 1].isnan().all()
    others = fit_many(starts[[0, 2]], X, y, **settings)
    assert_close(history.loss[:, [0, 2]], others.loss, rtol=1e-6, atol=0)
    assert_close(history.parameters["weight"][:, [0, 2]], others.parameters["weight"], rtol=1e-6, atol=1e-7)


@each_precision
@each_loss
def test_saturated_logits_stay_finite_and_right(each, mean, dtype, close):
    """Starts of ±1000: probabilities are 0 and 1 to the last digit, BCE is hundreds of nats, MSE does not move."""
    X, y = curve(dtype)
    starts = torch.tensor([[1e3, 0.0], [-1e3, 0.0], [0.0, 1e3], [0.0, -1e3], [1e3, -1e3]], dtype=dtype)
    history = fit_many(starts, X, y, loss_fn=each, learning_rate=0.5, n_epochs=10)
    assert history.loss.isfinite().all()
    for i, start in enumerate(starts):
        losses, weights, biases = alone(start, X, y, mean, 0.5, 10)
        assert_close(history.loss[:, i], losses, **close)
        assert_close(history.parameters["weight"][:, i], weights, **close)
        assert_close(history.parameters["bias"][:, i], biases, **close)


def test_saturated_starts_cost_what_they_must():
    X, y = torch.tensor([[1.0], [-1.0]]), torch.tensor([[1.0], [0.0]])
    starts = torch.tensor([[1e3, 0.0], [-1e3, 0.0]])
    right_wrong = fit_many(starts, X, y, loss_fn=BCE, learning_rate=0.5, n_epochs=2)
    assert right_wrong.loss[0].tolist() == [0.0, 1e3]
    # The gradient of BCE is (p − y)x: none where all is right, −1 where all is wrong. That of MSE is none in both.
    assert right_wrong.parameters["weight"][1, :, 0].tolist() == [1e3, -1e3 + 0.5]
    flat = fit_many(starts, X, y, loss_fn=squared_errors, learning_rate=0.5, n_epochs=2)
    assert flat.loss[0].tolist() == [0.0, 1.0]
    assert torch.equal(flat.parameters["weight"][1], flat.parameters["weight"][0])


# What belongs to the caller -------------------------------------------------------------------------------------


def test_nothing_of_the_caller_is_changed():
    X, y = moons()
    starts = starts_of(4, 3)
    rates = torch.full((4,), 0.1)
    inputs = [starts, X, y, rates]
    kept = [tensor.clone() for tensor in inputs]
    for tensor in inputs:
        tensor.requires_grad_()
    state = torch.get_rng_state()
    history = fit_many(starts, X, y, loss_fn=BCE, learning_rate=rates, n_epochs=3)
    for tensor, value in zip(inputs, kept, strict=True):
        assert torch.equal(tensor.detach(), value)
        assert tensor.requires_grad
        assert tensor.grad is None
    assert not any(table.requires_grad for table in [history.loss, *history.parameters.values()])
    assert torch.equal(torch.get_rng_state(), state)


def test_the_record_shares_no_memory_with_the_starts():
    X, y = curve()
    starts = starts_of(3, 1)
    history = fit_many(starts, X, y, loss_fn=BCE, learning_rate=0.1, n_epochs=1)
    starts.zero_()
    assert not (history.parameters["weight"] == 0).any()


@pytest.mark.parametrize("mode", [torch.no_grad, torch.inference_mode, torch.enable_grad])
def test_it_trains_in_any_mode_of_the_caller(mode):
    wanted = fit_many(starts_of(3, 3), *moons(), loss_fn=BCE, learning_rate=0.5, n_epochs=5)
    with mode():
        # Tensors made in inference mode are of a kind that cannot be differentiated.
        starts, (X, y) = starts_of(3, 3), moons()
        before = torch.is_grad_enabled(), torch.is_inference_mode_enabled()
        history = fit_many(starts, X, y, loss_fn=BCE, learning_rate=0.5, n_epochs=5)
        assert (torch.is_grad_enabled(), torch.is_inference_mode_enabled()) == before
    assert torch.equal(history.loss, wanted.loss)
    assert torch.equal(history.parameters["weight"], wanted.parameters["weight"])


@pytest.mark.parametrize("mode", [torch.no_grad, torch.enable_grad])
def test_an_error_puts_the_mode_back(mode):
    with mode():
        before = torch.is_grad_enabled()
        with pytest.raises(ValueError, match="one value for each sample"):
            wrong_call(loss_fn=nn.BCEWithLogitsLoss())
        assert torch.is_grad_enabled() is before


# Errors ---------------------------------------------------------------------------------------------------------


def wrong_call(**changes):
    """Call ``fit_many`` with something wrong."""
    X, y = two_features()
    right = {"starts": starts_of(5, 2), "X": X, "y": y, "loss_fn": BCE, "learning_rate": 0.1, "n_epochs": 2}
    settings = right | changes
    return fit_many(settings.pop("starts"), settings.pop("X"), settings.pop("y"), **settings)


def test_the_call_that_the_errors_change_is_right():
    assert wrong_call().loss.shape == (2, 5)


@pytest.mark.parametrize("name", ["n_epochs", "record_every"])
def test_counts_are_counts(name):
    for value in (0, -1):
        with pytest.raises(ValueError, match=whole(f"{name} must be at least 1. Got {value}: pass 1 or more.")):
            wrong_call(**{name: value})
    for value in (2.5, True):
        with pytest.raises(TypeError, match=rf"^{name} must be a whole number\. Got {value!r}"):
            wrong_call(**{name: value})


@pytest.mark.parametrize(
    ("starts", "got"),
    [
        (torch.zeros(5, 3, dtype=torch.int64), "a tensor of torch.int64"),
        ([[0.0, 0.0, 0.0]], "list"),
        (torch.zeros(5, 3).numpy(), "ndarray"),
        (None, "NoneType"),
    ],
)
def test_starts_are_a_floating_tensor(starts, got):
    message = f"starts must be a floating tensor. Got {got}: pass torch.tensor(starts, dtype=X.dtype)."
    with pytest.raises(TypeError, match=whole(message)):
        wrong_call(starts=starts)


@pytest.mark.parametrize("shape", [(5, 2), (5, 4), (3,), (0, 3), (1, 5, 3), ()])
def test_starts_have_one_row_a_model(shape):
    message = (
        "starts must have the shape (n_models, n_features + 1) = (n_models, 3), with at least one model. "
        f"Got {shape}: pass one row for each model, its weights and then its bias."
    )
    with pytest.raises(ValueError, match=whole(message)):
        wrong_call(starts=torch.zeros(shape))


@pytest.mark.parametrize(
    ("values", "n_wrong"),
    [([0.0, math.nan, math.inf], 2), ([0.0, 0.0, -math.inf], 1), ([0.0, 1e300, 0.0], 1)],
    ids=["nan and inf", "minus inf", "too large for float32"],
)
def test_starts_are_finite(values, n_wrong):
    message = (
        f"starts must be finite in torch.float32. Got {n_wrong} values that are nan or inf: leave those models out."
    )
    with pytest.raises(ValueError, match=whole(message)):
        wrong_call(starts=torch.tensor([[0.0, 1.0, 2.0], values], dtype=torch.float64))


@pytest.mark.parametrize("shape", [(4,), (6,), (5, 1), (1,)])
def test_learning_rates_are_one_or_one_for_each_model(shape):
    message = (
        f"learning_rate must be one number or have the shape (n_models,) = (5,). Got {shape}: "
        "pass one rate for all models, or one for each start."
    )
    with pytest.raises(ValueError, match=whole(message)):
        wrong_call(learning_rate=torch.ones(shape))


@pytest.mark.parametrize(
    ("rate", "got"),
    [
        (0.0, "0"),
        (-0.1, "-0.1"),
        (0, "0"),
        (torch.tensor(-2.0), "-2"),
        (torch.tensor([1.0, 1.0, math.nan, 1.0, -1.0]), "nan"),
        (torch.tensor([1.0, 1.0, 1.0, math.inf, 1.0]), "inf"),
        (torch.tensor([1.0, 0.0, 1.0, 1.0, 1.0]), "0"),
    ],
)
def test_learning_rates_are_above_zero(rate, got):
    message = f"learning_rate must be finite and above 0. Got {got}: pass a rate such as 0.1."
    with pytest.raises(ValueError, match=whole(message)):
        wrong_call(learning_rate=rate)


@pytest.mark.parametrize("rate", ["0.1", None, True, [0.1] * 5])
def test_a_learning_rate_is_a_number(rate):
    with pytest.raises(TypeError, match=rf"^learning_rate must be a real number\. Got {re.escape(repr(rate))}"):
        wrong_call(learning_rate=rate)


@pytest.mark.parametrize("rate", [math.nan, math.inf])
def test_a_learning_rate_is_finite(rate):
    with pytest.raises(ValueError, match=rf"^learning_rate must be finite\. Got {rate}"):
        wrong_call(learning_rate=rate)


@pytest.mark.parametrize(
    ("loss_fn", "got"),
    [
        (nn.BCEWithLogitsLoss(), "the shape ()"),
        (lambda logits, y: squared_errors(logits, y).mean(dim=1), "the shape (5,)"),
        (lambda logits, y: squared_errors(logits, y).T, "the shape (6, 5)"),
        (lambda logits, y: squared_errors(logits, y).sum().item(), "float"),
        (lambda _logits, _y: None, "NoneType"),
    ],
)
def test_the_loss_is_one_value_for_each_sample(loss_fn, got):
    message = f"loss_fn must return one value for each sample. Got {got} for (5, 6): use reduction='none'."
    with pytest.raises(ValueError, match=whole(message)):
        wrong_call(loss_fn=loss_fn)


@pytest.mark.parametrize("of_labels", [False, True])
def test_the_loss_can_be_differentiated(of_labels):
    message = (
        "loss_fn must keep the way back to the logits. Got losses without a gradient: "
        "compute them from the logits by torch alone, without detach, item or numpy."
    )
    with pytest.raises(ValueError, match=whole(message)):
        wrong_call(
            y=two_features().y.requires_grad_(of_labels),
            loss_fn=lambda logits, y: squared_errors(logits.detach(), y),
        )


@pytest.mark.parametrize("label", [0.5, -1.0, 2.0, math.nan])
def test_labels_are_0_or_1(label):
    message = f"Binary labels must be 0 or 1. Got {label:g}: map your two classes to 0.0 and 1.0."
    with pytest.raises(ValueError, match=whole(message)):
        wrong_call(y=torch.tensor([[0.0], [1.0], [label], [1.0], [0.0], [1.0]]))


def test_labels_are_a_column_with_one_row_a_sample():
    with pytest.raises(ValueError, match=r"^Binary labels must have the shape .* = \(6, 1\)\. Got \(6,\)"):
        wrong_call(y=torch.zeros(6))
    with pytest.raises(TypeError, match=r"^Binary labels must be a floating tensor\. Got a tensor of torch\.int64"):
        wrong_call(y=torch.zeros(6, 1, dtype=torch.int64))


def test_features_are_a_finite_floating_matrix():
    with pytest.raises(TypeError, match=r"^X must be a floating tensor\. Got a tensor of torch\.int64"):
        wrong_call(X=torch.ones(6, 2, dtype=torch.int64))
    with pytest.raises(ValueError, match=r"^X must have the shape \(n_samples, n_features\)"):
        wrong_call(X=torch.ones(6))
    with pytest.raises(ValueError, match=r"^X must be finite\. Got 12 values"):
        wrong_call(X=torch.full((6, 2), math.nan))


def test_another_task_is_refused():
    """The warm-up's y = 2x is no label."""
    X, y = line()
    with pytest.raises(ValueError, match=r"^Binary labels must be 0 or 1\. Got 2: "):
        fit_many(torch.zeros(1, 2), X, y, loss_fn=nn.MSELoss(reduction="none"), learning_rate=0.01, n_epochs=1)
