"""Verbs that news is full of, with their forms. A verb that is not here makes no question."""

from __future__ import annotations

# base, past, participle; where two are given the participle is the past
_IRREGULAR = """
become became become | begin began begun | break broke broken | bring brought | build
built | buy bought | catch caught | choose chose chosen | come came come | cost cost | cut
cut | deal dealt | do did done | draw drew drawn | drive drove driven | fall fell fallen |
fight fought | find found | fly flew flown | get got | give gave given | go went gone |
grow grew grown | have had | hit hit | hold held | keep kept | know knew known | lay laid
| lead led | leave left | lend lent | lose lost | make made | meet met | pay paid | put
put | ring rang rung | rise rose risen | run ran run | see saw seen | seek sought | sell
sold | send sent | set set | shoot shot | shut shut | sink sank sunk | speak spoke spoken
| spend spent | stand stood | steal stole stolen | strike struck | swim swam swum | take
took taken | teach taught | win won | write wrote written"""
_REGULAR = """add admit allow announce appear appoint approve arrest arrive attack attend attract
award ban base block borrow cancel capture carry cause celebrate change charge claim close collect
complete contain contribute create cover damage defeat deliver demolish destroy detain die discover
donate double drop earn elect employ end enter escape evacuate expand expect face fine finish fire
flood found gain gather hand happen help hire host import include increase injure install
introduce invest join jump kill land last launch liberate live measure move need number offer
open order own pass pick plan plant play pledge post present prevent produce promise pull purchase
raise reach receive record recover reduce release remove rename repair replace report rescue
resign restore retire return reveal save score seize serve ship sign spot start stop store suspend
target test trade train travel treat use visit vote warn weigh welcome work"""
_DOUBLED = frozenset("admit ban cancel drop plan ship stop travel".split())
_THIRD = """contain cost cover employ face has hold include lead need offer own produce run serve
want"""

BE = frozenset("is was are were".split())
MODALS = frozenset("will would shall should can could must may might".split())
AUXILIARIES = BE | MODALS | {"has", "have", "had"}
SPEECH = frozenset("said says told tells added asked called warned explained".split())


def _past(base: str) -> str:
    if base.endswith("e"):
        return f"{base}d"
    if base.endswith("y") and base[-2] not in "aeiou":
        return f"{base[:-1]}ied"
    return f"{base}{base[-1] if base in _DOUBLED else ''}ed"


_FORMS = [entry.split() for entry in _IRREGULAR.split("|")]

PAST = {forms[1]: forms[0] for forms in _FORMS} | {_past(base): base for base in _REGULAR.split()}
PARTICIPLES = {forms[-1] for forms in _FORMS} | {_past(base) for base in _REGULAR.split()}
THIRD = {base if base == "has" else f"{base}s": base for base in _THIRD.split()} | {"has": "have"}


def is_finite(word: str) -> bool:
    """Whether a word may be a verb that has a subject; a participle may be taken for one."""
    lower = word.lower()
    known = lower in AUXILIARIES or lower in PAST or lower in THIRD or lower in SPEECH
    return known or (word == lower and len(word) > 4 and word.endswith("ed"))
