"""Verb forms to one form, irregular ones by a table, others by their stem."""

from __future__ import annotations

from functools import lru_cache

from qa.text import stem

_IRREGULAR = """arise:arose,arisen beat:beaten become:became begin:began,begun bite:bit,bitten
    blow:blew,blown break:broke,broken bring:brought build:built burn:burnt buy:bought
    catch:caught choose:chose,chosen come:came deal:dealt die:died,dies,dead,death do:did,done,does
    draw:drew,drawn drink:drank,drunk drive:drove,driven eat:ate,eaten fall:fell,fallen feed:fed
    feel:felt fight:fought find:found flee:fled fly:flew,flown forbid:forbade,forbidden
    forget:forgot,forgotten freeze:froze,frozen get:got,gotten give:gave,given go:went,gone
    grow:grew,grown hang:hung have:had,has hear:heard hide:hid,hidden hold:held keep:kept
    know:knew,known lay:laid lead:led leave:left lend:lent lie:lay,lain lose:lost make:made
    mean:meant meet:met pay:paid ride:rode,ridden ring:rang,rung rise:rose,risen run:ran say:said
    see:saw,seen seek:sought sell:sold send:sent shake:shook,shaken shoot:shot shrink:shrank
    sing:sang,sung sink:sank,sunk sit:sat sleep:slept speak:spoke,spoken spend:spent
    stand:stood steal:stole,stolen stick:stuck strike:struck,stricken swear:swore,sworn
    swim:swam,swum take:took,taken teach:taught tear:tore,torn tell:told think:thought
    throw:threw,thrown understand:understood wake:woke wear:wore,worn win:won
    withdraw:withdrew,withdrawn write:wrote,written deny:denied,denies,denial"""
_LEMMAS = {
    form: verb
    for entry in _IRREGULAR.split()
    for verb, _, forms in [entry.partition(":")]
    for form in forms.split(",")
}

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
