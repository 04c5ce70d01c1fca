"""``fit`` is the loop written out, bit for bit, and each model of ``fit_many`` is ``fit`` alone; both keep a record."""

import math
import subprocess
import sys

import pytest
import torch
from sklearn.linear_model import LogisticRegression
from torch import nn
from torch.testing import assert_close

from helpers.datasets import bernoulli_sigmoid, eight_samples, line, two_features, two_moons
from helpers.training import TrainingDivergedError, fit, fit_many

LOGITS, BCE = nn.BCEWithLogitsLoss(), nn.BCEWithLogitsLoss(reduction="none")


def test_importing_the_helpers_leaves_torch_one_thread():
    code = "import torch; torch.set_num_threads(2); import helpers; print(torch.get_num_threads())"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout.strip() == b"1"


def seeded(make):
    """Call ``make`` with a global chance of its own, the same at every call."""
    with torch.random.fork_rng():
        torch.manual_seed(7)
        return make()


def sgd(model, lr=0.1):
    return torch.optim.SGD(model.parameters(), lr=lr)


def loop_written_out(model, X, y, loss_fn, optimizer, n_epochs):
    losses, parameters = [], []
    for epoch in range(n_epochs + 1):
        loss = loss_fn(model(X), y)
        losses.append(loss.detach())
        parameters.append({name: p.detach().clone() for name, p in model.named_parameters()})
        if epoch < n_epochs:
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    return torch.stack(losses), {name: torch.stack([row[name] for row in parameters]) for name in parameters[0]}


TASKS = {
    "BCELoss": (lambda: nn.Sequential(nn.Linear(2, 1), nn.Sigmoid()), two_features, nn.BCELoss()),
    "CrossEntropyLoss": (lambda: nn.Linear(4, 3), eight_samples, nn.CrossEntropyLoss()),
    "MSELoss": (lambda: nn.Linear(1, 1), line, nn.MSELoss()),
    "chance and memory": (
        lambda: nn.Sequential(nn.Linear(2, 4), nn.BatchNorm1d(4), nn.Dropout(0.5), nn.Linear(4, 1)),
        two_features,
        LOGITS,
    ),
}


@pytest.mark.parametrize(("optimizer_class", "training"), [(torch.optim.SGD, True), (torch.optim.Adam, False)])
@pytest.mark.parametrize("task", TASKS)
def test_fit_is_the_loop_written_out_bit_for_bit(task, optimizer_class, training):
    make, data, loss_fn = TASKS[task]
    by_hand, by_fit = seeded(make).train(training), seeded(make).train(training)
    optimizers = [optimizer_class(model.parameters(), lr=0.05) for model in (by_hand, by_fit)]
    losses, parameters = seeded(lambda: loop_written_out(by_hand, *data(), loss_fn, optimizers[0], 30))
    history = seeded(lambda: fit(by_fit, *data(), loss_fn=loss_fn, optimizer=optimizers[1], n_epochs=30))
    assert history.epoch.tolist() == list(range(31))
    exactly = {"rtol": 0, "atol": 0}
    assert_close((history.loss, history.parameters), (losses, parameters), **exactly)
    assert_close(dict(by_fit.state_dict()), dict(by_hand.state_dict()), **exactly)
    assert by_fit.training is training
    assert_close([p.grad for p in by_fit.parameters()], [p.grad for p in by_hand.parameters()], **exactly)


@pytest.mark.parametrize("scale", [1, 1000])
def test_the_loss_and_the_first_step_are_those_of_the_formula(scale):
    X, y = scale * two_features().X, two_features().y
    model = seeded(lambda: nn.Linear(2, 1))
    history = fit(model, X, y, loss_fn=LOGITS, optimizer=sgd(model, 0.1), n_epochs=1)
    W, b = history.parameters["weight"], history.parameters["bias"]
    logits = X @ W[0].T + b[0]
    assert logits.abs().max() > 0.9 * scale
    assert_close(history.loss[0], (nn.functional.softplus(logits) - y * logits).mean())
    error = torch.sigmoid(logits) - y
    assert_close((W[1], b[1]), (W[0] - 0.1 * (error.T @ X) / len(X), b[0] - 0.1 * error.mean(dim=0)))


def test_training_ends_where_scikit_learn_does():
    X, y, _ = bernoulli_sigmoid(500, generator=torch.Generator().manual_seed(1))
    model = seeded(lambda: nn.Linear(1, 1))
    fit(model, X, y, loss_fn=LOGITS, optimizer=sgd(model, 5.0), n_epochs=600)
    wanted = LogisticRegression(C=math.inf, tol=1e-8).fit(X.numpy(), y.flatten().numpy())
    assert [model.weight.item(), model.bias.item()] == pytest.approx([*wanted.coef_[0], *wanted.intercept_], rel=1e-3)


