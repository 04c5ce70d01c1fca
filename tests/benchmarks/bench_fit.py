"""``fit`` costs what the loop written out costs."""

import pytest
import torch
from torch import nn

from helpers.datasets import bernoulli_sigmoid
from helpers.training import fit

SEED = 43052
N_EPOCHS = 300

X, Y, _ = bernoulli_sigmoid(2000, generator=torch.Generator().manual_seed(SEED))
LOSS_FN = nn.BCELoss()


def model_and_optimizer():
    """The task of notebook 04, always from the same weights."""
    model = nn.Sequential(nn.Linear(1, 1), nn.Sigmoid())
    nn.init.zeros_(model[0].weight)
    nn.init.zeros_(model[0].bias)
    return model, torch.optim.SGD(model.parameters(), lr=0.05)


def run_fit(record_every):
    model, optimizer = model_and_optimizer()
    fit(model, X, Y, loss_fn=LOSS_FN, optimizer=optimizer, n_epochs=N_EPOCHS, record_every=record_every)
    return model


def fit_with_every_epoch():
    return run_fit(record_every=1)


def fit_with_few_epochs():
    return run_fit(record_every=100)


def loop_with_record():
    model, optimizer = model_and_optimizer()
    losses, weights, biases = [], [], []
    for _ in range(N_EPOCHS):
        probs = model(X)
        loss = LOSS_FN(probs, Y)
        losses.append(loss.item())
        weights.append(model[0].weight.detach().clone())
        biases.append(model[0].bias.detach().clone())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    torch.tensor(losses), torch.stack(weights), torch.stack(biases)
    return model


def loop_without_record():
    model, optimizer = model_and_optimizer()
    for _ in range(N_EPOCHS):
        probs = model(X)
        loss = LOSS_FN(probs, Y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return model


CASES = [
    pytest.param(fit_with_every_epoch, loop_with_record, id="every epoch recorded"),
    pytest.param(fit_with_few_epochs, loop_without_record, id="every 100th epoch recorded"),
]


@pytest.mark.usefixtures("steady", "one_thread")
@pytest.mark.parametrize(("by_fit", "written_out"), CASES)
def test_fit_costs_what_the_loop_costs(by_fit, written_out, compare, request):
    for trained, wanted in zip(by_fit().parameters(), written_out().parameters(), strict=True):
        assert torch.equal(trained, wanted), "both runs do the same work"
    name = f"fit, {request.node.callspec.id}"
    compare(name, by_fit, "the loop written out", written_out, n_pairs=60, limit=1.15, warmup_rounds=2)
