"""Tests draw without a screen and leave no figure open."""

import matplotlib
import matplotlib.pyplot as plt
import pytest

matplotlib.use("agg")


@pytest.fixture(autouse=True)
def _closed_figures():
    yield
    plt.close("all")
