"""Grids hold what the model and the loss give at each of their points, and stay calm far out."""

import re

import numpy as np
import pytest
import torch
from sklearn.metrics import log_loss
from torch import nn
from torch.testing import assert_close

from helpers.datasets import study_hours, two_features
from helpers.grids import loss_surface, probability_grid

W, B = torch.linspace(-2, 3, 6), torch.linspace(-4, 4, 5)


def whole(message):
    return "^" + re.escape(message) + "$"


def bce(logits, y):
    return nn.functional.binary_cross_entropy_with_logits(logits, y, reduction="none")


def squared_error(logits, y):
    return (torch.sigmoid(logits) - y) ** 2


def first_feature(X):
    return torch.sigmoid(X[:, :1])


@pytest.mark.parametrize(
    ("loss_fn", "library"),
    [
        (bce, nn.functional.binary_cross_entropy_with_logits),
        (squared_error, lambda logits, y: nn.functional.mse_loss(torch.sigmoid(logits), y)),
    ],
)
def test_a_surface_holds_the_loss_of_each_pair(loss_fn, library):
    X, y = study_hours()
    surface = loss_surface(loss_fn, X, y, W, B)
    assert surface.loss.shape == (5, 6)
    for i, b in enumerate(B.double()):
        for j, w in enumerate(W.double()):
            assert_close(surface.loss[i, j], library(w * X.double() + b, y.double()))


def test_a_surface_agrees_with_scikit_learn():
    X, y = study_hours()
    surface = loss_surface(bce, X, y, W, B)
    probs = torch.sigmoid(W[4].double() * X.double() + B[1].double())
    assert_close(surface.loss[1, 4].item(), float(log_loss(y.flatten().numpy(), probs.flatten().numpy())))


def test_the_slope_of_a_surface_is_the_gradient_of_the_loss():
    X, y = study_hours()
    step = 1e-5
    w = torch.tensor([0.7 - step, 0.7 + step], dtype=torch.float64)
    b = torch.tensor([-1.5 - step, -1.5 + step], dtype=torch.float64)
    loss = loss_surface(bce, X, y, w, b).loss
    at = torch.tensor([0.7, -1.5], dtype=torch.float64, requires_grad=True)
    nn.functional.binary_cross_entropy_with_logits(at[0] * X + at[1], y.double()).backward()
    assert_close((loss[:, 1] - loss[:, 0]).mean() / (2 * step), at.grad[0], rtol=1e-6, atol=0)
    assert_close((loss[1] - loss[0]).mean() / (2 * step), at.grad[1], rtol=1e-6, atol=0)


def test_a_surface_is_in_float64_and_leaves_its_arguments_alone():
    X, y = study_hours()
    w = W.clone().requires_grad_()
    surface = loss_surface(bce, X, y, w, B)
    assert [tensor.dtype for tensor in surface] == [torch.float64] * 3
    assert not surface.loss.requires_grad
    assert w.grad is None
    assert (X.dtype, y.dtype, B.dtype) == (torch.float32,) * 3


def test_a_surface_shows_logits_of_a_thousand():
    X, y = torch.tensor([[1.0], [1.0]]), torch.tensor([[0.0], [1.0]])
    loss = loss_surface(bce, X, y, torch.tensor([-1000.0, 1000.0]), torch.zeros(1)).loss
    assert_close(loss, torch.tensor([[500.0, 500.0]], dtype=torch.float64))
    plateau = loss_surface(squared_error, X, y, torch.tensor([-1000.0, 1000.0]), torch.zeros(1)).loss
    assert_close(plateau, torch.tensor([[0.5, 0.5]], dtype=torch.float64))


@pytest.mark.parametrize(("values", "shown"), [(torch.zeros(2, 2), "(2, 2)"), (torch.zeros(0), "(0,)"), (0.5, "float")])
@pytest.mark.parametrize("name", ["w", "b"])
def test_a_surface_wants_vectors(name, values, shown):
    X, y = study_hours()
    message = f"{name} must be a vector with a value. Got {shown}: pass torch.linspace(start, end, n)."
    with pytest.raises(ValueError, match=whole(message)):
        loss_surface(bce, X, y, **({"w": W, "b": B} | {name: values}))


def test_a_surface_wants_the_loss_of_each_sample():
    X, y = study_hours()
    message = "loss_fn must return one value for each sample. Got the shape () for (4, 6): use reduction='none'."
    with pytest.raises(ValueError, match=whole(message)):
        loss_surface(nn.BCEWithLogitsLoss(), X, y, W, B)


