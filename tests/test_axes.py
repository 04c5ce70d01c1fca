"""Every plot of ``helpers`` draws on the Axes it is given, or on one new figure, and changes no setting."""

import matplotlib as mpl
import matplotlib.pyplot as plt
import pytest
import torch

from helpers.datasets import study_hours
from helpers.evaluation import plot_confusion, plot_pictures, plot_reliability, plot_roc
from helpers.grids import LossSurface
from helpers.maps import (
    plot_arrival_map,
    plot_decision_boundary,
    plot_decision_regions,
    plot_loss_surface,
    plot_simplex,
)
from helpers.plots import plot_binary_data, plot_covariance_ellipse, plot_loss_curve, plot_sigmoid

X, Y = study_hours()
PROBS = torch.tensor([[0.1], [0.4], [0.5], [0.8]])
PLANE = torch.tensor([[0.0, 0.0], [1.0, 2.0], [2.0, 1.0], [3.0, 3.0]])
CLASSES = torch.tensor([0, 1, 2, 0])
SURFACE = LossSurface(torch.arange(3.0), torch.arange(2.0), torch.arange(1.0, 7.0).reshape(2, 3))


def three_classes(X):
    return torch.softmax(torch.cat([X, X[:, :1] + X[:, 1:]], dim=1), dim=1)


@pytest.mark.parametrize(
    "plot",
    [
        lambda **ax: plot_binary_data(X, Y, **ax),
        lambda **ax: plot_sigmoid(2.0, -5.0, torch.linspace(0, 5, 20), **ax),
        lambda **ax: plot_loss_curve(torch.arange(3), torch.ones(3), name="BCE", log=True, **ax),
        lambda **ax: plot_covariance_ellipse(torch.zeros(2), torch.eye(2), **ax),
        lambda **ax: plot_decision_boundary(lambda X: torch.sigmoid(X[:, :1] - 1), PLANE, Y, **ax),
        lambda **ax: plot_decision_regions(three_classes, PLANE, CLASSES, **ax),
        lambda **ax: plot_loss_surface(SURFACE, {"run": torch.ones(2, 2)}, name="MSE", **ax),
        lambda **ax: plot_arrival_map(*SURFACE, limits=(1, 12), **ax),
        lambda **ax: plot_simplex(three_classes(PLANE), CLASSES, **ax),
        lambda **ax: plot_roc(Y, PROBS, **ax),
        lambda **ax: plot_reliability(PROBS, Y, **ax),
        lambda **ax: plot_confusion(torch.tensor([[3, 1], [0, 2]]), ("a", "b"), **ax),
        lambda **ax: plot_pictures(torch.eye(64)[:3], **ax),
    ],
)
def test_a_plot_is_made_on_the_axes_passed_in_or_on_one_new_figure(plot):
    settings, (left, right) = dict(mpl.rcParams), plt.subplots(1, 2)[1]
    assert plot(ax=right) is right
    assert (left.has_data(), right.has_data(), plt.get_fignums()) == (False, True, [1])
    assert plot().figure.number == 2
    assert (plt.get_fignums(), dict(mpl.rcParams)) == ([1, 2], settings)
