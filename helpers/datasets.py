"""The data sets of the course, each a function that returns tensors with names."""

from typing import NamedTuple

import torch
from torch import Tensor

from helpers.validation import check_count, check_finite, check_generator

__all__ = [
    "BernoulliDataset",
    "BinaryDataset",
    "MulticlassDataset",
    "RegressionDataset",
    "bernoulli_sigmoid",
    "eight_samples",
    "line",
    "study_hours",
    "three_blobs",
    "two_features",
    "two_moons",
]


class RegressionDataset(NamedTuple):
    """Features ``X`` (n_samples, n_features) and targets ``y`` (n_samples, 1), both float32."""

    X: Tensor
    y: Tensor


class BinaryDataset(NamedTuple):
    """Features ``X`` (n_samples, n_features) and labels ``y`` (n_samples, 1), 0 or 1, both float32."""

    X: Tensor
    y: Tensor


class BernoulliDataset(NamedTuple):
    """A binary data set that also knows ``probs`` (n_samples, 1): the true P(y = 1 | x), in [0, 1]."""

    X: Tensor
    y: Tensor
    probs: Tensor


class MulticlassDataset(NamedTuple):
    """Features ``X`` (n_samples, n_features) float32 and class indices ``y`` (n_samples,) int64."""

    X: Tensor
    y: Tensor


def line() -> RegressionDataset:
    """Return three points on the line y = 2x.

    Returns
    -------
    RegressionDataset
        ``X`` and ``y`` of shape (3, 1): x = 1, 2, 3 and y = 2, 4, 6.

    References
    ----------
    The first data set of the Korean lectures that the course grew out of.

    Examples
    --------
    >>> line().y.flatten().tolist()
    [2.0, 4.0, 6.0]
    """
    X = torch.tensor([[1.0], [2.0], [3.0]])
    return RegressionDataset(X, 2 * X)


def study_hours() -> BinaryDataset:
    """Return four students: hours studied, and failed (0) or passed (1).

    Returns
    -------
    BinaryDataset
        ``X`` of shape (4, 1), in hours: 1, 2, 3, 4; ``y``: 0, 0, 1, 1.

    References
    ----------
    The lectures' data set for logistic regression with one feature.

    Examples
    --------
    >>> study_hours().y.flatten().tolist()
    [0.0, 0.0, 1.0, 1.0]
    """
    return BinaryDataset(
        X=torch.tensor([[1.0], [2.0], [3.0], [4.0]]),
        y=torch.tensor([[0.0], [0.0], [1.0], [1.0]]),
    )


def two_features() -> BinaryDataset:
    """Return six points in the plane, three of each class, that a line separates.

    Returns
    -------
    BinaryDataset
        ``X`` of shape (6, 2): (1, 2), (2, 3), (3, 1), (4, 3), (5, 3), (6, 2); ``y``: 0, 0, 0, 1, 1, 1.

    References
    ----------
    The lectures' data set for logistic regression with two features.

    Examples
    --------
    >>> two_features().X.shape
    torch.Size([6, 2])
    """
    return BinaryDataset(
        X=torch.tensor([[1.0, 2.0], [2.0, 3.0], [3.0, 1.0], [4.0, 3.0], [5.0, 3.0], [6.0, 2.0]]),
        y=torch.tensor([[0.0], [0.0], [0.0], [1.0], [1.0], [1.0]]),
    )


def bernoulli_sigmoid(
    n_samples: int = 2000, w: float = 5.0, b: float = -1.0, *, generator: torch.Generator
) -> BernoulliDataset:
    """Draw labels whose log-odds are a line: y ~ Bernoulli(π), π = σ(wx + b), x evenly spaced on [−1, 1].

    Parameters
    ----------
    n_samples : int
        At least 1.
    w, b : float
        Slope and intercept of the log-odds; finite.
    generator : torch.Generator
        The source of chance, on the CPU. The same state gives the same labels.

    Returns
    -------
    BernoulliDataset
        ``X``, ``y`` and ``probs``, each of shape (n_samples, 1), float32.

    Raises
    ------
    TypeError, ValueError
        If n_samples is below 1, a weight is not finite, or the generator is of another kind.

    References
    ----------
    The lectures' experiment draws 2,000 labels with w = 5, b = −1 after ``torch.manual_seed(43052)``;
    ``torch.Generator().manual_seed(43052)`` draws the same ones.

    Examples
    --------
    >>> data = bernoulli_sigmoid(generator=torch.Generator().manual_seed(43052))
    >>> data.X.shape, data.y.unique().tolist()
    (torch.Size([2000, 1]), [0.0, 1.0])
    """
    check_count(n_samples, "n_samples")
    w, b = check_finite(w, "w"), check_finite(b, "b")
    check_generator(generator)
    X = torch.linspace(-1, 1, n_samples).reshape(-1, 1)
    probs = torch.sigmoid(w * X + b)
    return BernoulliDataset(X, torch.bernoulli(probs, generator=generator), probs)


