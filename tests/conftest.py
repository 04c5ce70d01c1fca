"""Tests draw without a screen and leave no figure open."""

import matplotlib
import matplotlib.pyplot as plt
import pytest

import helpers  # noqa: F401  limits torch's threads in the tests of exercises, too

matplotlib.use("agg")


@pytest.fixture(autouse=True)
def _closed_figures():
    yield
    plt.close("all")
