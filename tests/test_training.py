"""``fit`` is the loop that notebook 03 writes by hand, bit for bit, with a record and with clear errors."""

import math
import re
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pytest
import torch
from nbclient import NotebookClient
from sklearn.linear_model import LogisticRegression
from torch import nn
from torch.testing import assert_close

from helpers.datasets import bernoulli_sigmoid, eight_samples, line, study_hours, two_features
from helpers.training import TrainingDivergedError, fit

ROOT = Path(__file__).parents[1]


@pytest.fixture(autouse=True)
def _one_thread():
    """Threads that wait for each other make tiny models slow on a busy machine."""
    n_threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(n_threads)


def whole(message):
    return "^" + re.escape(message) + "$"


def seeded(make):
    """Make a model whose first weights are always the same."""
    with torch.random.fork_rng():
        torch.manual_seed(7)
        return make()


def sgd(model, lr=0.1):
    return torch.optim.SGD(model.parameters(), lr=lr)


def loop_written_out(model, X, y, loss_fn, optimizer, n_epochs):
    losses, parameters = [], []
    for _ in range(n_epochs):
        loss = loss_fn(model(X), y)
        losses.append(loss.detach().clone())
        parameters.append({name: p.detach().clone() for name, p in model.named_parameters()})
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return torch.stack(losses), parameters


TASKS = {
    "BCELoss": (lambda: nn.Sequential(nn.Linear(2, 1), nn.Sigmoid()), two_features, nn.BCELoss()),
    "BCEWithLogitsLoss": (lambda: nn.Linear(2, 1), two_features, nn.BCEWithLogitsLoss()),
    "CrossEntropyLoss": (lambda: nn.Linear(4, 3), eight_samples, nn.CrossEntropyLoss()),
    "MSELoss": (lambda: nn.Linear(1, 1), line, nn.MSELoss()),
    "two layers": (
        lambda: nn.Sequential(nn.Linear(2, 3), nn.Tanh(), nn.Linear(3, 1)),
        two_features,
        nn.BCEWithLogitsLoss(),
    ),
}


@pytest.mark.parametrize("optimizer_class", [torch.optim.SGD, torch.optim.Adam])
@pytest.mark.parametrize("task", TASKS)
def test_fit_is_the_loop_written_out_bit_for_bit(task, optimizer_class):
    make, data, loss_fn = TASKS[task]
    X, y = data()
    by_hand, by_fit = seeded(make), seeded(make)
    losses, parameters = loop_written_out(by_hand, X, y, loss_fn, optimizer_class(by_hand.parameters(), lr=0.05), 30)
    optimizer = optimizer_class(by_fit.parameters(), lr=0.05)
    history = fit(by_fit, X, y, loss_fn=loss_fn, optimizer=optimizer, n_epochs=30)
    assert history.epoch.tolist() == list(range(30))
    assert torch.equal(history.loss, losses)
    for name, table in history.parameters.items():
        assert torch.equal(table, torch.stack([row[name] for row in parameters]))
    for name, parameter in by_hand.named_parameters():
        assert torch.equal(by_fit.get_parameter(name), parameter)
        assert torch.equal(by_fit.get_parameter(name).grad, parameter.grad)


def test_layers_with_chance_or_memory_see_each_epoch_once():
    def make():
        return nn.Sequential(nn.Linear(2, 4), nn.BatchNorm1d(4), nn.Dropout(0.5), nn.Linear(4, 1))

    X, y = two_features()
    by_hand, by_fit = seeded(make), seeded(make)
    with torch.random.fork_rng():
        torch.manual_seed(1)
        losses, _ = loop_written_out(by_hand, X, y, nn.BCEWithLogitsLoss(), sgd(by_hand), 5)
        torch.manual_seed(1)
        history = fit(by_fit, X, y, loss_fn=nn.BCEWithLogitsLoss(), optimizer=sgd(by_fit), n_epochs=5)
    assert torch.equal(history.loss, losses)
    for name, buffer in by_hand.named_buffers():
        assert torch.equal(by_fit.get_buffer(name), buffer)


def test_a_loss_belongs_to_the_parameters_before_its_step():
    X, y = line()
    model = seeded(lambda: nn.Linear(1, 1))
    first = {name: p.detach().clone() for name, p in model.named_parameters()}
    history = fit(model, X, y, loss_fn=nn.MSELoss(), optimizer=sgd(model, 0.01), n_epochs=4)
    for name, value in first.items():
        assert torch.equal(history.parameters[name][0], value)
    for epoch in range(4):
        then = {name: table[epoch] for name, table in history.parameters.items()}
        output = torch.func.functional_call(model, then, X)
        assert_close(nn.functional.mse_loss(output, y), history.loss[epoch], rtol=0, atol=0)
    # The model itself is one step further than the last record.
    assert not torch.equal(model.weight, history.parameters["weight"][-1])