def eight_samples() -> MulticlassDataset:
    """Return eight samples with four features, in three classes.

    Returns
    -------
    MulticlassDataset
        ``X`` of shape (8, 4), float32; ``y`` of shape (8,): 2, 2, 2, 1, 1, 1, 0, 0.

    References
    ----------
    The lectures' data set for softmax regression.

    Examples
    --------
    >>> eight_samples().y.bincount().tolist()
    [2, 3, 3]
    """
    return MulticlassDataset(
        X=torch.tensor(
            [
                [3.0, 3.0, 2.0, 5.0],
                [2.0, 1.0, 3.0, 2.0],
                [3.0, 1.0, 3.0, 4.0],
                [2.0, 3.0, 5.0, 1.0],
                [1.0, 7.0, 5.0, 5.0],
                [9.0, 6.0, 3.0, 3.0],
                [4.0, 1.0, 2.0, 3.0],
                [1.0, 7.0, 3.0, 7.0],
            ]
        ),
        y=torch.tensor([2, 2, 2, 1, 1, 1, 0, 0]),
    )


def three_blobs(n_per_class: int = 40, *, generator: torch.Generator) -> MulticlassDataset:
    """Draw three Gaussian clouds in the plane, with one centre a class and unit variance.

    Parameters
    ----------
    n_per_class : int
        At least 1.
    generator : torch.Generator
        The source of chance, on the CPU.

    Returns
    -------
    MulticlassDataset
        ``X`` of shape (3 · n_per_class, 2), float32; ``y`` of shape (3 · n_per_class,), in order of class.
        The centres are (−1.4, −0.8), (1.4, −0.8) and (0, 1.6): the clouds overlap.

    Raises
    ------
    TypeError, ValueError
        If n_per_class is below 1 or the generator is of another kind.

    References
    ----------
    Made for this course. Classes that are Gaussian with one covariance have log-odds that are linear
    in x, so softmax regression is the right model: Bishop, Pattern Recognition and Machine Learning, 4.2.1.

    Examples
    --------
    >>> three_blobs(5, generator=torch.Generator().manual_seed(0)).X.shape
    torch.Size([15, 2])
    """
    check_count(n_per_class, "n_per_class")
    check_generator(generator)
    centres = torch.tensor([[-1.4, -0.8], [1.4, -0.8], [0.0, 1.6]])
    y = torch.arange(3).repeat_interleave(n_per_class)
    return MulticlassDataset(centres[y] + torch.randn(len(y), 2, generator=generator), y)


def two_moons(n_samples: int = 200, noise: float = 0.2, *, generator: torch.Generator) -> BinaryDataset:
    """Draw two half circles that reach into each other: data that no line separates.

    Class 0 is (cos t, sin t), class 1 is (1 − cos t, ½ − sin t), with t evenly spaced on [0, π];
    Gaussian noise is added to both coordinates.

    Parameters
    ----------
    n_samples : int
        At least 1. Class 0 has ⌈n/2⌉ of them, class 1 the rest.
    noise : float
        The standard deviation of the noise, at least 0.
    generator : torch.Generator
        The source of chance, on the CPU.

    Returns
    -------
    BinaryDataset
        ``X`` of shape (n_samples, 2) and ``y`` of shape (n_samples, 1), in order of class.

    Raises
    ------
    TypeError, ValueError
        If n_samples is below 1, the noise is negative or not finite, or the generator is of another kind.

    References
    ----------
    The shape that ``sklearn.datasets.make_moons`` made popular.

    Examples
    --------
    >>> two_moons(5, generator=torch.Generator().manual_seed(0)).y.flatten().tolist()
    [0.0, 0.0, 0.0, 1.0, 1.0]
    """
    check_count(n_samples, "n_samples")
    if check_finite(noise, "noise") < 0:
        raise ValueError(f"noise must be at least 0. Got {noise}: pass a standard deviation such as noise=0.2.")
    check_generator(generator)
    n_first = (n_samples + 1) // 2
    t0 = torch.linspace(0, torch.pi, n_first)
    t1 = torch.linspace(0, torch.pi, n_samples - n_first)
    first = torch.stack([t0.cos(), t0.sin()], dim=1)
    second = torch.stack([1 - t1.cos(), 0.5 - t1.sin()], dim=1)
    X = torch.cat([first, second])
    y = torch.cat([torch.zeros(n_first, 1), torch.ones(n_samples - n_first, 1)])
    return BinaryDataset(X + noise * torch.randn(X.shape, generator=generator), y)
