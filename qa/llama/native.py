"""The calls into llama.cpp: a model's file and vocabulary, and a context that reads tokens.

Every call that can fail says what to do about it. It does not know who asks, or in what order.
"""

from __future__ import annotations

import ctypes
import os
from collections import deque
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import llama_cpp
import numpy as np

from index.errors import ModelError
from qa.llama.batches import SHORTEST
from qa.llama.records import Logits, Settings, Stopped

_KV = {"f16": llama_cpp.GGML_TYPE_F16, "q8_0": llama_cpp.GGML_TYPE_Q8_0}
_ABORTED = 2
_ERROR = 4  # as ggml counts its levels of logging
_said: deque[str] = deque(maxlen=8)  # by llama.cpp, of late


@llama_cpp.llama_log_callback  # type: ignore[untyped-decorator]
def _listen(level: int, text: bytes | None, _: object) -> None:
    if level == _ERROR and text:
        _said.append(text.decode("utf-8", "replace").strip())


@cache
def _start() -> None:
    llama_cpp.llama_log_set(_listen, ctypes.c_void_p(0))
    llama_cpp.llama_backend_init()


def _reason() -> str:
    text = next((line for line in _said if line), "it does not say why")
    _said.clear()
    return "".join(letter if letter.isprintable() else " " for letter in text[:200])


class Model:
    """A GGUF file, its weights mapped. Its vocabulary may be used from any thread."""

    def __init__(self, file: Path) -> None:
        _start()
        _said.clear()
        _check_size(file)
        options = llama_cpp.llama_model_default_params()
        self._model = llama_cpp.llama_model_load_from_file(os.fsencode(file), options)
        if not self._model:
            raise ModelError(
                f"{file}: llama.cpp cannot load this model ({_reason()}). It may be damaged, of "
                "an unknown kind, or too large for the memory; try --llm small."
            )
        state = file.stat()
        self.name = file.stem
        self.label = f"{file.name} {state.st_size}"
        self.key = f"{self.label} {state.st_mtime_ns}"  # another when the file is written anew
        self.vocabulary_size: int = llama_cpp.llama_vocab_n_tokens(self._vocabulary)
        self.trained_tokens: int = llama_cpp.llama_model_n_ctx_train(self._model)
        self.bos: int = llama_cpp.llama_vocab_bos(self._vocabulary)
        self.eos: int = llama_cpp.llama_vocab_eos(self._vocabulary)

    @property
    def handle(self) -> Any:
        """What llama.cpp knows the model by; ModelError once it is closed."""
        if not self._model:
            raise ModelError(f"{self.name}: the model was closed. Open it again.")
        return self._model

    @property
    def _vocabulary(self) -> Any:
        return llama_cpp.llama_model_get_vocab(self.handle)

    def tokenize(self, text: str, *, special: bool = False, add_bos: bool = False) -> list[int]:
        """Tokens of a text; the model's own markup is read as such only where it is `special`."""
        data = text.encode("utf-8", "replace")
        room = len(data) + 8
        for _ in range(2):
            tokens = (llama_cpp.llama_token * room)()
            count: int = llama_cpp.llama_tokenize(
                self._vocabulary, data, len(data), tokens, room, add_bos, special
            )
            if count >= 0:
                return list(tokens[:count])
            room = -count
        raise ModelError(f"{self.name}: a text of {len(text)} characters has too many tokens.")

    def piece(self, token: int, *, special: bool = False) -> bytes:
        """Give the bytes that a token stands for, which may be a part of a letter."""
        room = 64
        while True:
            buffer = ctypes.create_string_buffer(room)
            count: int = llama_cpp.llama_token_to_piece(
                self._vocabulary, token, buffer, room, 0, special
            )
            if count >= 0:
                return buffer.raw[:count]
            room = -count

    def ends(self, token: int) -> bool:
        """Whether an answer is complete with this token."""
        return bool(llama_cpp.llama_vocab_is_eog(self._vocabulary, token))

    def metadata(self, key: str) -> str | None:
        """Give a text that the file says of itself."""
        room = 1 << 10
        while True:
            buffer = ctypes.create_string_buffer(room)
            count: int = llama_cpp.llama_model_meta_val_str(self.handle, key.encode(), buffer, room)
            if count < room:
                return None if count < 0 else buffer.value.decode("utf-8", "replace")
            room = count + 1

    def close(self) -> None:
        """Give the memory back. No context of it may be open."""
        if self._model:
            llama_cpp.llama_model_free(self._model)
            self._model = None


def identity(settings: Settings) -> str:
    """Say what decides the floats but the model: the settings, llama.cpp and how it was built."""
    _start()
    features: bytes = llama_cpp.llama_print_system_info()
    return f"{settings} {SHORTEST} {llama_cpp.__version__} {features.decode()}"


