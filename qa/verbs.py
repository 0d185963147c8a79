"""The forms of English verbs: the one table of the irregular ones, and rules for the rest."""

from __future__ import annotations

import re

# Each verb with its simple past and then, where it is another form, its participle.
_TABLE = """arise:arose,arisen beat:beat,beaten become:became,become begin:began,begun
    bite:bit,bitten blow:blew,blown break:broke,broken bring:brought build:built burn:burnt
    buy:bought
    catch:caught choose:chose,chosen come:came,come cut:cut deal:dealt do:did,done
    draw:drew,drawn drink:drank,drunk drive:drove,driven eat:ate,eaten fall:fell,fallen
    feed:fed feel:felt fight:fought find:found flee:fled fly:flew,flown
    forbid:forbade,forbidden forget:forgot,forgotten freeze:froze,frozen get:got,gotten
    give:gave,given go:went,gone grow:grew,grown hang:hung have:had hear:heard
    hide:hid,hidden hit:hit hold:held hurt:hurt keep:kept know:knew,known lay:laid lead:led
    leave:left lend:lent let:let lie:lay,lain lose:lost make:made mean:meant meet:met
    pay:paid put:put quit:quit read:read ride:rode,ridden ring:rang,rung rise:rose,risen
    run:ran,run say:said see:saw,seen seek:sought sell:sold send:sent set:set shake:shook,shaken
    shoot:shot show:showed,shown
    shrink:shrank shut:shut sing:sang,sung sink:sank,sunk sit:sat sleep:slept
    speak:spoke,spoken spend:spent split:split spread:spread stand:stood steal:stole,stolen
    stick:stuck strike:struck,stricken swear:swore,sworn swim:swam,swum take:took,taken
    teach:taught tear:tore,torn tell:told think:thought throw:threw,thrown
    understand:understood wake:woke wear:wore,worn win:won withdraw:withdrew,withdrawn
    write:wrote,written"""
FORMS = {
    verb: tuple(forms.split(","))
    for verb, _, forms in (entry.partition(":") for entry in _TABLE.split())
}
_NOUNS = frozenset({"bit", "fed"})  # what is mostly none: "a bit", "the Fed"
IRREGULAR = frozenset(form for forms in FORMS.values() for form in forms) - _NOUNS | {
    "been",
    "born",
}


def past(verb: str) -> str:
    """The simple past of a verb: "sink" gives "sank", "close" gives "closed"."""
    if verb in FORMS:
        return FORMS[verb][0]
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
