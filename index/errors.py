"""The errors users meet. Each message says what was wrong, where, and what to do about it."""

from __future__ import annotations


class ClippingsError(Exception):
    """Anything a user can put right; entry points print it without a traceback."""


class InputError(ClippingsError):
    """A path, file, record or question that cannot be taken."""


class IndexFormatError(ClippingsError):
    """A folder that is no index, or an index this version or embedder cannot open."""


class OtherFormatError(IndexFormatError):
    """An index of a format that this version neither reads nor makes into its own."""


class StorageError(ClippingsError):
    """The disk refused: full, read-only, or held by another writer."""


class WeightsError(ClippingsError):
    """Model weights that could not be fetched, or whose checksum is wrong."""


class ModelError(ClippingsError):
    """A model that could not be loaded or run."""


class ClusterError(ClippingsError):
    """A cluster that cannot be reached, or whose workers fail, hang or say what cannot be."""

    @classmethod
    def at(cls, where: str, why: str) -> ClusterError:
        """Say what is wrong with the cluster, and that nothing is lost."""
        return cls(
            f"--ray {where}: {why.rstrip('.')}. What was stored before is kept: run the same "
            "command again to go on, with --ray or without."
        )