class LlamaContext:
    """One text, read by the model, its tokens' keys and values at the places of the tokens."""

    def __init__(self, model: Model, settings: Settings) -> None:
        _said.clear()
        options = llama_cpp.llama_context_default_params()
        options.n_ctx = min(settings.context_tokens, model.trained_tokens)
        options.n_batch = options.n_ubatch = settings.batch_tokens
        options.n_seq_max = 1
        options.n_threads = settings.threads
        options.n_threads_batch = settings.batch_threads
        options.flash_attn_type = int(settings.flash)
        options.type_k = options.type_v = _KV[settings.kv]
        options.no_perf = True
        self._context = llama_cpp.llama_init_from_model(model.handle, options)
        if not self._context:
            raise ModelError(
                f"{model.name}: llama.cpp cannot open a context of {options.n_ctx} tokens "
                f"({_reason()}). Close other programs, or try --llm small."
            )
        self.tokens: int = llama_cpp.llama_n_ctx(self._context)
        self._name = model.name
        self._width = model.vocabulary_size
        self._memory = llama_cpp.llama_get_memory(self._context)
        self._batch = llama_cpp.llama_batch_init(settings.batch_tokens, 0, 1)
        self._flag = ctypes.create_string_buffer(2)
        self._ask = _stop_asker()
        llama_cpp.llama_set_abort_callback(
            self._context, self._ask, ctypes.cast(self._flag, ctypes.c_void_p)
        )

    def read(self, batch: Sequence[int], at: int) -> Logits:
        """Read tokens that stand at `at`; Stopped if told to, ModelError if it cannot."""
        for n, token in enumerate(batch):
            self._batch.token[n] = token
            self._batch.pos[n] = at + n
            self._batch.n_seq_id[n] = 1
            self._batch.seq_id[n][0] = 0
            self._batch.logits[n] = n == len(batch) - 1
        self._batch.n_tokens = len(batch)
        _said.clear()
        code = llama_cpp.llama_decode(self._context, self._batch)
        if code == _ABORTED:
            raise Stopped
        if code:
            raise ModelError(
                f"{self._name}: llama.cpp could not go on (code {code}, {_reason()}). Ask again; "
                "if it happens again, choose another model."
            )
        logits = llama_cpp.llama_get_logits_ith(self._context, -1)
        found: Logits = np.ctypeslib.as_array(logits, (self._width,)).copy()
        return found

    def keep(self, count: int) -> int:
        """Forget what stands behind the first `count` tokens; give how many are left (or 0)."""
        if llama_cpp.llama_memory_seq_rm(self._memory, 0, count, -1):
            return count
        llama_cpp.llama_memory_clear(self._memory, False)  # some models can only forget all
        return 0

    def save(self) -> bytes:
        """What it holds."""
        room = llama_cpp.llama_state_seq_get_size(self._context, 0)
        buffer = (ctypes.c_uint8 * room)()
        count = llama_cpp.llama_state_seq_get_data(self._context, buffer, room, 0)
        return bytes(memoryview(buffer)[:count])

    def restore(self, state: bytes) -> bool:
        """Hold what was saved instead; False, holding nothing, if that cannot be."""
        llama_cpp.llama_memory_clear(self._memory, False)
        source = ctypes.cast(ctypes.c_char_p(state), ctypes.POINTER(ctypes.c_uint8))
        if llama_cpp.llama_state_seq_set_data(self._context, source, len(state), 0):
            return True
        llama_cpp.llama_memory_clear(self._memory, False)
        return False

    def stop(self, now: bool) -> None:
        """Make the read that runs, and each later one, raise Stopped; or allow reading again."""
        self._flag[0] = b"x" if now else b"\0"

    def close(self) -> None:
        """Give the memory back."""
        if self._context:
            llama_cpp.llama_batch_free(self._batch)
            llama_cpp.llama_free(self._context)
            self._context = None


def _stop_asker() -> Any:
    """What llama.cpp asks, a thousand times a token, whether to stop: C's own strlen of a text.

    It gives 0 of the empty text and 1 of "x". A function in Python would take the interpreter's
    lock each time, and a busy thread elsewhere would slow the model down to nothing.
    """
    library = ctypes.cdll.msvcrt if os.name == "nt" else ctypes.CDLL(None)
    return llama_cpp.ggml_abort_callback(ctypes.cast(library.strlen, ctypes.c_void_p).value)


def _check_size(file: Path) -> None:
    """Refuse a file that the memory cannot hold: mapped, it would load, and never answer."""
    try:
        needed = file.stat().st_size
        memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (OSError, AttributeError, ValueError):  # no such file is for llama.cpp to say
        return
    if 0 < memory <= needed:
        raise ModelError(
            f"{file}: the model has {needed / 2**30:.1f} GiB, this machine's memory "
            f"{memory / 2**30:.1f} GiB. Choose a smaller model; try --llm small."
        )