@pytest.mark.parametrize(
    ("n_epochs", "record_every", "epochs"),
    [(5, 2, [0, 2, 4, 5]), (6, 2, [0, 2, 4, 6]), (3, 10, [0, 3]), (1, 1, [0, 1]), (0, 1, [0])],
)
def test_a_record_holds_every_kth_epoch_and_the_state_after_the_last_step(n_epochs, record_every, epochs):
    X, y = line()
    full, thin = seeded(lambda: nn.Linear(1, 1)), seeded(lambda: nn.Linear(1, 1))
    losses, parameters = loop_written_out(full, X, y, nn.MSELoss(), sgd(full, 0.01), n_epochs)
    call = {"loss_fn": nn.MSELoss(), "optimizer": sgd(thin, 0.01), "n_epochs": n_epochs}
    history = fit(thin, X, y, **call, record_every=record_every)
    assert torch.equal(history.epoch, torch.tensor(epochs))
    assert torch.equal(history.loss, losses[epochs])
    for name, path in history.parameters.items():
        assert torch.equal(path, parameters[name][epochs])
        assert torch.equal(path[-1], thin.get_parameter(name))
    assert torch.equal(history.loss[-1], nn.functional.mse_loss(thin(X), y))


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_a_record_has_the_dtype_of_the_model_and_does_not_move_on_with_it(dtype):
    X, y = two_features()
    model = seeded(lambda: nn.Sequential(nn.Linear(2, 1), nn.Sigmoid())).to(dtype)
    history = fit(model, X.to(dtype), y.to(dtype), loss_fn=nn.BCELoss(), optimizer=sgd(model), n_epochs=2)
    model[0].weight.data.zero_()
    weight, bias = history.parameters["0.weight"], history.parameters["0.bias"]
    assert weight.all()
    assert (weight.shape, bias.shape, history.loss.shape) == ((3, 1, 2), (3, 1), (3,))
    assert {(t.dtype, t.requires_grad) for t in (weight, bias, history.loss)} == {(dtype, False)}


def test_a_run_that_diverges_names_the_epoch():
    X, y = line()
    model, by_hand = seeded(lambda: nn.Linear(1, 1)), seeded(lambda: nn.Linear(1, 1))
    _, parameters = loop_written_out(by_hand, X, y, nn.MSELoss(), sgd(by_hand, 1e3), 30)
    outputs = parameters["weight"][:, :, 0] * X[:, 0] + parameters["bias"]
    epoch = int((~outputs.isfinite().all(dim=1)).nonzero()[0])
    assert 3 < epoch < 30
    with pytest.raises(TrainingDivergedError, match=f"at epoch {epoch}:.*learning rate"):
        fit(model, X, y, loss_fn=nn.MSELoss(), optimizer=sgd(model, 1e3), n_epochs=30, record_every=7)
    assert torch.equal(model.weight, parameters["weight"][epoch]), "no step follows"


@pytest.mark.parametrize(("x", "epoch"), [(1.0, 1), (math.nan, 0)])
def test_a_loss_that_refuses_nan_is_told_in_the_same_way(x, epoch):
    """nn.BCELoss raises an error of its own where probabilities are nan."""
    model = nn.Sequential(nn.Linear(1, 1), nn.Sigmoid())
    call = {"loss_fn": nn.BCELoss(), "optimizer": sgd(model, math.inf), "n_epochs": 3}
    with pytest.raises(TrainingDivergedError, match=f"at epoch {epoch}:"):
        fit(model, torch.tensor([[0.0], [x]]), torch.zeros(2, 1), **call)


def test_an_optimizer_of_one_layer_is_enough():
    model = nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 1))
    history = fit(model, *two_features(), loss_fn=nn.MSELoss(), optimizer=sgd(model[1], 0.01), n_epochs=1)
    moved = {name for name, path in history.parameters.items() if not torch.equal(path[0], path[1])}
    assert moved == {"1.weight", "1.bias"}


@pytest.mark.filterwarnings("ignore:Using a target size")
@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"optimizer": sgd(nn.Linear(2, 1))}, r"optimizer.*none of them.*model\.parameters"),
        ({"y": torch.zeros(6)}, r"\(6,\) and \(6, 1\).*reshape\(-1, 1\)"),
        ({"y": torch.zeros(6, dtype=torch.int64)}, r"\(6,\) and \(6, 1\).*float\(\)\.reshape\(-1, 1\)"),
        ({"y": torch.zeros(6, 2)}, r"\(6, 2\) and \(6, 1\)"),
        ({"loss_fn": nn.MSELoss(reduction="none")}, r"one number.*\(6, 1\).*reduction='mean'"),
    ],
)
def test_what_does_not_fit_together_is_told_before_anything_changes(change, words):
    model, (X, y) = nn.Sequential(nn.Linear(2, 1), nn.BatchNorm1d(1), nn.Dropout(0.5)), two_features()
    before, state = {name: value.clone() for name, value in model.state_dict().items()}, torch.get_rng_state()
    call = {"y": y, "loss_fn": nn.MSELoss(), "optimizer": sgd(model), "n_epochs": 2} | change
    with pytest.raises(ValueError, match=words):
        fit(model, X, **call)
    assert_close(dict(model.state_dict()), before, rtol=0, atol=0)
    assert [parameter.grad for parameter in model.parameters()] == [None] * 4
    assert torch.equal(torch.get_rng_state(), state)


