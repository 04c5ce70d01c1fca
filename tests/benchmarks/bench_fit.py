"""``fit`` costs what the loop written out costs: ``python -m pytest -n 0 tests/benchmarks/bench_fit.py``."""

import gc
from statistics import median, quantiles
from time import perf_counter

import pytest
import torch
from torch import nn

from helpers.datasets import bernoulli_sigmoid
from helpers.training import fit

SEED = 43052
N_EPOCHS = 300
N_PAIRS = 60
LIMIT = 1.05

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


def seconds(run):
    start = perf_counter()
    run()
    return perf_counter() - start


CASES = [
    pytest.param(fit_with_every_epoch, loop_with_record, id="every epoch recorded"),
    pytest.param(fit_with_few_epochs, loop_without_record, id="every 100th epoch recorded"),
]


@pytest.fixture
def _steady():
    """One thread and no garbage collection, so that a run waits for nobody."""
    n_threads, collects = torch.get_num_threads(), gc.isenabled()
    torch.set_num_threads(1)
    gc.collect()
    gc.disable()
    yield
    torch.set_num_threads(n_threads)
    if collects:
        gc.enable()


@pytest.mark.usefixtures("_steady")
@pytest.mark.parametrize(("by_fit", "written_out"), CASES)
def test_fit_costs_what_the_loop_costs(by_fit, written_out, benchmark, capsys):
    for trained, wanted in zip(by_fit().parameters(), written_out().parameters(), strict=True):
        assert torch.equal(trained, wanted), "both runs do the same work"
    pairs = []

    def one_pair():
        # A pair is a moment long, so a busy neighbour slows both; who goes first takes turns.
        if len(pairs) % 2:
            reference = seconds(written_out)
            pairs.append((seconds(by_fit), reference))
        else:
            pairs.append((seconds(by_fit), seconds(written_out)))

    benchmark.pedantic(one_pair, rounds=N_PAIRS, warmup_rounds=2)
    ratios = [measured / reference for measured, reference in pairs]
    ratio, (low, _, high) = median(ratios), quantiles(ratios, n=4)
    benchmark.extra_info["median ratio"] = ratio
    fit_us, loop_us = (1e6 * median(column) / N_EPOCHS for column in zip(*pairs, strict=True))
    with capsys.disabled():
        print(f"\n{'fit':>22}{'loop':>12}{'ratio':>9}{'quartiles':>16}")
        print(f"{fit_us:>13.1f} µs/epoch{loop_us:>9.1f} µs{ratio:>9.3f}{low:>9.3f}–{high:.3f}")
    assert ratio <= LIMIT
