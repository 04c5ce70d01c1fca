"""Paired timings, and one table of their ratios at the end: ``python -m pytest -n 0 tests/benchmarks``."""

import gc
from collections.abc import Callable
from statistics import median, quantiles
from time import perf_counter
from typing import NamedTuple

import pytest

# scikit-learn brings it: NumPy, SciPy and torch each have threads of their own.
threadpoolctl = pytest.importorskip("threadpoolctl")

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


def in_units(time: float) -> str:
    return f"{time:.3g} s" if time >= 1 else f"{1e3 * time:.3g} ms"


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
        times = f"{in_units(found.measured)}, {in_units(found.reference)}"
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
    """One thread in every library, so that a run waits for nobody."""
    with threadpoolctl.threadpool_limits(1):
        yield


def pytest_runtest_setup(item):
    if hasattr(item.config, "workerinput"):
        pytest.skip("Speed is measured by one process that has the machine to itself: pass -n 0.")


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config):
    # Instead of the table of pytest-benchmark, whose rows would be pairs, we print that of the ratios.
    config.option.benchmark_quiet = True


def pytest_terminal_summary(terminalreporter, config):
    rows = [HEADER, *config.stash.get(TABLE, [])]
    if len(rows) > 1:
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        terminalreporter.section("ratios of paired runs: medians; the times are those of one run of each")
        for row in rows:
            terminalreporter.line("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)))
