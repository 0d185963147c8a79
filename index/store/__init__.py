"""Articles and what is known of them in one SQLite file, published in generations.

DIR/clippings.json            the manifest, replaced in one step
DIR/generation-000003/        articles.sqlite, vectors.npy, vectors.ivf (of many rows), words/,
                              facts/ - never written again
DIR/draft/                    the next generation while it grows; survives an interruption
"""

from index.store.files import FileState
from index.store.reader import Base, Copy, Listed, Standing
from index.store.table import ArticleTable
from index.store.versions import Wanted

ARTICLES = "articles.sqlite"
VECTORS = "vectors.npy"
WORDS = "words"
FACTS = "facts"
LISTS = "vectors.ivf"

__all__ = [
    "ARTICLES", "FACTS", "LISTS", "VECTORS", "WORDS",
    "ArticleTable", "Base", "Copy", "FileState", "Listed", "Standing", "Wanted",
]  # fmt: skip
