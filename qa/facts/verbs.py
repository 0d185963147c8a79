"""Verb forms to one form, irregular ones by a table, others by their stem."""

from __future__ import annotations

from functools import lru_cache

from qa.text import stem
from qa.verbs import FORMS

# Beyond the forms of verbs: third persons, and nouns that say that it was done.
_MORE = {
    "does": "do",
    "has": "have",
    "dead": "die",
    "death": "die",
    "died": "die",
    "dies": "die",
    "denial": "deny",
    "denied": "deny",
    "denies": "deny",
}
_LEMMAS = {form: verb for verb, forms in FORMS.items() for form in forms} | _MORE

SAYING = frozenset(
    """say add tell announce claim state note insist argue warn explain admit report declare
    write tweet acknowledge recall""".split()
)


@lru_cache(maxsize=100_000)
def lemma(word: str) -> str:
    """The stem of a word's plain form: "sold" and "selling" give "sell"."""
    lower = word.lower()
    return stem(_LEMMAS.get(lower, lower))


SAYING_LEMMAS = frozenset(map(lemma, SAYING))
