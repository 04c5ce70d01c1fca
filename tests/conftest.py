"""Tests draw without a screen and leave no figure open; the kernels of the notebooks start from here, too."""

import os

import matplotlib
import matplotlib.pyplot as plt
import pytest

matplotlib.use("agg")
# By default a thread of torch that has nothing to do spins. On a busy machine that makes steps on small tensors, which
# take microseconds, a hundred times slower. Set before torch is loaded, and inherited by the kernels that nbval starts.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")


@pytest.fixture(autouse=True)
def _closed_figures():
    yield
    plt.close("all")
