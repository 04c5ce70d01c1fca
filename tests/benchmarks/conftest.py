"""Paired timings, and one table of their ratios at the end: ``python -m pytest -n 0 tests/benchmarks``."""

import gc
from collections.abc import Callable
from statistics import median, quantiles
from time import perf_counter
from typing import NamedTuple

import pytest
import torch

TABLE = pytest.StashKey[list[tuple[str, ...]]]()
HEADER = ("measured", "against", "ratio", "quartiles", "limit", "")


class Ratios(NamedTuple):
    """Of paired runs: the median time of each side in seconds, and the median of their ratios."""

    measured: float
    reference: float
    ratio: float


def seconds(run: Callable[[], object]) -> float:
    start = perf_counter()
    run()
    return perf_counter() - start


@pytest.fixture
def compare(benchmark, request):
    """Time pairs of runs, note their ratio in the table, and fail above the limit.

    ``scale`` is the work of a measured run over that of a reference run.
    """

    def compare_runs(name, measured, against, reference, *, n_pairs, limit, scale=1.0, warmup_rounds=1):
        pairs = []

        def one_pair():
            # A pair is a moment long, so a busy neighbour slows both; who goes first takes turns.
            if len(pairs) % 2:
                last = seconds(reference)
                pairs.append((seconds(measured), last))
            else:
                pairs.append((seconds(measured), seconds(reference)))

        benchmark.pedantic(one_pair, rounds=n_pairs, warmup_rounds=warmup_rounds)
        pairs = pairs[warmup_rounds:]
        ratios = [left / right / scale for left, right in pairs]
        low, _, high = quantiles(ratios, n=4)
        found = Ratios(*(median(column) for column in zip(*pairs, strict=True)), median(ratios))
        benchmark.extra_info["median ratio"] = found.ratio
        row = (name, against, f"{found.ratio:.4g}", f"{low:.4g}–{high:.4g}", f"{limit:g}")
        times = f"{1e3 * found.measured:.4g} ms, {1e3 * found.reference:.4g} ms"
        request.config.stash.setdefault(TABLE, []).append((*row, times))
        assert found.ratio <= limit, f"{name} against {against}: {found.ratio:.4g}, limit {limit:g}"
        return found

    return compare_runs


@pytest.fixture
def steady():
    """No garbage collection in the middle of a run."""
    collects = gc.isenabled()
    gc.collect()
    gc.disable()
    yield
    if collects:
        gc.enable()


@pytest.fixture
def one_thread():
    """One thread, so that a run waits for nobody."""
    n_threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(n_threads)


def pytest_terminal_summary(terminalreporter, config):
    rows = [HEADER, *config.stash.get(TABLE, [])]
    if len(rows) > 1:
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        terminalreporter.section("ratios of paired runs: medians; the times are those of one run of each")
        for row in rows:
            terminalreporter.line("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)))
