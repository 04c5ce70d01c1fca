"""What an answer gave, read as numbers: compared with what is right, and shown in a few words."""

from collections.abc import Callable
from numbers import Real
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

__all__ = ["Numbers", "Unfinished", "Unreadable", "close", "in_words", "read", "shape_in_words"]

Numbers = Tensor | tuple[Tensor, ...]
MAX_SHOWN = 8


class Unfinished(Exception):
    """The answer still holds the placeholder ``...``."""


class Unreadable(Exception):
    """The answer holds no numbers: what it is instead, and a hint."""

    def __init__(self, what: str, hint: str = "A number, a tensor or a list of numbers is wanted.") -> None:
        super().__init__(what)
        self.what, self.hint = what, hint


def read(value: Any) -> Numbers:
    """Return numbers in any wrapping as one tensor without dimensions of size 1.

    Parameters
    ----------
    value : number, array, tensor, or list or tuple of those

    Returns
    -------
    Tensor, or tuple of Tensors
        Floating, detached, a copy; a tuple if ``value`` is a list or tuple whose parts have different shapes.

    Raises
    ------
    Unfinished
        If there is a ``...`` in it.
    Unreadable
        If it is anything else.

    Examples
    --------
    >>> read([[1, 2.5]])
    tensor([1.0000, 2.5000], dtype=torch.float64)
    >>> read((torch.zeros(2, 1), 3.0))
    (tensor([0., 0.]), tensor(3., dtype=torch.float64))
    """
    if value is ... or (isinstance(value, list | tuple | set) and any(part is ... for part in value)):
        raise Unfinished
    if isinstance(value, list | tuple) and value:
        if set(map(type, value)) <= {bool, int, float}:  # fast for a million
            return torch.tensor(value, dtype=torch.float64).squeeze()
        parts = [read(part) for part in value]
        if any(isinstance(part, tuple) for part in parts):
            raise Unreadable("a list nested in an irregular way")
        same = len({part.shape for part in parts}) == 1
        return torch.stack(parts).squeeze() if same else tuple(parts)
    if value is None:
        raise Unreadable("None", "None is Python's word for nothing. Is a return missing?")
    if isinstance(value, str):
        raise Unreadable(repr(value[:20]), "A number is wanted: leave the quotes out.")
    tensor = _tensor(value)
    if tensor is None or tensor.is_complex():
        raise Unreadable(f"something of the type {type(value).__name__}")
    tensor = tensor.detach().cpu()
    return (tensor.clone() if tensor.is_floating_point() else tensor.double()).squeeze()


def _tensor(value: Any) -> Tensor | None:
    if isinstance(value, Tensor):
        return value
    if isinstance(value, np.ndarray | np.generic) and value.dtype.kind in "biuf":
        return torch.from_numpy(np.array(value if value.dtype in (np.float16, np.float32) else value.astype(float)))
    return torch.tensor(float(value), dtype=torch.float64) if isinstance(value, Real) else None


def close(got: Numbers, wanted: Numbers, *, rtol: float, atol: float) -> bool:
    """Say whether the shapes agree and all |got − wanted| ≤ atol + rtol · |wanted|; nan equals nan.

    Half precision gets the tolerance that its few digits need.

    Examples
    --------
    >>> close(read(0.3333), read(1 / 3), rtol=1e-3, atol=0.0)
    True
    >>> close(read([1, 2]), read([1, 2, 3]), rtol=1e-3, atol=0.0)
    False
    """
    if _shapes(got) != _shapes(wanted):
        return False
    return all(
        torch.allclose(g.double(), w.double(), rtol=max(rtol, 4 * torch.finfo(g.dtype).eps), atol=atol, equal_nan=True)
        for g, w in zip(_parts(got), _parts(wanted), strict=True)
    )


def _parts(numbers: Numbers) -> tuple[Tensor, ...]:
    return numbers if isinstance(numbers, tuple) else (numbers,)


def _shapes(numbers: Numbers) -> list[tuple[int, ...]]:
    return [tuple(part.shape) for part in _parts(numbers)]


def has(numbers: Numbers, property_: Callable[[Tensor], Tensor]) -> bool:
    """Say whether any of the numbers has a property such as ``torch.isnan``."""
    return any(bool(property_(part).any()) for part in _parts(numbers))


def shape_in_words(numbers: Numbers) -> str:
    """Return what the shape is called in a hint.

    Examples
    --------
    >>> shape_in_words(torch.tensor(3.0)), shape_in_words(torch.zeros(4, 2))
    ('one number', '8 numbers of the shape (4, 2)')
    """
    if isinstance(numbers, tuple):
        return f"{len(numbers)} parts ({', '.join(map(shape_in_words, numbers))})"
    if numbers.ndim == 0:
        return "one number"
    return f"{numbers.numel()} numbers" + (f" of the shape {tuple(numbers.shape)}" if numbers.ndim > 1 else "")


def in_words(value: Any) -> str:
    """Return an argument or a result in one short line.

    Examples
    --------
    >>> in_words(torch.tensor([[1.0], [2.5]])), in_words(1 / 3)
    ('[[1], [2.5]]', '0.333333')
    >>> in_words(torch.zeros(1000))
    '1000 numbers, beginning with 0, 0, 0'
    """
    if isinstance(value, np.ndarray | Tensor):
        tensor = torch.as_tensor(value).detach()
        if tensor.numel() <= MAX_SHOWN:
            return in_words(tensor.tolist())
        return f"{shape_in_words(tensor)}, beginning with {', '.join(map(in_words, tensor.flatten()[:3].tolist()))}"
    if isinstance(value, list | tuple):
        left, right = "[]" if isinstance(value, list) else "()"
        return (
            left + ", ".join([in_words(part) for part in value[:MAX_SHOWN]] + ["…"] * (len(value) > MAX_SHOWN)) + right
        )
    if isinstance(value, bool) or not isinstance(value, Real):
        named = isinstance(value, nn.Module) or callable(value)
        return getattr(value, "__name__", type(value).__name__) if named else repr(value)[:60]
    return f"{value:.6g}"
