"""The figures that notebooks 08 and 09 rest on, once by the course's loop and once by scikit-learn alone."""

import numpy as np
import pytest
import torch
from sklearn.datasets import load_breast_cancer, load_digits
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss, roc_auc_score
from sklearn.model_selection import StratifiedKFold, cross_validate, train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from torch import nn
from torch.nn.functional import binary_cross_entropy_with_logits as bce

from helpers.datasets import breast_cancer, digits
from helpers.newton import SeparableDataError, fit_newton
from helpers.training import fit

MEANS = slice(0, 10)
FOLDS = StratifiedKFold(10, shuffle=True, random_state=0)


def fitted(model, X, y, loss_fn, *, n_epochs):
    """Train with scikit-learn's penalty at C = 1: λ = 1/n for the weights, none for the bias."""
    groups = [{"params": [model.weight], "weight_decay": 1 / len(X)}, {"params": [model.bias], "weight_decay": 0.0}]
    optimizer = torch.optim.SGD(groups, lr=0.5, momentum=0.9)
    fit(model, X, y, loss_fn=loss_fn, optimizer=optimizer, n_epochs=n_epochs, record_every=n_epochs)
    return model


def held_out_logits(X, y):
    """Logits of each sample by a model that did not see it, standardised by what that model saw."""
    logits = torch.empty(len(X), 1)
    for train, held_out in FOLDS.split(X, y[:, 0]):
        mean, spread = X[train].mean(dim=0), X[train].std(dim=0, correction=0)
        model = fitted(nn.Linear(X.shape[1], 1), (X[train] - mean) / spread, y[train], bce, n_epochs=600)
        logits[held_out] = model((X[held_out] - mean) / spread).detach()
    return logits


@pytest.fixture(scope="module")
def logits():
    X, y, _ = breast_cancer()
    return held_out_logits(X[:, MEANS], y)


def test_ten_folds_of_the_ten_means_give_scikit_learn_s_log_loss_and_auc(logits):
    data = load_breast_cancer()
    model = make_pipeline(StandardScaler(), LogisticRegression(C=1.0, tol=1e-8))
    scores = cross_validate(
        model, data.data[:, MEANS], data.target == 0, cv=FOLDS, scoring=("neg_log_loss", "roc_auc", "accuracy")
    )
    y = data.target == 0
    folds = [held_out for _, held_out in FOLDS.split(data.data, y)]
    z = logits[:, 0].double().numpy()
    ours = [log_loss(y[fold], 1 / (1 + np.exp(-z[fold]))) for fold in folds]
    np.testing.assert_allclose(ours, -scores["test_neg_log_loss"], atol=2e-4)
    np.testing.assert_allclose([roc_auc_score(y[f], z[f]) for f in folds], scores["test_roc_auc"], atol=1e-9)
    # The published figures.
    assert np.mean(ours) == pytest.approx(0.148, abs=0.0005)
    assert scores["test_roc_auc"].mean() == pytest.approx(0.984, abs=0.0005)
    assert scores["test_accuracy"].mean() == pytest.approx(0.937, abs=0.0005)


@pytest.mark.parametrize("decimals", [0, 6])  # without decimals many scores are equal
def test_auc_is_the_share_of_pairs_in_the_right_order(logits, decimals):
    y, scores = breast_cancer().y[:, 0], logits.double().round(decimals=decimals)
    ill, well = scores[y == 1], scores[y == 0]
    share = ((ill > well.T).double() + (ill == well.T).double() / 2).mean().item()
    assert share == pytest.approx(roc_auc_score(y, scores[:, 0]), abs=1e-12)


@pytest.mark.parametrize("factor", [0.1, 1.0, 10.0])
def test_a_fitted_temperature_never_raises_the_log_loss_where_it_was_fitted(logits, factor):
    """One number, fitted by scikit-learn: logistic regression of y on z with a weight 1/T and no bias."""
    y, z = breast_cancer().y, factor * logits
    slope = LogisticRegression(C=np.inf, fit_intercept=False, tol=1e-10).fit(z, y[:, 0]).coef_.item()
    assert bce(slope * z, y) <= bce(z, y) + 1e-9
    assert slope * factor == pytest.approx(0.98, abs=0.1)  # the decayed fit was nearly right by itself


def test_a_plane_separates_all_thirty_measurements_and_none_the_ten_means():
    data = load_breast_cancer()
    X, y = StandardScaler().fit_transform(data.data), data.target
    plane = LogisticRegression(C=1e7, solver="newton-cg", tol=1e-8, max_iter=5000).fit(X, y)
    assert plane.score(X, y) == 1.0
    X, y = torch.tensor(X), breast_cancer().y.double()
    with pytest.raises(SeparableDataError):
        fit_newton(X, y)
    # Where there is a maximum, no plane separates the classes: larger weights would fit better for ever.
    assert fit_newton(X[:, MEANS], y).gradient_norms[-1] < 1e-6


def test_softmax_regression_on_digits_is_as_accurate_as_scikit_learn_s():
    data = load_digits()
    split = train_test_split(np.arange(1797), test_size=0.25, random_state=0, stratify=data.target)
    theirs = LogisticRegression(C=1.0, max_iter=1000).fit(data.data[split[0]] / 16, data.target[split[0]])
    X, y, _ = digits()
    train, test = map(torch.tensor, split)
    model = fitted(nn.Linear(64, 10), X[train] / 16, y[train], nn.CrossEntropyLoss(), n_epochs=300)
    accuracy = (model(X[test] / 16).argmax(dim=1) == y[test]).double().mean().item()
    assert accuracy == pytest.approx(theirs.score(data.data[split[1]] / 16, data.target[split[1]]), abs=0.005)
    assert 0.95 < accuracy < 0.98