# Many models at once.


def squared_errors(logits, y):
    return (torch.sigmoid(logits) - y) ** 2


STARTS = 4 * torch.rand(5, 4, generator=torch.Generator().manual_seed(5)) - 2
SATURATED = torch.tensor([[1e3, 0, 0, 0], [-1e3, 0, 0, 0], [0, 0, 0, 1e3], [0, 0, 0, -1e3], [1e3, 0, 0, -1e3]])


def moons(dtype=torch.float32):
    """Three features: the square of the first is one."""
    X, y = two_moons(50, generator=torch.Generator().manual_seed(3))
    return torch.cat([X, X[:, :1] ** 2], dim=1).to(dtype), y.to(dtype)


@pytest.mark.parametrize(("dtype", "close"), [(torch.float32, 1e-6), (torch.float64, 1e-10)])
@pytest.mark.parametrize("loss_fn", [BCE, squared_errors], ids=["BCE", "MSE"])
@pytest.mark.parametrize("starts", [STARTS, SATURATED], ids=["near", "saturated"])
@pytest.mark.parametrize(
    ("rates", "n_epochs"), [(0.5, 40), (torch.tensor([0.5, 0.01, 0.1, 0.3, 1.0]), 35)], ids=["one rate", "one a model"]
)
def test_each_model_is_fit_alone(starts, rates, n_epochs, loss_fn, dtype, close):
    X, y = moons(dtype)
    many = fit_many(starts, X, y, loss_fn=loss_fn, learning_rate=rates, n_epochs=n_epochs, record_every=7)
    for k, rate in enumerate(torch.as_tensor(rates).expand(5).tolist()):
        model = nn.Linear(3, 1, dtype=dtype)
        model.weight.data, model.bias.data = starts[k : k + 1, :3].to(dtype), starts[k, 3:].to(dtype)
        call = {"loss_fn": lambda z, y: loss_fn(z, y).mean(), "optimizer": sgd(model, rate), "n_epochs": n_epochs}
        alone = fit(model, X, y, **call, record_every=7)
        assert torch.equal(many.epoch, alone.epoch)
        found = many.loss[:, k], many.parameters["weight"][:, k], many.parameters["bias"][:, k, None]
        wanted = alone.loss, alone.parameters["weight"][:, 0], alone.parameters["bias"]
        assert_close(found, wanted, rtol=close, atol=close)


def test_a_model_that_diverges_leaves_the_others_alone():
    """BCE does not diverge soon; with a cubic loss the steps grow until they are nan."""
    starts, cubic = STARTS[:3] * torch.tensor([[0.1], [1e3], [0.1]]), lambda z, y: (z - y).abs() ** 3
    many, two = (fit_many(s, *moons(), loss_fn=cubic, learning_rate=0.01, n_epochs=30) for s in (starts, starts[::2]))
    assert many.loss[-1].isfinite().tolist() == [True, False, True]
    assert_close((many.loss[:, ::2], many.parameters["weight"][:, ::2]), (two.loss, two.parameters["weight"]))


def test_nothing_of_the_caller_s_is_changed():
    inputs = [STARTS.clone(), *moons()]
    kept, state = [tensor.clone() for tensor in inputs], torch.get_rng_state()
    history = fit_many(*inputs, loss_fn=BCE, learning_rate=0.1, n_epochs=3)
    assert_close(inputs, kept, rtol=0, atol=0)
    assert torch.equal(torch.get_rng_state(), state)
    assert not any(tensor.requires_grad for tensor in [history.loss, *history.parameters.values()])


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"loss_fn": LOGITS}, r"one value a sample.*\(\).*reduction='none'"),
        ({"loss_fn": lambda z, y: BCE(z, y).mean(dim=1)}, r"one value a sample.*\(5,\)"),
        ({"y": torch.zeros(50)}, r"\(50, 1\).*\(50,\)"),
        ({"X": torch.zeros(50)}, r"\(n_samples, n_features\).*\(50,\)"),
    ],
)
def test_a_wrong_value_is_told(change, words):
    X, y = moons()
    with pytest.raises(ValueError, match=words):
        fit_many(**({"starts": STARTS, "X": X, "y": y, "loss_fn": BCE, "learning_rate": 0.1, "n_epochs": 2} | change))