def test_a_surface_wants_one_feature_and_binary_labels():
    X, y = study_hours()
    message = "n_features must be 1 to draw a surface over (w, b). Got 2: pass one column of X."
    with pytest.raises(ValueError, match=whole(message)):
        loss_surface(bce, torch.zeros(4, 2), y, W, B)
    with pytest.raises(ValueError, match=r"^Binary labels must be 0 or 1\. Got 3"):
        loss_surface(bce, X, y * 3, W, B)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_a_grid_asks_for_each_of_its_points(dtype):
    X = two_features().X.to(dtype)

    def predict(points):
        return torch.stack([points[:, 0] / 100 + 0.1, points[:, 1] / 100 + 0.1], dim=1)

    grid = probability_grid(predict, X, n_steps=7, margin=0.5)
    assert grid.probs.shape == (7, 7, 2)
    assert {tensor.dtype for tensor in grid} == {dtype}
    assert_close(grid.x1, torch.linspace(0.5, 6.5, 7, dtype=dtype))
    assert_close(grid.x2, torch.linspace(0.5, 3.5, 7, dtype=dtype))
    for i in range(7):
        for j in range(7):
            assert_close(grid.probs[i, j], torch.stack([grid.x1[j], grid.x2[i]]) / 100 + 0.1)


def test_a_grid_reaches_one_unit_beyond_the_samples_unless_told():
    grid = probability_grid(first_feature, two_features().X)
    assert (grid.x1[0], grid.x1[-1], grid.x2[0], grid.x2[-1]) == (0, 7, 0, 4)
    assert grid.probs.shape == (200, 200, 1)


def test_a_grid_agrees_with_numpy_far_out():
    X = torch.tensor([[-1000.0, 0.0], [1000.0, 1.0]], dtype=torch.float64)
    grid = probability_grid(first_feature, X, n_steps=3, margin=0.0)
    assert_close(grid.probs[0, :, 0], torch.from_numpy(np.array([0.0, 0.5, 1.0])))


@pytest.mark.parametrize("training", [True, False])
def test_a_grid_leaves_the_model_as_it_was(training):
    model = nn.Sequential(nn.Linear(2, 1), nn.Sigmoid()).train(training)
    before = {name: value.clone() for name, value in model.state_dict().items()}
    grid = probability_grid(model, two_features().X, n_steps=5)
    assert all(module.training is training for module in model.modules())
    assert all(p.grad is None and p.requires_grad for p in model.parameters())
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())
    assert not grid.probs.requires_grad
    assert torch.is_grad_enabled()


@pytest.mark.parametrize(
    ("predict", "shown"),
    [
        (lambda X: X[:, 0], "(25,)"),
        (lambda X: X[:3], "(3, 2)"),
        (lambda X: X.numpy(), "ndarray"),
    ],
)
def test_a_grid_wants_a_row_for_each_point(predict, shown):
    message = (
        f"predict must return (m, 1) or (m, n_classes) probabilities. Got {shown} for m = 25: "
        "keep one row for each point."
    )
    with pytest.raises(ValueError, match=whole(message)):
        probability_grid(predict, two_features().X, n_steps=5)


@pytest.mark.parametrize(
    ("predict", "shown"),
    [
        (lambda X: X[:, :1], "0 to 7"),
        (lambda X: X[:, :1] / -7, "-1 to -0"),
        (lambda X: X[:, :1] * torch.nan, "nan to nan"),
    ],
)
def test_a_grid_wants_probabilities(predict, shown):
    message = (
        f"predict must return probabilities in [0, 1]. Got {shown}: "
        "if the model returns logits, pass lambda X: torch.sigmoid(model(X)) or softmax."
    )
    with pytest.raises(ValueError, match=whole(message)):
        probability_grid(predict, two_features().X, n_steps=5)


def test_a_grid_wants_two_features_and_a_count():
    with pytest.raises(ValueError, match=whole("n_features must be 2 to draw a boundary. Got 1: pass 2 columns of X.")):
        probability_grid(first_feature, torch.zeros(3, 1))
    with pytest.raises(ValueError, match=whole("n_steps must be at least 1. Got 0: pass 1 or more.")):
        probability_grid(first_feature, torch.zeros(3, 2), n_steps=0)
