"""Languages of the interface, read from catalogs: gettext's .po files, as translators write them.

It alone reads them, with Babel. A catalog that comes along is in the folder `languages`; any other
is named by its file. docs/translating.md is for those who write one.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from gettext import GNUTranslations
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from index.errors import InputError
from ui.words import Language, speak

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog, Message

FOLDER = Path(__file__).parent / "languages"
TEMPLATE = FOLDER / "clippings.pot"
ENGLISH = "en"
LARGEST = 4 * 2**20  # bytes of a catalog
PLACE = re.compile(r"%\((\w+)\)s")


def choose(named: str) -> str:
    """Have the page speak a language; what is to be said of it in the terminal, if anything."""
    language = open_language(named)
    speak(language)
    if not language.lacking:
        return ""
    return (
        f"{language.lacking} sentences of the page are not in {language.code} yet: they stay in"
        " English."
    )


def open_language(named: str) -> Language:
    """English, a language that comes along, or that of a .po file; InputError where there is none.

    So is a catalog that is damaged, says no language, or puts in what the English does not.
    """
    if named == ENGLISH:
        return Language()
    known = {file.stem: file for file in sorted(FOLDER.glob("*.po"))}
    file = known.get(named) or Path(named).expanduser()
    if named not in known and file.suffix != ".po":
        there = ", ".join([ENGLISH, *known])
        raise InputError(
            f"The page does not speak {named!r}. Languages that come along: {there}. Name one of"
            " them, or the .po file of a catalog, with --language."
        )
    return _language(file)


def _language(file: Path) -> Language:
    from babel import Locale
    from babel.messages.mofile import write_mo

    catalog = _read(file)
    locale = catalog.locale
    if not isinstance(locale, Locale):
        raise InputError(
            f"{file}: the catalog's header names no language that is known here"
            f" ({catalog.locale_identifier or 'none'}). Write a line such as Language: de into it."
        )
    for message in catalog:
        if not message.fuzzy:  # else it is not said
            _check(file, message)
    catalog.charset = "utf-8"  # of what is packed here
    packed = BytesIO()
    write_mo(packed, catalog)
    packed.seek(0)
    try:
        sentences = GNUTranslations(packed)
    except ValueError as error:
        raise InputError(
            f"{file}: the Plural-Forms of the catalog's header cannot be read ({error})."
            " Write what gettext knows, such as nplurals=2; plural=(n != 1);"
        ) from error
    direction = str(locale.text_direction)
    lacking = len(set(_ids(_read(TEMPLATE))) - set(_ids(catalog)))
    return Language(str(locale).replace("_", "-"), direction, sentences, locale, lacking)


def _read(file: Path) -> Catalog:
    from babel.messages.pofile import PoFileError, read_po

    try:
        if file.stat().st_size > LARGEST:
            raise InputError(f"{file}: {LARGEST // 2**20} MB are the limit of a catalog.")
        with file.open("rb") as stream:
            catalog = read_po(stream, abort_invalid=True)
        codecs.lookup(catalog.charset)
        return catalog
    except OSError as error:
        raise InputError(
            f"{file}: the catalog cannot be read ({error.strerror or error}). Name another with"
            " --language."
        ) from error
    except (PoFileError, ValueError, LookupError) as error:  # also what is not in its charset
        raise InputError(f"{file}: this is no catalog of gettext ({error}).") from error


def _ids(catalog: Catalog) -> Iterator[str]:
    """The sentences of a template, or those that a catalog says; of many forms the first."""
    template = not catalog.locale
    for message in catalog:
        said = all(_said(message))
        if message.id and (template or (said and not message.fuzzy)):
            yield message.id if isinstance(message.id, str) else message.id[0]


def _said(message: Message) -> tuple[str, ...]:
    return (message.string,) if isinstance(message.string, str) else tuple(message.string or ("",))


def _check(file: Path, message: Message) -> None:
    """What the English puts in is all that a translation may; InputError if it does more."""
    ids = [message.id] if isinstance(message.id, str) else list(message.id)
    places = dict.fromkeys(PLACE.findall(" ".join(ids)), "")
    for sentence in _said(message) if places and ids[0] else ():
        try:
            sentence % places
        except (KeyError, TypeError, ValueError) as error:
            allowed = ", ".join(f"%({name})s" for name in places)
            raise InputError(
                f"{file}, line {message.lineno}: {sentence[:80]!r} cannot be filled ({error})."
                f" Use the places {allowed}, and write %% for a sign of percent."
            ) from error
