"""The pictures of how well a classifier does show what an independent count gives, and refuse what would mislead."""

import itertools

import numpy as np
import pytest
import torch
from sklearn.calibration import calibration_curve
from sklearn.metrics import roc_auc_score
from torch import tensor
from torch.testing import assert_close

from helpers.evaluation import plot_confusion, plot_pictures, plot_reliability, plot_roc, wilson_interval

Y = tensor([[0.0], [1.0], [0.0], [1.0]])
PROBS = tensor([[0.1], [0.4], [0.5], [0.8]])


def drawn(n_samples, *, n_values=1000):
    """Labels that follow their probabilities, of which many are tied if there are few values."""
    g = torch.Generator().manual_seed(n_samples)
    probs = torch.randint(0, n_values, (n_samples, 1), generator=g) / n_values
    return torch.bernoulli(probs, generator=g), probs


@pytest.mark.parametrize("n_values", [7, 1000])
def test_the_area_below_the_roc_curve_is_the_share_of_pairs_in_the_right_order(n_values):
    y, scores = drawn(300, n_values=n_values)
    x, height = plot_roc(y, scores, color="black").lines[-1].get_data()
    ours = scores[y == 1].double()
    theirs = scores[y == 0].double()
    pairs = [(a > b) + (a == b) / 2 for a, b in itertools.product(ours.tolist(), theirs.tolist())]
    assert np.mean(pairs) == pytest.approx(np.trapezoid(height, x), abs=1e-12)
    assert np.mean(pairs) == pytest.approx(roc_auc_score(y, scores), abs=1e-12)


def test_a_roc_curve_needs_only_the_order_of_the_scores():
    y, scores = drawn(50)
    curves = [plot_roc(y, s).lines[-1].get_data() for s in (scores, torch.logit(scores.double(), eps=1e-9), scores**2)]
    for curve in curves[1:]:
        np.testing.assert_array_equal(curve, curves[0])


@pytest.mark.parametrize(
    ("y", "scores", "words"),
    [
        (Y, (PROBS > 0.45).float(), r"\[0\.0, 1\.0\], as hard labels.*probabilities or logits"),
        (Y, PROBS[:, 0], r"shape of y, \(4, 1\).*\(4,\)"),
        (Y[:, 0], PROBS, r"y\.reshape\(-1, 1\)"),
        (torch.ones(4, 1), PROBS, "both classes.*4 labels 1"),
        (torch.zeros(4, 1), PROBS, "both classes.*4 labels 0"),
    ],
)
def test_what_gives_no_roc_curve_is_told(y, scores, words):
    with pytest.raises(ValueError, match=words):
        plot_roc(y, scores)


def test_a_reliability_diagram_has_scikit_learn_s_points_and_counts():
    y, probs = drawn(500)
    ax = plot_reliability(probs, y)
    shares, means = calibration_curve(y[:, 0], probs[:, 0], n_bins=5)
    bars = ax.containers[0]
    assert_close(torch.tensor(np.array(bars.lines[0].get_data())), torch.tensor(np.array([means, shares])))
    counts = np.histogram(probs, bins=np.linspace(0, 1, 6))[0]
    assert [int(text.get_text()) for text in ax.texts] == counts.tolist()
    ends = np.array([segment[:, 1] for segment in bars.lines[2][0].get_segments()])
    wanted = [wilson_interval(share, n) for share, n in zip(shares, counts, strict=True)]
    np.testing.assert_allclose(ends, wanted, atol=1e-6)


def test_a_reliability_diagram_leaves_empty_groups_out_and_keeps_a_certain_1():
    ax = plot_reliability(tensor([[0.0], [1.0], [1.0]]), tensor([[0.0], [1.0], [0.0]]))
    assert [text.get_text() for text in ax.texts] == ["1", "2"]


def test_a_reliability_diagram_refuses_logits():
    with pytest.raises(ValueError, match=r"-2 to 3.*torch\.sigmoid"):
        plot_reliability(tensor([[-2.0], [3.0]]), tensor([[0.0], [1.0]]))


@pytest.mark.parametrize(("share", "n"), [(0.0, 10), (0.3, 10), (0.5, 142), (1.0, 50)])
def test_wilson_s_interval_ends_where_the_share_is_1_96_standard_errors_away(share, n):
    for p in wilson_interval(share, n):
        if p not in (0.0, 1.0):
            assert abs(p - share) / (p * (1 - p) / n) ** 0.5 == pytest.approx(1.96)


def test_wilson_s_interval_keeps_its_promise_in_small_samples():
    n, p = 20, 0.9
    counts = torch.binomial(
        torch.full((20_000,), float(n)), torch.tensor(p), generator=torch.Generator().manual_seed(0)
    )
    inside = [low <= p <= high for low, high in (wilson_interval(k / n, n) for k in range(n + 1))]
    held = torch.tensor(inside)[counts.long()].double().mean()
    assert 0.93 < held < 0.98


def test_a_confusion_matrix_has_the_truth_in_rows():
    ax = plot_confusion(tensor([[90, 4], [6, 0]]), ("benign", "malignant"))
    places = {text.get_position(): text.get_text() for text in ax.texts}
    assert places == {(0, 0): "90", (1, 0): "4", (0, 1): "6", (1, 1): "0"}
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("answer", "truth")
    assert ax.yaxis_inverted()
    assert [tick.get_text() for tick in ax.get_xticklabels()] == ["benign", "malignant"]
    with pytest.raises(ValueError, match=r"each of the 3 names.*\(2, 2\)"):
        plot_confusion(torch.zeros(2, 2), ("a", "b", "c"))


def test_pictures_stand_row_by_row_with_their_titles():
    X = torch.arange(1.0, 129.0).reshape(2, 64)
    ax = plot_pictures(X, titles=["first", "second"], n_columns=1)
    sheet = ax.images[0].get_array()
    assert torch.equal(torch.tensor(sheet[3:11, :8].data), X[0].reshape(8, 8).double())
    assert torch.equal(torch.tensor(sheet[14:22, :8].data), X[1].reshape(8, 8).double())
    assert sheet.mask[:3].all()
    assert ax.images[0].get_clim() == (0, 128)
    assert [(text.get_text(), text.get_position()[1] < 3) for text in ax.texts] == [("first", True), ("second", False)]
    with pytest.raises(ValueError, match=r"\(2, 8, 8\).*reshape\(-1, 64\)"):
        plot_pictures(X.reshape(2, 8, 8))


def test_signed_pictures_have_white_at_zero():
    image = plot_pictures(torch.linspace(-1, 3, 64).reshape(1, 64), signed=True).images[0]
    assert image.get_clim() == (-3, 3)
    assert min(image.cmap(0.5)[:3]) > 0.95
