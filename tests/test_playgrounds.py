"""Sliders change the sentence and the picture; a reader without a kernel gets a still image."""

import base64
import io
import re

import ipywidgets as widgets
import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch
from PIL import Image

from helpers.datasets import study_hours
from helpers.playgrounds import Playground, sigmoid_playground, softmax_playground

X, Y = study_hours()
MAKERS = {"sigmoid": lambda: sigmoid_playground(X, Y), "softmax": softmax_playground}
ALTS = {
    "sigmoid": "The sigmoid curve with w = 1 and b = -2.5 over the samples, its boundary marked.",
    "softmax": "Two bar charts: the logits 2, 1, 0 and their softmax at T = 1.",
}


def whole(message):
    return "^" + re.escape(message) + "$"


def sliders_of(playground):
    return playground.children[0].children


def pixels(png):
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGB"), dtype=int)


@pytest.mark.parametrize("name", MAKERS)
def test_a_playground_has_sliders_a_sentence_and_a_picture(name):
    playground = MAKERS[name]()
    row, sentence, picture = playground.children
    assert all(isinstance(slider, widgets.FloatSlider) for slider in row.children)
    assert sentence is playground.sentence
    assert picture is playground.picture
    assert pixels(picture.value).std() > 0


@pytest.mark.parametrize(("name", "index"), [("sigmoid", 0), ("sigmoid", 1), ("softmax", 0), ("softmax", 3)])
def test_every_slider_changes_the_picture_and_the_sentence(name, index):
    playground = MAKERS[name]()
    sentence, picture = playground.sentence.value, playground.picture.value
    slider = sliders_of(playground)[index]
    start = slider.value
    slider.value = start + 0.7
    assert playground.sentence.value != sentence
    assert (pixels(playground.picture.value) != pixels(picture)).any()
    slider.value = start
    assert playground.sentence.value == sentence
    assert playground.picture.value == picture


@pytest.mark.parametrize("name", MAKERS)
def test_no_figure_is_left_open(name):
    mine = plt.figure()
    playground = MAKERS[name]()
    for value in (0.5, 1.5, 2.5):
        sliders_of(playground)[0].value = value
    playground._repr_mimebundle_()
    assert plt.get_fignums() == [mine.number]


@pytest.mark.parametrize("name", MAKERS)
def test_a_reader_without_a_kernel_gets_a_still_image(name):
    playground = MAKERS[name]()
    first = playground.picture.value
    sliders_of(playground)[0].value = 0.3
    bundle = playground._repr_mimebundle_()
    assert bundle["text/plain"] == "A playground: run this cell and drag the sliders."
    assert "application/vnd.jupyter.widget-view+json" in bundle
    assert "image/png" not in bundle
    markup = bundle["text/html"]
    assert markup.startswith("<p><em>Run this cell to get the sliders of this playground.</em></p><img ")
    assert f'alt="{ALTS[name]}"' in markup
    still = base64.b64decode(re.search(r'base64,([^"]+)"', markup)[1])
    shown = Image.open(io.BytesIO(still)).convert("RGB").resize(Image.open(io.BytesIO(first)).size)
    assert np.abs(np.asarray(shown, dtype=int) - pixels(first)).mean() < 6, "the still image is the first picture"
    assert np.abs(np.asarray(shown, dtype=int) - pixels(playground.picture.value)).any()


def test_the_sigmoid_s_sentence_has_the_boundary_and_the_odds():
    playground = sigmoid_playground(X, Y, w=2.0, b=-5.0)
    w, b = sliders_of(playground)
    assert (w.description, w.value, b.description, b.value) == ("w", 2.0, "b", -5.0)
    assert playground.sentence.value == (
        "The boundary is at x = −b/w = 2.50. One more unit of x multiplies the odds by 7.39."
    )
    b.value = 0.0
    assert "= 0.00." in playground.sentence.value, "no minus before a zero"
    w.value = -1.0
    b.value = -2.0
    assert playground.sentence.value == (
        "The boundary is at x = −b/w = -2.00. One more unit of x multiplies the odds by 0.368."
    )
    w.value = 0.0
    assert playground.sentence.value == (
        "There is no boundary: p is the same everywhere. One more unit of x multiplies the odds by 1."
    )


@pytest.mark.parametrize(
    ("logits", "temperature"), [((2.0, 1.0, 0.0), 1.0), ((-6.0, 6.0, 0.0), 0.1), ((1.0, 1.0, 1.0), 5.0)]
)
def test_the_softmax_s_sentence_is_torch_s(logits, temperature):
    playground = softmax_playground(logits, temperature=temperature)
    probs = torch.softmax(torch.tensor(logits) / temperature, dim=0).tolist()
    shares = ", ".join(f"{p:.3f}" for p in probs)
    assert playground.sentence.value == f"With T = {temperature:.1f} the probabilities are {shares}."
    assert [slider.description for slider in sliders_of(playground)] == ["z₀", "z₁", "z₂", "T"]


def test_a_playground_s_data_are_left_alone():
    kept = X.clone(), Y.clone()
    playground = sigmoid_playground(X, Y)
    sliders_of(playground)[0].value = -3.0
    assert torch.equal(X, kept[0])
    assert torch.equal(Y, kept[1])


def test_a_playground_wants_an_alt_text():
    with pytest.raises(ValueError, match=r"^alt must say in a sentence what the picture shows\. Got 'short'"):
        Playground([widgets.FloatSlider(1.0)], lambda _: plt.figure(), str, alt="short")
    with pytest.raises(TypeError, match="alt"):
        Playground([widgets.FloatSlider(1.0)], lambda _: plt.figure(), str)


WRONG = [
    (
        lambda: sigmoid_playground(torch.zeros(4, 2), Y),
        "n_features must be 1 to draw a curve over it. Got 2: pass one column of X.",
    ),
    (lambda: sigmoid_playground(X, Y + 1), "Binary labels must be 0 or 1. Got 2: map your two classes to 0.0 and 1.0."),
    (lambda: sigmoid_playground(X, Y, w=7.0), "w must start between -6 and 6. Got 7: pass a number on the slider."),
    (lambda: sigmoid_playground(X, Y, b=-13), "b must start between -12 and 12. Got -13: pass a number on the slider."),
    (lambda: softmax_playground((1.0, 2.0)), "logits must be three numbers. Got 2: pass one for each class."),
    (lambda: softmax_playground((1, 2, 9)), "z₂ must start between -6 and 6. Got 9: pass a number on the slider."),
    (lambda: softmax_playground(temperature=0), "T must start between 0.1 and 5. Got 0: pass a number on the slider."),
    (
        lambda: softmax_playground(temperature=float("nan")),
        "T must be finite. Got nan: pass a number that is not nan or inf.",
    ),
]


@pytest.mark.parametrize(("call", "message"), WRONG, ids=[message[:40] for _, message in WRONG])
def test_a_wrong_value_is_told(call, message):
    with pytest.raises(ValueError, match=whole(message)):
        call()
    assert plt.get_fignums() == []


def test_labels_are_floats():
    with pytest.raises(TypeError, match=r"^Binary labels must be a floating tensor\. Got a tensor of torch\.int64"):
        sigmoid_playground(X, Y.long())
