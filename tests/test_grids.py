"""A grid holds what the loss and the model give at each of its points, and stays calm far out."""

import pytest
import torch
from torch import nn
from torch.nn import functional as F
from torch.testing import assert_close

from helpers.datasets import study_hours, two_features
from helpers.grids import loss_surface, probability_grid

X, Y = study_hours()
PLANE = two_features().X
W, B = torch.linspace(-2, 3, 6), torch.linspace(-4, 4, 5)
BCE = nn.BCEWithLogitsLoss(reduction="none")


def squared_errors(logits, y):
    return (torch.sigmoid(logits) - y) ** 2


@pytest.mark.parametrize("loss_fn", [BCE, squared_errors])
def test_a_surface_holds_the_mean_loss_of_each_pair(loss_fn):
    surface = loss_surface(loss_fn, X, Y, W, B)
    wanted = [[loss_fn(w * X.double() + b, Y.double()).mean() for w in W.double()] for b in B.double()]
    assert_close(tuple(surface), (W.double(), B.double(), torch.tensor(wanted).double()), rtol=0, atol=1e-6)
    assert surface.loss.dtype == torch.float64


def test_the_slope_of_a_surface_is_the_gradient_of_the_loss():
    at, step = torch.tensor([0.7, -1.5]).double(), torch.tensor([-1e-5, 1e-5]).double()
    loss = loss_surface(BCE, X, Y, at[0] + step, at[1] + step).loss
    slopes = torch.stack([(loss[:, 1] - loss[:, 0]).mean(), (loss[1] - loss[0]).mean()]) / 2e-5
    at.requires_grad_()
    F.binary_cross_entropy_with_logits(at[0] * X + at[1], Y.double()).backward()
    assert_close(slopes, at.grad, rtol=1e-6, atol=0)


@pytest.mark.parametrize(("loss_fn", "wanted"), [(BCE, 500.0), (squared_errors, 0.5)])
def test_a_surface_is_right_at_logits_of_a_thousand(loss_fn, wanted):
    X, y = torch.ones(2, 1), torch.tensor([[0.0], [1.0]])
    assert loss_surface(loss_fn, X, y, torch.tensor([-1e3, 1e3]), torch.zeros(1)).loss.tolist() == [[wanted] * 2]


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_a_grid_asks_for_each_point_up_to_one_beyond_the_samples(dtype):
    x1, x2, probs = probability_grid(lambda X: X[:, :1] / 7, PLANE.to(dtype))
    assert_close((x1, x2), (torch.linspace(0, 7, 200, dtype=dtype), torch.linspace(0, 4, 200, dtype=dtype)))
    assert_close(probs, (x1 / 7).reshape(1, 200, 1).expand(200, 200, 1))
    _, _, probs = probability_grid(lambda X: torch.stack([X[:, 1] / 4, 1 - X[:, 1] / 4], dim=1), PLANE.to(dtype))
    assert_close(probs, torch.stack([x2 / 4, 1 - x2 / 4], dim=1).reshape(200, 1, 2).expand(200, 200, 2))


@pytest.mark.parametrize("training", [True, False])
def test_a_grid_leaves_the_model_as_it_was(training):
    model = nn.Sequential(nn.Linear(2, 1), nn.Sigmoid()).train(training)
    assert not probability_grid(model, PLANE).probs.requires_grad
    assert (model.training, model[0].weight.requires_grad, torch.is_grad_enabled()) == (training, True, True)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: loss_surface(BCE, torch.zeros(4, 2), Y, W, B), "n_features must be 1.*Got 2"),
        (lambda: loss_surface(BCE, X, Y[:, 0], W, B), r"\(4, 1\).*y\.reshape\(-1, 1\)"),
        (lambda: probability_grid(lambda X: X[:, :1], PLANE), "Got 0 to 7.*sigmoid"),
        (lambda: probability_grid(lambda X: X.new_full((len(X), 3), 0.5), PLANE), r"sum to 1.*Got 1\.5.*softmax"),
        (lambda: probability_grid(lambda X: torch.sigmoid(X[:, :1]), torch.zeros(4, 3)), "n_features must be 2.*Got 3"),
    ],
)
def test_a_wrong_value_is_told(call, words):
    with pytest.raises(ValueError, match=words):
        call()
