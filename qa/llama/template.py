"""The model's own chat template, rendered in a sandbox and cut at the place of the user's text.

The user's text is put between the two halves after rendering and tokenized as plain text, so
nothing in an article can pass for the template's markup.
"""

from __future__ import annotations

from typing import Any, Protocol

from jinja2 import TemplateError
from llama_cpp.llama_chat_format import Jinja2ChatFormatter

from index.errors import ModelError


class Vocabulary(Protocol):
    """The little of a model that a chat template is made from."""

    name: str
    bos: int
    eos: int

    def metadata(self, key: str) -> str | None:
        """Give a text that the file says of itself."""

    def piece(self, token: int, *, special: bool = False) -> bytes:
        """Give the bytes that a token stands for."""


class ChatTemplate:
    """What stands around the user's text."""

    PLACE = "CLIPPINGS-USER-TEXT"

    def __init__(self, model: Vocabulary) -> None:
        template = model.metadata("tokenizer.chat_template")
        if not template:
            raise ModelError(
                f"{model.name}: this model has no chat template, it cannot follow instructions. "
                "Choose an instruct or chat model."
            )
        self._name = model.name
        self._bos = _text(model, model.bos)
        eos = _text(model, model.eos)
        try:
            self._format: Any = Jinja2ChatFormatter(template, eos_token=eos, bos_token=self._bos)
        except TemplateError as error:
            raise self._unusable(error) from error

    def around_user(self, system: str) -> tuple[str, str]:
        """What stands before and after the user's text."""
        user = {"role": "user", "content": self.PLACE}
        try:
            try:
                text = self._render([{"role": "system", "content": system}, user])
            except ValueError:  # how a template says that it knows no system role
                text = ""
            if system not in text:  # or it passes over it
                text = self._render([{"role": "user", "content": f"{system}\n\n{self.PLACE}"}])
        except (ValueError, TemplateError) as error:
            raise self._unusable(error) from error
        head, found, tail = text.partition(self.PLACE)
        if not found or self.PLACE in tail:
            raise ModelError(f"{self._name}: its chat template drops or repeats what is asked.")
        return head, tail

    def has_bos(self, head: str) -> bool:
        """Whether the template wrote the token that begins a text by itself."""
        return bool(self._bos) and head.startswith(self._bos)

    def _unusable(self, error: Exception) -> ModelError:
        return ModelError(
            f"{self._name}: its chat template cannot be used ({error}). Choose another model."
        )

    def _render(self, messages: list[dict[str, str]]) -> str:
        text: str = self._format(messages=messages).prompt
        return text


def _text(model: Vocabulary, token: int) -> str:
    return model.piece(token, special=True).decode("utf-8", "replace") if token >= 0 else ""
