"""Models that a user names on the model hub, as `hf:OWNER/NAME`, for machines that can reach it.

It does not know what a model is for. Nothing is asked of the network before a function is called.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from index.errors import WeightsError

WANTED = ["*.json", "*.txt", "*.model", "*.safetensors"]  # no pickles, no second formats


def hub_file(spec: str) -> Path:
    """One file, for `hf:OWNER/NAME/FILE`. Raises WeightsError."""
    pieces = spec.removeprefix("hf:").split("/", 2)
    if len(pieces) != 3 or not all(pieces):
        raise WeightsError(f"{spec} names no file. Write hf:OWNER/NAME/FILE.gguf.")
    from huggingface_hub import hf_hub_download
    from huggingface_hub.errors import LocalEntryNotFoundError

    repo, name = "/".join(pieces[:2]), pieces[2]

    def get() -> str:
        try:
            return str(hf_hub_download(repo, name, local_files_only=True))
        except LocalEntryNotFoundError:  # only what is not on disk needs a call
            return str(hf_hub_download(repo, name))

    return _from_hub(spec, get)


def hub_folder(spec: str) -> Path:
    """The folder of a whole model, for `hf:OWNER/NAME`. Raises WeightsError."""
    from huggingface_hub import snapshot_download

    repo = spec.removeprefix("hf:")
    path = _from_hub(spec, lambda: str(snapshot_download(repo, allow_patterns=WANTED)))
    if not any(path.rglob("*.safetensors")):
        raise WeightsError(f"{spec} holds no .safetensors file. Choose a model that does.")
    return path


def _from_hub(spec: str, get: Callable[[], str]) -> Path:
    from huggingface_hub.errors import EntryNotFoundError, HFValidationError

    try:
        return Path(get())
    except (OSError, EntryNotFoundError, HFValidationError) as error:
        raise WeightsError(
            f"{spec} could not be had from the model hub: {' '.join(str(error).split())} "
            "Check the name and the network, or name a file or folder on disk."
        ) from error
