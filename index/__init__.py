"""Articles on disk to a searchable index: read, clean, chunk, embed, store. Works offline."""

from index.article import Article, Chunk, Report, Skipped
from index.errors import ClippingsError
from index.index import Index
from index.info import Info

__all__ = ["Article", "Chunk", "ClippingsError", "Index", "Info", "Report", "Skipped"]