def test_a_step_goes_down_the_gradient_of_the_formula():
    X, y = two_features()
    model = seeded(lambda: nn.Linear(2, 1))
    history = fit(model, X, y, loss_fn=nn.BCEWithLogitsLoss(), optimizer=sgd(model, 0.1), n_epochs=2)
    W, b = history.parameters["weight"], history.parameters["bias"]
    error = torch.sigmoid(X @ W[0].T + b[0]) - y
    assert_close(W[1], W[0] - 0.1 * (error.T @ X) / len(X))
    assert_close(b[1], b[0] - 0.1 * error.mean(dim=0))


def test_training_ends_where_scikit_learn_does():
    X, y, _ = bernoulli_sigmoid(500, generator=torch.Generator().manual_seed(1))
    model = seeded(lambda: nn.Linear(1, 1))
    fit(model, X, y, loss_fn=nn.BCEWithLogitsLoss(), optimizer=sgd(model, 5.0), n_epochs=600)
    reference = LogisticRegression(C=math.inf, tol=1e-8).fit(X.numpy(), y.flatten().numpy())
    assert_close(model.weight.item(), float(reference.coef_[0, 0]), rtol=1e-3, atol=0)
    assert_close(model.bias.item(), float(reference.intercept_[0]), rtol=1e-3, atol=0)


@pytest.mark.parametrize(
    ("n_epochs", "record_every", "epochs"),
    [(5, 1, [0, 1, 2, 3, 4]), (5, 2, [0, 2, 4]), (6, 2, [0, 2, 4]), (7, 3, [0, 3, 6]), (3, 10, [0]), (1, 1, [0])],
)
def test_record_every_picks_rows_of_the_full_record(n_epochs, record_every, epochs):
    X, y = line()
    full, thin = seeded(lambda: nn.Linear(1, 1)), seeded(lambda: nn.Linear(1, 1))
    settings = {"loss_fn": nn.MSELoss(), "n_epochs": n_epochs}
    everything = fit(full, X, y, optimizer=sgd(full, 0.01), **settings)
    history = fit(thin, X, y, optimizer=sgd(thin, 0.01), record_every=record_every, **settings)
    assert history.epoch.tolist() == epochs
    assert history.epoch.dtype == torch.int64
    assert len(history) == len(epochs)
    assert torch.equal(history.loss, everything.loss[epochs])
    for name, table in history.parameters.items():
        assert torch.equal(table, everything.parameters[name][epochs])
    assert torch.equal(thin.weight, full.weight)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_a_record_has_the_dtype_and_the_shapes_of_the_model(dtype):
    X, y = two_features()
    model = seeded(lambda: nn.Sequential(nn.Linear(2, 1), nn.Sigmoid())).to(dtype)
    history = fit(model, X.to(dtype), y.to(dtype), loss_fn=nn.BCELoss(), optimizer=sgd(model), n_epochs=3)
    assert history.loss.dtype == dtype
    assert {name: (tuple(t.shape), t.dtype) for name, t in history.parameters.items()} == {
        "0.weight": ((3, 1, 2), dtype),
        "0.bias": ((3, 1), dtype),
    }
    assert not any(t.requires_grad for t in [history.loss, *history.parameters.values()])


def test_a_record_stays_when_the_model_moves_on():
    X, y = line()
    model = seeded(lambda: nn.Linear(1, 1))
    history = fit(model, X, y, loss_fn=nn.MSELoss(), optimizer=sgd(model, 0.01), n_epochs=2)
    kept = history.parameters["weight"].clone()
    with torch.no_grad():
        model.weight.zero_()
    assert torch.equal(history.parameters["weight"], kept)


@pytest.mark.parametrize("training", [True, False])
def test_the_mode_of_the_model_is_the_caller_s(training):
    X, y = line()
    model = nn.Linear(1, 1).train(training)
    fit(model, X, y, loss_fn=nn.MSELoss(), optimizer=sgd(model), n_epochs=1)
    assert model.training is training


def test_global_chance_is_left_alone():
    X, y = line()
    model = nn.Linear(1, 1)
    state = torch.get_rng_state()
    fit(model, X, y, loss_fn=nn.MSELoss(), optimizer=sgd(model), n_epochs=3)
    assert torch.equal(torch.get_rng_state(), state)


def test_logits_of_a_thousand_train():
    X, y = torch.tensor([[1000.0], [-1000.0]]), torch.tensor([[1.0], [0.0]])
    model = nn.Linear(1, 1)
    nn.init.ones_(model.weight)
    history = fit(model, X, y, loss_fn=nn.BCEWithLogitsLoss(), optimizer=sgd(model), n_epochs=3)
    assert history.loss.tolist() == [0.0, 0.0, 0.0]


