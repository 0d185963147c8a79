"""The forms of English verbs: a table of the irregular ones and rules for the rest."""

from __future__ import annotations

import re

_PAST = dict(
    pair.split(":")
    for pair in """become:became begin:began break:broke bring:brought build:built buy:bought
    catch:caught choose:chose come:came cut:cut deal:dealt do:did draw:drew
    drive:drove fall:fell feel:felt fight:fought find:found fly:flew get:got
    give:gave go:went grow:grew have:had hear:heard hit:hit hold:held hurt:hurt
    keep:kept know:knew lay:laid lead:led leave:left let:let lie:lay lose:lost
    make:made mean:meant meet:met pay:paid put:put quit:quit read:read ride:rode
    ring:rang rise:rose run:ran say:said see:saw seek:sought sell:sold send:sent
    set:set shake:shook shoot:shot shut:shut sing:sang sink:sank sit:sat
    speak:spoke spend:spent split:split spread:spread stand:stood steal:stole
    strike:struck swim:swam take:took teach:taught tell:told think:thought
    throw:threw understand:understood wear:wore win:won withdraw:withdrew
    write:wrote""".split()
)
_PARTICIPLES = frozenset(
    """born broken chosen driven fallen flown forbidden forgotten frozen given gone
    grown hidden known seen shown sunk spoken stolen sung sworn taken thrown torn
    worn written been begun beaten bitten drawn eaten risen shaken done run come
    become""".split()
)
IRREGULAR = frozenset(_PAST.values()) | _PARTICIPLES


def past(verb: str) -> str:
    """The simple past of a verb: "sink" gives "sank", "close" gives "closed"."""
    if verb in _PAST:
        return _PAST[verb]
    if verb.endswith("e"):
        return f"{verb}d"
    if re.search(r"[^aeiou]y$", verb):
        return f"{verb[:-1]}ied"
    if re.fullmatch(r"[^aeiou]*[aeiou][bdgmnprt]", verb):
        return f"{verb}{verb[-1]}ed"
    return f"{verb}ed"


def third_person(verb: str) -> str:
    """The form of a verb behind he, she or it."""
    if re.search(r"(?:s|x|z|ch|sh|o)$", verb):
        return f"{verb}es"
    return f"{verb[:-1]}ies" if re.search(r"[^aeiou]y$", verb) else f"{verb}s"
