"""Tests draw without a screen, leave no figure open, and share the machine."""

import os

import matplotlib
import matplotlib.pyplot as plt
import pytest

import helpers  # noqa: F401  limits torch's threads in the tests of exercises, too

matplotlib.use("agg")
# Kernels of notebooks inherit it: two that compute at once share two cores.
os.environ |= {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}


@pytest.fixture(autouse=True)
def _closed_figures():
    yield
    plt.close("all")
