"""Prompt to text: the Generator protocol and llama.cpp in this process. It knows no articles."""

from __future__ import annotations

import codecs
import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from index.errors import ModelError

if TYPE_CHECKING:
    from llama_cpp import Llama

CONTEXT_TOKENS = 4096


@dataclass(frozen=True, slots=True)
class Prompt:
    """What the model is given. `system` is ours; `user` holds untrusted text."""

    system: str
    user: str


class Generator(Protocol):
    """What writes answers."""

    @property
    def name(self) -> str:
        """The model's name, as it is shown."""

    def count_tokens(self, text: str) -> int:
        """Tokens of a text."""

    def generate(self, prompt: Prompt, *, max_tokens: int) -> Iterator[str]:
        """Write the most likely answer, piece by piece; the same prompt gives the same answer."""


class LlamaGenerator:
    """A GGUF model in this process. Questions wait for each other; a shared prefix is kept."""

    def __init__(self, llama: Llama, name: str) -> None:
        self._llama = llama
        self._lock = threading.Lock()
        self._template = _ChatTemplate(llama, name)
        self.name = name

    @classmethod
    def open(cls, file: Path, *, context_tokens: int = CONTEXT_TOKENS) -> LlamaGenerator:
        """Load a GGUF file; ModelError if llama.cpp cannot."""
        from llama_cpp import Llama

        try:
            llama = Llama(
                str(file), n_ctx=context_tokens, n_threads=_threads(), seed=0, verbose=False
            )
        except (ValueError, RuntimeError, OSError) as error:
            raise ModelError(
                f"{file}: llama.cpp cannot load this model ({error}). It may be damaged, of an "
                "unknown kind, or too large for the memory; try --llm small."
            ) from error
        return cls(llama, file.stem)

    def count_tokens(self, text: str) -> int:
        """Tokens of a text, which is never read as the model's own markup."""
        return len(self._tokens(text))

    def generate(self, prompt: Prompt, *, max_tokens: int) -> Iterator[str]:
        """Write the most likely answer, piece by piece; the same prompt gives the same answer."""
        tokens = self._prompt_tokens(prompt)
        room = self._llama.n_ctx() - len(tokens)
        if room < 1:
            raise ModelError(
                f"The prompt has {len(tokens)} tokens, the model {self.name} was opened with a "
                f"context of {self._llama.n_ctx()}. Ask a shorter question."
            )
        with self._lock:
            yield from self._decode(tokens, min(max_tokens, room))

    def _decode(self, tokens: list[int], max_tokens: int) -> Iterator[str]:
        from llama_cpp import llama_vocab_is_eog

        decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
        vocabulary = self._llama._model.vocab
        generated = self._llama.generate(tokens, temp=0.0, top_k=1, repeat_penalty=1.0)
        for _, token in zip(range(max_tokens), generated, strict=False):
            if llama_vocab_is_eog(vocabulary, token):
                break
            if piece := decoder.decode(self._llama.detokenize([token])):
                yield piece
        if rest := decoder.decode(b"", final=True):
            yield rest

    def _prompt_tokens(self, prompt: Prompt) -> list[int]:
        head, tail = self._template.around_user(prompt.system)
        return [
            *self._tokens(head, special=True, add_bos=not self._template.has_bos(head)),
            *self._tokens(prompt.user),
            *self._tokens(tail, special=True),
        ]

    def _tokens(self, text: str, *, special: bool = False, add_bos: bool = False) -> list[int]:
        data = text.encode("utf-8", "replace")
        tokens: list[int] = self._llama.tokenize(data, add_bos=add_bos, special=special)
        return tokens


class _ChatTemplate:
    """The model's own chat template, rendered in a sandbox and cut at the place of the user's text.

    The user's text is put between the two halves after rendering and tokenized as plain text, so
    nothing in an article can pass for the template's markup.
    """

    PLACE = "CLIPPINGS-USER-TEXT"

    def __init__(self, llama: Llama, name: str) -> None:
        from jinja2 import TemplateError
        from llama_cpp.llama_chat_format import Jinja2ChatFormatter

        template = llama.metadata.get("tokenizer.chat_template")
        if not template:
            raise ModelError(
                f"{name}: this model has no chat template, it cannot follow instructions. "
                "Choose an instruct or chat model."
            )
        self._name = name
        self._bos = _piece(llama, llama.token_bos())
        eos = _piece(llama, llama.token_eos())
        try:
            self._format: Any = Jinja2ChatFormatter(template, eos_token=eos, bos_token=self._bos)
        except TemplateError as error:
            raise self._unusable(error) from error

    def around_user(self, system: str) -> tuple[str, str]:
        """What stands before and after the user's text."""
        from jinja2 import TemplateError

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


def _piece(llama: Llama, token: int) -> str:
    if token < 0:
        return ""
    data: bytes = llama.detokenize([token], special=True)
    return data.decode("utf-8", "replace")


def _threads() -> int:
    """The threads that decode: the physical cores, as far as they can be told."""
    logical = os.cpu_count() or 1
    return min(logical, max(2, logical // 2))
