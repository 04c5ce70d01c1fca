"""Sliders change the sentence and the picture; a reader without a kernel gets a still image."""

import io

import ipywidgets as widgets
import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch
from PIL import Image
from torch.testing import assert_close

from helpers.datasets import study_hours
from helpers.display import figure_html
from helpers.playgrounds import Playground, sigmoid_playground, softmax_playground

X, Y = study_hours()
MAKERS = {"sigmoid": lambda: sigmoid_playground(X, Y), "softmax": softmax_playground}


def pixels(png):
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGB"))


def move(playground, values):
    for slider, value in zip(playground.children[0].children, values, strict=True):
        slider.value = value
    return playground.sentence.value


@pytest.mark.parametrize(("name", "index"), [*(("sigmoid", k) for k in range(2)), *(("softmax", k) for k in range(4))])
def test_every_slider_changes_the_picture_and_the_sentence_and_leaves_no_figure_open(name, index):
    playground = MAKERS[name]()
    row, *shown = playground.children
    assert shown == [playground.sentence, playground.picture]
    before, start = [widget.value for widget in shown], row.children[index].value
    row.children[index].value = start + 0.7
    assert shown[0].value != before[0]
    assert (pixels(shown[1].value) != pixels(before[1])).any()
    row.children[index].value = start
    assert [widget.value for widget in shown] == before
    assert plt.get_fignums() == []


def test_the_picture_shows_the_values_of_the_sliders():
    curve, boundary = sigmoid_playground(X, Y)._draw(2.0, -5.0).axes[0].lines[:2]
    assert_close(torch.tensor(curve.get_ydata()), torch.sigmoid(2 * torch.tensor(curve.get_xdata()) - 5))
    assert (min(curve.get_xdata()), max(curve.get_xdata()), boundary.get_xdata()) == (-2, 7, [2.5, 2.5])
    logits, probs = softmax_playground()._draw(2.0, 1.0, -3.0, 1.5).axes
    assert [bar.get_height() for bar in logits.patches] == [2.0, 1.0, -3.0]
    wanted = torch.softmax(torch.tensor([2.0, 1.0, -3.0]) / 1.5, dim=0)
    assert [bar.get_height() for bar in probs.patches] == pytest.approx(wanted.tolist())


def test_a_reader_without_a_kernel_gets_the_first_picture():
    def draw(height):
        figure, ax = plt.subplots(figsize=(3, 2))
        ax.bar([0], [height])
        return figure

    playground = Playground([widgets.FloatSlider(0.3)], draw, str, alt="A bar of height 0.3.")
    move(playground, [0.9])
    bundle = playground._repr_mimebundle_()
    assert figure_html(draw(0.3), alt="A bar of height 0.3.") in bundle["text/html"]
    assert "application/vnd.jupyter.widget-view+json" in bundle
    assert "Run this cell" in bundle["text/html"]
    assert "run this cell" in bundle["text/plain"]
    # The live picture is as large as the still one.
    assert (playground.picture.layout.width, pixels(playground.picture.value).shape) == ("288px", (192, 288, 3))


@pytest.mark.parametrize(("name", "alt"), [("sigmoid", "w = 1 and b = -2.5"), ("softmax", "logits 2, 1, −1")])
def test_the_alt_text_names_the_first_values(name, alt):
    assert alt in MAKERS[name]()._repr_mimebundle_()["text/html"]


def test_the_sigmoid_s_sentence_has_the_boundary_and_the_odds():
    playground = sigmoid_playground(X, Y)
    assert "boundary is at x = −b/w = 2.50." in playground.sentence.value
    assert "= 2.50. One more unit of x multiplies the odds by 7.39." in move(playground, (2.0, -5.0))
    assert "= -2.00. One more unit of x multiplies the odds by 0.368." in move(playground, (-1.0, -2.0))
    assert "= 0.00." in move(playground, (2.0, 0.0)), "no minus before a zero"
    assert "no boundary: p is the same everywhere." in move(playground, (0.0, 3.0))


@pytest.mark.parametrize("values", [(2.0, 1.0, -3.0, 1.5), (-6.0, 6.0, 0.0, 0.1)])
def test_the_softmax_s_sentence_is_torch_s(values):
    shares = ", ".join(f"{p:.3f}" for p in torch.softmax(torch.tensor(values[:3]) / values[3], dim=0))
    assert move(softmax_playground(), values) == f"With T = {values[3]:.1f} the probabilities are {shares}."


def test_wrong_labels_are_told():
    with pytest.raises(TypeError, match=r"int64.*y\.float"):
        sigmoid_playground(X, Y.long())
