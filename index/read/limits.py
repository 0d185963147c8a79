"""The limits of reading: what is beyond one is named and passed over, and the rest is read.

They keep memory and time bounded whatever a file holds, and none is met by honest news.
"""

from __future__ import annotations

from typing import Final

MIB: Final = 2**20

MAX_FILE_BYTES: Final = 64 * MIB  # of a file that is one article; a page with inlined pictures
MAX_ARTICLE_CHARACTERS: Final = 2_000_000  # of clean text: a thick book
MAX_PAGE_CHARACTERS: Final = 4_000_000  # that a page shows, with its menus and comments
MAX_RECORD_BYTES: Final = 16 * MIB  # of a line, a row or an item of a file that holds many
MAX_FIELD_CHARACTERS: Final = 1_000  # of a title, source, name or id
MAX_PAGES: Final = 2_000  # of a PDF
PDF_SECONDS: Final = 60.0  # for the text layer of one; a thousand honest pages take ten
MAX_GROUP_BYTES: Final = 2 * 2**30  # of a row group of Parquet, unpacked

MAX_DEPTH: Final = 4  # archives within archives; a .tar.gz counts as two
MAX_MEMBERS: Final = 500_000  # of one archive
MAX_DIRECTORY_BYTES: Final = 64 * MIB  # of a ZIP's list of its members
MAX_UNPACKED_BYTES: Final = 64 * 2**30  # of all members of an archive together
MAX_SPOOLED_BYTES: Final = 2 * 2**30  # of a member that must lie on the disk to be read
MAX_RATIO: Final = 200  # unpacked bytes for a packed one; text packs twentyfold at best
RATIO_FREE_BYTES: Final = 16 * MIB  # unpacked whatever the ratio: short repetitive files
HELD_BYTES: Final = 4 * MIB  # of a member, held in memory before it is put on the disk

MAX_FETCHED_BYTES: Final = 64 * MIB  # of what is fetched, as it is unpacked
MAX_ROBOTS_BYTES: Final = 512 * 2**10  # of a robots.txt; its standard asks for 500 KiB
MAX_REDIRECTS: Final = 5  # one after the other, for one address
MAX_FOLLOWED: Final = 100  # pages that the entries of one feed link to
CONNECT_SECONDS: Final = 10.0
READ_SECONDS: Final = 20.0  # in which something must come
FETCH_SECONDS: Final = 60.0  # for one address with its redirects, whatever comes
PAUSE_SECONDS: Final = 1.0  # between two pages of a site that names no time
MAX_PAUSE_SECONDS: Final = 30.0  # that a site may ask for