@pytest.mark.parametrize("progress", [False, True])
def test_a_run_that_diverges_says_when_and_keeps_its_record(progress):
    X, y = line()
    model, by_hand = seeded(lambda: nn.Linear(1, 1)), seeded(lambda: nn.Linear(1, 1))
    losses, parameters = loop_written_out(by_hand, X, y, nn.MSELoss(), sgd(by_hand, 1e3), 12)
    epoch = int((~losses.isfinite()).nonzero()[0])
    assert epoch > 3
    message = (
        f"The loss must stay finite. Got inf at epoch {epoch}: "
        "lower the learning rate, or use a loss on logits. The records so far are in error.history."
    )
    with pytest.raises(TrainingDivergedError, match=whole(message)) as caught:
        fit(
            model, X, y, loss_fn=nn.MSELoss(), optimizer=sgd(model, 1e3), n_epochs=50, record_every=2, progress=progress
        )
    history = caught.value.history
    assert history.epoch.tolist() == list(range(0, epoch, 2))
    assert torch.equal(history.loss, losses[:epoch:2])
    assert len(history.parameters["weight"]) == len(history)
    # No step follows the bad loss: the model holds the parameters that gave it.
    assert torch.equal(model.weight, parameters[epoch]["weight"])
    assert isinstance(caught.value, ArithmeticError)


def test_a_loss_that_refuses_nan_is_told_in_the_same_way():
    """nn.BCELoss raises an error of its own where probabilities are nan."""
    X, y = torch.tensor([[0.0], [100.0]]), torch.zeros(2, 1)
    model = seeded(lambda: nn.Sequential(nn.Linear(1, 1), nn.Sigmoid()))
    nn.init.zeros_(model[0].weight)
    with pytest.raises(TrainingDivergedError, match=r"Got nan at epoch 1: lower the learning rate") as caught:
        fit(model, X, y, loss_fn=nn.BCELoss(), optimizer=sgd(model, 1e38), n_epochs=9)
    assert caught.value.history.epoch.tolist() == [0]


def test_other_errors_of_a_loss_are_left_alone():
    model = nn.Sequential(nn.Linear(1, 1))  # no sigmoid: its outputs are no probabilities
    nn.init.constant_(model[0].bias, 5.0)
    with pytest.raises(RuntimeError, match="between 0 and 1"):
        fit(model, *study_hours(), loss_fn=nn.BCELoss(), optimizer=sgd(model, 0.1), n_epochs=9)


def test_a_run_can_diverge_at_once():
    X, y = line()
    model = nn.Linear(1, 1)
    with pytest.raises(TrainingDivergedError, match=r"Got nan at epoch 0") as caught:
        fit(model, X * math.nan, y, loss_fn=nn.MSELoss(), optimizer=sgd(model), n_epochs=3)
    assert len(caught.value.history) == 0
    assert caught.value.history.parameters["weight"].shape == (0, 1, 1)


def wrong_call(**changes):
    """Call ``fit`` with something wrong, and return the model and its first weights."""
    X, y = two_features()
    model = changes.pop("model", None) or nn.Linear(2, 1)
    settings = {"X": X, "y": y, "loss_fn": nn.MSELoss(), "optimizer": sgd(model), "n_epochs": 2} | changes
    weight = model.weight.detach().clone()
    try:
        fit(model, settings.pop("X"), settings.pop("y"), **settings)
    finally:
        assert torch.equal(model.weight, weight), "nothing is trained before the error"


@pytest.mark.parametrize("name", ["n_epochs", "record_every"])
def test_counts_are_counts(name):
    for value in (0, -1):
        with pytest.raises(ValueError, match=whole(f"{name} must be at least 1. Got {value}: pass 1 or more.")):
            wrong_call(**{name: value})
    for value in (2.5, True):
        with pytest.raises(TypeError, match=rf"^{name} must be a whole number\. Got {value!r}"):
            wrong_call(**{name: value})


def test_each_sample_has_a_label():
    message = "X and y must have one row for each sample. Got 6 rows of X and 5 of y: pass the labels of these samples."
    with pytest.raises(ValueError, match=whole(message)):
        wrong_call(y=torch.zeros(5, 1))


def test_the_optimizer_belongs_to_the_model():
    message = (
        "The optimizer must hold the parameters of this model. Got none of them: "
        "make it anew after the model, with model.parameters()."
    )
    with pytest.raises(ValueError, match=whole(message)):
        wrong_call(optimizer=sgd(nn.Linear(2, 1)))


