"""The data sets of the course: each function returns named tensors, in float32 whatever the default dtype is."""

# scikit-learn's data sets are imported where they are loaded: the import takes a second, and most notebooks need none.

from typing import NamedTuple

import torch
from torch import Tensor

FLOAT = torch.float32


class Dataset(NamedTuple):
    """Features ``X`` (n_samples, n_features) float32 and labels ``y``.

    ``y`` is (n_samples, 1) float32 for a regression or two classes, (n_samples,) int64 for more classes.
    """

    X: Tensor
    y: Tensor


class BernoulliDataset(NamedTuple):
    """Two classes with the true P(y = 1 | x) in ``probs``; ``X``, ``y`` and ``probs`` are (n_samples, 1) float32."""

    X: Tensor
    y: Tensor
    probs: Tensor


class RealDataset(NamedTuple):
    """Real samples: ``X``, ``y`` as in ``Dataset``, and what the columns of X hold, ``feature_names`` (n_features)."""

    X: Tensor
    y: Tensor
    feature_names: list[str]


def line() -> Dataset:
    """Return three points on the line y = 2x, at x = 1, 2, 3.

    >>> line().y.flatten().tolist()
    [2.0, 4.0, 6.0]
    """
    X = torch.tensor([[1], [2], [3]], dtype=FLOAT)
    return Dataset(X, 2 * X)


def study_hours() -> Dataset:
    """Return four students: hours studied, and failed (0) or passed (1).

    >>> study_hours().y.flatten().tolist()
    [0.0, 0.0, 1.0, 1.0]
    """
    return Dataset(torch.tensor([[1], [2], [3], [4]], dtype=FLOAT), torch.tensor([[0], [0], [1], [1]], dtype=FLOAT))


def two_features() -> Dataset:
    """Return six points in the plane, three of each class, that a line separates.

    >>> two_features().X.shape
    torch.Size([6, 2])
    """
    X = torch.tensor([[1, 2], [2, 3], [3, 1], [4, 3], [5, 3], [6, 2]], dtype=FLOAT)
    return Dataset(X, torch.tensor([[0], [0], [0], [1], [1], [1]], dtype=FLOAT))


def bernoulli_sigmoid(
    n_samples: int = 2000, w: float = 5.0, b: float = -1.0, *, generator: torch.Generator
) -> BernoulliDataset:
    """Draw labels whose log-odds are a line: y ~ Bernoulli(σ(wx + b)), x evenly spaced on [−1, 1].

    The Korean lectures draw theirs after ``torch.manual_seed(43052)``; a generator with that seed draws the same.

    >>> data = bernoulli_sigmoid(generator=torch.Generator().manual_seed(43052))
    >>> data.X.shape, int(data.y.sum())
    (torch.Size([2000, 1]), 795)
    """
    X = torch.linspace(-1, 1, n_samples, dtype=FLOAT).reshape(-1, 1)
    probs = torch.sigmoid(w * X + b)
    return BernoulliDataset(X, torch.bernoulli(probs, generator=generator), probs)


def eight_samples() -> Dataset:
    """Return the lectures' eight samples with four features, in three classes.

    >>> eight_samples().y.bincount().tolist()
    [2, 3, 3]
    """
    rows = ("3325", "2132", "3134", "2351", "1755", "9633", "4123", "1737")
    X = torch.tensor([[int(digit) for digit in row] for row in rows], dtype=FLOAT)
    return Dataset(X, torch.tensor([2, 2, 2, 1, 1, 1, 0, 0]))


def three_blobs(n_per_class: int = 40, *, generator: torch.Generator) -> Dataset:
    """Draw three overlapping Gaussian clouds of unit variance, in order of class.

    Classes that are Gaussian with one covariance have log-odds that are linear in x, so softmax regression is the
    right model: Bishop, *Pattern Recognition and Machine Learning*, 4.2.1.

    >>> three_blobs(5, generator=torch.Generator().manual_seed(0)).X.shape
    torch.Size([15, 2])
    """
    centres = torch.tensor([[-1.4, -0.8], [1.4, -0.8], [0.0, 1.6]], dtype=FLOAT)
    y = torch.arange(3).repeat_interleave(n_per_class)
    return Dataset(centres[y] + torch.randn(len(y), 2, generator=generator, dtype=FLOAT), y)


def two_moons(n_samples: int = 200, noise: float = 0.2, *, generator: torch.Generator) -> Dataset:
    """Draw two half circles that reach into each other, with Gaussian noise: no line separates them.

    Class 0, the first ⌈n/2⌉ samples, is (cos t, sin t), class 1 is (1 − cos t, ½ − sin t), with t evenly spaced on
    [0, π]: the shape that ``sklearn.datasets.make_moons`` made popular.

    >>> two_moons(5, generator=torch.Generator().manual_seed(0)).y.flatten().tolist()
    [0.0, 0.0, 0.0, 1.0, 1.0]
    """
    n_first = (n_samples + 1) // 2
    t0, t1 = (torch.linspace(0, torch.pi, n, dtype=FLOAT) for n in (n_first, n_samples - n_first))
    first = torch.stack([t0.cos(), t0.sin()], dim=1)
    second = torch.stack([1 - t1.cos(), 0.5 - t1.sin()], dim=1)
    X = torch.cat([first, second])
    y = (torch.arange(n_samples) >= n_first).to(FLOAT).reshape(-1, 1)
    return Dataset(X + noise * torch.randn(X.shape, generator=generator, dtype=FLOAT), y)


def breast_cancer() -> RealDataset:
    """Return 569 breast tumours, 30 measurements each; y (569, 1) is 1 for the 212 that were malignant.

    A fine needle took cells; their outlines were traced on a digital picture, and ten properties of each nucleus
    measured: columns 0–9 hold the mean over the nuclei, 10–19 its standard error, 20–29 the mean of the three largest.
    No units are given. Street, Wolberg, Mangasarian, "Nuclear feature extraction for breast tumor diagnosis", 1993; UCI
    Machine Learning Repository, CC BY 4.0. scikit-learn ships a copy, in which 1 means benign.

    >>> X, y, names = breast_cancer()
    >>> X.shape, int(y.sum()), names[:2], names[20]
    (torch.Size([569, 30]), 212, ['mean radius', 'mean texture'], 'worst radius')
    """
    from sklearn.datasets import load_breast_cancer

    data = load_breast_cancer()
    X, benign = torch.tensor(data.data, dtype=FLOAT), torch.tensor(data.target, dtype=FLOAT)
    return RealDataset(X, 1 - benign.reshape(-1, 1), data.feature_names.tolist())


def digits() -> RealDataset:
    """Return 1,797 handwritten digits as 8 × 8 pixels, row by row, from 0 (paper) to 16 (ink); y (1797,) is the digit.

    Thirteen people wrote them. Each pixel counts the inked ones of 4 × 4 in a finer picture. Alpaydin and Kaynak,
    "Optical recognition of handwritten digits", 1998; UCI Machine Learning Repository, CC BY 4.0: its test part, which
    scikit-learn ships.

    >>> X, y, names = digits()
    >>> X.shape, X.max().item(), y[:3].tolist(), names[63]
    (torch.Size([1797, 64]), 16.0, [0, 1, 2], 'pixel_7_7')
    """
    from sklearn.datasets import load_digits

    data = load_digits()
    return RealDataset(torch.tensor(data.data, dtype=FLOAT), torch.tensor(data.target).long(), data.feature_names)
