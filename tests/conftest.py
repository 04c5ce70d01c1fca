"""Tests draw without a screen, leave no figure open, and share the machine."""

import os

import pytest

# Kernels of notebooks inherit it: two that compute at once share two cores.
os.environ |= {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}


def pytest_collectstart() -> None:
    """Import what takes seconds only where tests are collected: the process that hands them out would wait for it."""
    import matplotlib

    import helpers  # noqa: F401  limits torch's threads in the tests of exercises, too

    matplotlib.use("agg")


@pytest.fixture(autouse=True)
def _closed_figures():
    yield
    import matplotlib.pyplot as plt

    plt.close("all")
