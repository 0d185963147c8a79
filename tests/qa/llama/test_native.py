"""The calls into llama.cpp, with the smallest real model."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from index import weights
from index.errors import ModelError
from qa.llama.native import LlamaContext, Model, identity
from qa.llama.records import Settings, Stopped

pytestmark = pytest.mark.slow
SETTINGS = Settings(256, threads=1, batch_threads=1, batch_tokens=32)


@pytest.fixture(scope="module")
def model() -> Iterator[Model]:
    found = Model(weights.fetch("tiny", progress=False))
    yield found
    found.close()


@pytest.fixture
def context(model: Model) -> Iterator[LlamaContext]:
    found = LlamaContext(model, SETTINGS)
    yield found
    found.close()


@pytest.fixture(scope="module")
def text(model: Model) -> list[int]:
    return model.tokenize("The ferry sailed to the island, and came back on Monday." * 2)[:24]


def test_a_read_that_is_told_to_stop_stops_and_leaves_nothing_wrong(
    context: LlamaContext, text: list[int]
) -> None:
    right = context.read(text, 0)
    context.keep(0)
    context.stop(True)
    with pytest.raises(Stopped):
        context.read(text, 0)
    context.stop(False)
    context.keep(0)
    assert np.array_equal(context.read(text, 0), right)


def test_what_was_saved_is_restored_to_the_last_bit(
    model: Model, context: LlamaContext, text: list[int]
) -> None:
    context.read(text[:16], 0)
    state = context.save()
    right = context.read(text[16:], 16)
    context.keep(0)
    context.read(text[:8], 0)
    assert context.restore(state)
    assert np.array_equal(context.read(text[16:], 16), right)
    other = LlamaContext(model, SETTINGS)
    assert other.restore(state)
    assert np.array_equal(other.read(text[16:], 16), right)
    other.close()


@pytest.mark.parametrize("share", [0.0, 0.3, 0.99])
def test_half_a_state_is_refused_and_the_context_is_empty(
    context: LlamaContext, text: list[int], share: float
) -> None:
    right = context.read(text, 0)
    state = context.save()
    assert not context.restore(state[: int(len(state) * share)])
    assert np.array_equal(context.read(text, 0), right)


def test_what_is_forgotten_can_be_read_otherwise(context: LlamaContext, text: list[int]) -> None:
    right = context.read(text[:16], 0)
    context.read(text[16:], 16)
    assert context.keep(8) == 8
    assert not np.array_equal(context.read(text[16:], 8), right)
    assert context.keep(0) == 0
    assert np.array_equal(context.read(text[:16], 0), right)


def test_more_than_fits_is_a_model_error(context: LlamaContext) -> None:
    tokens = [5] * 32
    for at in range(0, context.tokens, 32):
        context.read(tokens, at)
    with pytest.raises(ModelError, match=r"could not go on \(code 1.*Ask again"):
        context.read(tokens, context.tokens)


def test_settings_and_build_make_up_what_decides_the_numbers() -> None:
    assert identity(SETTINGS) == identity(SETTINGS)
    assert identity(SETTINGS) != identity(Settings(256))


def test_the_vocabulary_is_told(model: Model) -> None:
    assert model.ends(model.eos)
    assert not model.ends(model.tokenize("a")[0])
    assert model.metadata("general.architecture") == "llama"
    assert model.metadata("no.such.key") is None
    assert b"".join(map(model.piece, model.tokenize("Où ? 🦆"))) == "Où ? 🦆".encode()
    assert model.tokenize("") == []
