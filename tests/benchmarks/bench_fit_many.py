"""A thousand starts as one batch, against PyTorch's loop, one model after the other; and saturated sigmoids."""

import pytest
import torch
from torch import nn

from helpers.datasets import bernoulli_sigmoid
from helpers.training import fit_many

N_STARTS, N_SAMPLES, N_EPOCHS = 1000, 200, 2000
N_ALONE = 2  # of the starts, in the loop

GENERATOR = torch.Generator().manual_seed(43052)
X, Y, _ = bernoulli_sigmoid(N_SAMPLES, generator=GENERATOR)
STARTS = 40 * torch.rand(N_STARTS, 2, generator=GENERATOR) - 20
# Where every sigmoid is so small that a number keeps its leading zeros: below 1.2e-38 and 2.2e-308.
TINY = {torch.float32: -95.0, torch.float64: -720.0}


def squared_errors(logits, y):
    return (torch.sigmoid(logits) - y) ** 2


LOSSES = {"BCE": nn.BCEWithLogitsLoss(reduction="none"), "MSE": squared_errors}


def batch(name, starts=STARTS, X=X, Y=Y, n_epochs=N_EPOCHS):
    options = {"loss_fn": LOSSES[name], "learning_rate": 0.05, "n_epochs": n_epochs}
    history = fit_many(starts, X, Y, **options, record_every=n_epochs)
    return torch.cat([history.parameters["weight"][-1], history.parameters["bias"][-1].unsqueeze(1)], dim=1)


def loop(name, n_epochs=N_EPOCHS):
    loss_fn, ends = LOSSES[name], []
    for start in STARTS[:N_ALONE]:
        model = nn.Linear(1, 1)
        model.load_state_dict({"weight": start[:1].reshape(1, 1), "bias": start[1:]})
        optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
        for _ in range(n_epochs):
            loss = loss_fn(model(X), Y).mean()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        ends.append(torch.cat([model.weight.flatten(), model.bias]).detach())
    return torch.stack(ends)


@pytest.mark.usefixtures("steady", "one_thread")
@pytest.mark.parametrize("name", LOSSES)
def test_a_batch_is_a_hundred_times_faster_than_the_loop(name, compare):
    torch.testing.assert_close(batch(name)[:N_ALONE], loop(name), rtol=1e-5, atol=1e-4)
    compare(
        f"fit_many, 1,000 starts, {name}",
        lambda: batch(name),
        f"PyTorch's loop, {N_ALONE} starts, a model and epoch",
        lambda: loop(name),
        n_pairs=5,
        limit=1 / 100,
        scale=N_STARTS / N_ALONE,
    )


@pytest.mark.usefixtures("steady", "one_thread")
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=["float32", "float64"])
@pytest.mark.parametrize("reach", [20, 1000, "tiny"])
@pytest.mark.parametrize("name", LOSSES)
def test_saturated_sigmoids_are_not_slow(name, reach, dtype, compare):
    """Between 0 and the smallest normal number a processor may be many times slower."""
    near, x, y = STARTS.to(dtype) / 20, X.to(dtype), Y.to(dtype)
    if reach == "tiny":
        starts, what = near + torch.tensor([0.0, TINY[dtype]], dtype=dtype), "all sigmoids tiny"
    else:
        starts, what = reach * near, f"starts to ±{reach}"
    compare(
        f"fit_many, {what}, {name}, {str(dtype).removeprefix('torch.')}",
        lambda: batch(name, starts, x, y, n_epochs=100),
        "starts to ±1",
        lambda: batch(name, near, x, y, n_epochs=100),
        n_pairs=15,
        limit=6.0 if reach == "tiny" else 2.5,  # an Intel processor takes four times as long; AMD's hardly notice
    )