def test_an_optimizer_of_one_layer_is_enough():
    X, y = two_features()
    model = nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 1))
    frozen, moved = model[0].weight.detach().clone(), model[1].weight.detach().clone()
    fit(model, X, y, loss_fn=nn.MSELoss(), optimizer=sgd(model[1], 0.01), n_epochs=1)
    assert torch.equal(model[0].weight, frozen)
    assert not torch.equal(model[1].weight, moved)


@pytest.mark.parametrize("shape", [(6,), (6, 2)])
@pytest.mark.filterwarnings("ignore:Using a target size")
def test_labels_that_would_be_broadcast_are_refused(shape):
    message = (
        f"A float y must have the shape of the model's output. Got {shape} and (6, 1), "
        "which pairs the wrong samples or none: pass y.reshape(-1, 1) for one output."
    )
    with pytest.raises(ValueError, match=whole(message)):
        wrong_call(y=torch.zeros(shape))


def test_a_loss_is_one_number():
    message = "The loss must be one number. Got the shape (6, 1): use a loss with reduction='mean'."
    with pytest.raises(ValueError, match=whole(message)):
        wrong_call(loss_fn=nn.MSELoss(reduction="none"))


@pytest.mark.parametrize("shell", [None, SimpleNamespace()], ids=["python", "IPython in a terminal"])
def test_in_a_terminal_the_bar_wipes_its_line(shell, monkeypatch, capfd):
    monkeypatch.setattr("helpers.training.get_ipython", lambda: shell)
    X, y = line()
    model = nn.Linear(1, 1)
    history = fit(model, X, y, loss_fn=nn.MSELoss(), optimizer=sgd(model, 0.01), n_epochs=20, progress=True)
    out, err = capfd.readouterr()
    assert len(history) == 20
    assert out == ""
    assert "0/20" in err
    assert "\n" not in err
    assert err.endswith("\r")
    assert err.split("\r")[-2].strip() == ""


def test_without_progress_nothing_is_written(capfd):
    X, y = line()
    model = nn.Linear(1, 1)
    fit(model, X, y, loss_fn=nn.MSELoss(), optimizer=sgd(model, 0.01), n_epochs=20)
    assert capfd.readouterr() == ("", "")


NOTEBOOK = [
    """
import torch
from torch import nn
from helpers.training import TrainingDivergedError, fit
def train(learning_rate, n_epochs=50):
    model = nn.Linear(1, 1)
    nn.init.zeros_(model.weight), nn.init.zeros_(model.bias)
    X = torch.tensor([[1.0], [2.0], [3.0]])
    optimizer = torch.optim.SGD(model.parameters(), lr=learning_rate)
    return fit(model, X, 2 * X, loss_fn=nn.MSELoss(), optimizer=optimizer, n_epochs=n_epochs, progress=True)
    """,
    "history = train(0.05)",
    "len(train(0.05))",
    """
try:
    train(1e3)
except TrainingDivergedError as error:
    print(len(error.history))
    """,
    "train(1e3)",
]


@pytest.fixture(scope="module")
def outputs_of_two_runs():
    """Run the cells twice in a kernel; the outputs of each, as they are when all is done."""
    cells = [nbformat.v4.new_code_cell(source.strip()) for source in NOTEBOOK + NOTEBOOK]
    notebook = nbformat.v4.new_notebook(cells=cells)
    resources = {"metadata": {"path": str(ROOT)}}
    NotebookClient(notebook, kernel_name="python3", allow_errors=True, resources=resources).execute()
    for output in [output for cell in notebook.cells for output in cell.outputs]:
        # These count the cells, as they should.
        output.pop("execution_count", None), output.pop("traceback", None)
    outputs = [cell.outputs for cell in notebook.cells]
    return outputs[: len(NOTEBOOK)], outputs[len(NOTEBOOK) :]


EMPTY = {"output_type": "display_data", "metadata": {}, "data": {}}


def test_in_a_notebook_the_bar_leaves_one_empty_output(outputs_of_two_runs):
    first, _ = outputs_of_two_runs
    assert first[0] == []
    assert first[1] == [EMPTY]
    assert first[2][0] == EMPTY
    assert [output["data"] for output in first[2][1:]] == [{"text/plain": "50"}]


def test_in_a_notebook_the_bar_goes_when_training_diverges(outputs_of_two_runs):
    first, _ = outputs_of_two_runs
    assert first[3][0] == EMPTY
    assert [output["output_type"] for output in first[3][1:]] == ["stream"]
    assert first[4][0] == EMPTY
    assert [output["output_type"] for output in first[4][1:]] == ["error"]
    assert first[4][1]["ename"] == "TrainingDivergedError"


def test_in_a_notebook_nothing_goes_to_stderr_and_a_second_run_agrees(outputs_of_two_runs):
    first, second = outputs_of_two_runs
    assert not [output for cell in first for output in cell if output.get("name") == "stderr"]
    assert first == second
