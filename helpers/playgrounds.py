"""Sliders beside a picture: drag, and see what changes.

Before a cell is run, or where no kernel is, a playground shows its first picture as a still image.
"""

import io
from collections.abc import Callable, Sequence

import ipywidgets as widgets
import matplotlib.pyplot as plt
import torch
from matplotlib.figure import Figure

from helpers.display import figure_html
from helpers.plots import plot_binary_data, plot_sigmoid
from helpers.styles import BOUNDARY_COLOR, CLASS_STYLES


class Playground(widgets.VBox):
    """Sliders, a sentence and a picture that follow each other.

    The sliders' values are the arguments of ``draw``, which returns a new figure, and of ``describe``, which returns a
    sentence with the numbers. ``alt`` says what the first picture shows.
    """

    def __init__(
        self,
        sliders: Sequence[widgets.FloatSlider],
        draw: Callable[..., Figure],
        describe: Callable[..., str],
        *,
        alt: str,
    ) -> None:
        self._sliders, self._draw, self._describe = tuple(sliders), draw, describe
        first = draw(*(slider.value for slider in sliders))
        self._still = figure_html(first, alt=alt)
        width = f"{round(first.get_figwidth() * 96)}px"
        plt.close(first)
        self.picture = widgets.Image(format="png", layout=widgets.Layout(width=width, max_width="100%"))
        self.sentence = widgets.HTML()
        for slider in sliders:
            slider.observe(self._update, names="value")
        self._update()
        super().__init__(
            [widgets.HBox(self._sliders, layout=widgets.Layout(flex_flow="row wrap")), self.sentence, self.picture]
        )

    def _update(self, _change: object = None) -> None:
        values = [slider.value for slider in self._sliders]
        figure, png = self._draw(*values), io.BytesIO()
        figure.savefig(png, format="png", dpi=96)
        plt.close(figure)
        self.picture.value = png.getvalue()
        self.sentence.value = self._describe(*values)

    def _repr_mimebundle_(self, **kwargs: object) -> dict[str, object]:
        """Add what a viewer without a kernel shows: the first picture."""
        bundle = super()._repr_mimebundle_(**kwargs)
        bundle["text/plain"] = "A playground: run this cell and drag the sliders."
        bundle["text/html"] = f"<p><em>Run this cell to get the sliders of this playground.</em></p>{self._still}"
        return bundle


def _slider(value: float, low: float, high: float, name: str) -> widgets.FloatSlider:
    return widgets.FloatSlider(value, min=low, max=high, step=0.1, description=name, readout_format=".1f")


def sigmoid_playground(X: torch.Tensor, y: torch.Tensor) -> Playground:
    """Make a playground for p = σ(wx + b) over samples X, y (n_samples, 1): see the curve, the boundary, the odds.

    >>> playground = sigmoid_playground(torch.tensor([[1.0], [4.0]]), torch.tensor([[0.0], [1.0]]))
    >>> "multiplies the odds by 2.72" in playground.sentence.value
    True
    """
    x = torch.linspace(X.min().item() - 3, X.max().item() + 3, 300)

    def draw(w: float, b: float) -> Figure:
        figure, ax = plt.subplots(figsize=(6.6, 3.4))
        plot_binary_data(X, y, ax=ax)
        plot_sigmoid(w, b, x, color=BOUNDARY_COLOR, label="p = σ(wx + b)", ax=ax)
        ax.axhline(0.5, color="#999999", linewidth=0.8)
        ax.set(xlabel="x", ylabel="probability of class 1", ylim=(-0.07, 1.07), title=f"w = {w:.1f}, b = {b:.1f}")
        ax.legend(loc="center left", bbox_to_anchor=(1, 0.5))
        return figure

    def describe(w: float, b: float) -> str:
        where = "There is no boundary: p is the same everywhere."
        if w:
            where = f"The boundary is at x = −b/w = {-b / w + 0.0:.2f}."  # + 0.0 turns −0 into 0
        return f"{where} One more unit of x multiplies the odds by {torch.tensor(w).exp():.3g}."

    sliders = [_slider(1.0, -6, 6, "w"), _slider(-2.5, -12, 12, "b")]
    alt = "The sigmoid curve with w = 1 and b = -2.5 over the samples, its boundary marked."
    return Playground(sliders, draw, describe, alt=alt)


def softmax_playground() -> Playground:
    """Make a playground for softmax(z / T): drag three logits and the temperature T, see the probabilities.

    >>> "0.705" in softmax_playground().sentence.value
    True
    """
    names = [f"class {k}" for k in range(3)]

    def probabilities(*values: float) -> list[float]:
        return torch.softmax(torch.tensor(values[:3]) / values[3], dim=0).tolist()

    def draw(*values: float) -> Figure:
        figure, axes = plt.subplots(1, 2, figsize=(6.6, 2.9))
        colors = [style["color"] for style in CLASS_STYLES]
        for ax, heights, title in zip(
            axes, (values[:3], probabilities(*values)), ("logits z", "softmax(z / T)"), strict=True
        ):
            ax.bar(names, heights, color=colors, edgecolor="black", linewidth=0.6)
            ax.set(title=title)
        axes[0].set(ylim=(-6.5, 6.5), ylabel="logit")
        axes[0].axhline(0, color="black", linewidth=0.8)
        axes[1].set(ylim=(0, 1.02), ylabel="probability")
        return figure

    def describe(*values: float) -> str:
        shares = ", ".join(f"{p:.3f}" for p in probabilities(*values))
        return f"With T = {values[3]:.1f} the probabilities are {shares}."

    sliders = [_slider(value, -6, 6, f"z{'₀₁₂'[k]}") for k, value in enumerate((2.0, 1.0, -1.0))]
    sliders.append(_slider(1.0, 0.1, 5, "T"))
    alt = "Two bar charts: the logits 2, 1, −1 and their softmax at T = 1."
    return Playground(sliders, draw, describe, alt=alt)
