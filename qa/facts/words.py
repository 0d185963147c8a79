"""Words about names: titles, particles, peoples and countries, what may begin a sentence."""

from __future__ import annotations

TITLES = frozenset(
    """mr mrs ms miss dr prof professor sir dame lord lady president vice prime minister chancellor
    king queen prince princess pope archbishop bishop cardinal reverend rev rabbi imam sheikh
    senator sen representative rep congressman congresswoman governor gov mayor councillor judge
    justice general gen colonel col major maj captain capt lieutenant lt sergeant sgt admiral
    commander secretary treasurer ambassador chairman chairwoman chair ceo chief executive
    director coach manager premier commissioner spokesman spokeswoman foreign finance deputy
    former""".split()
)
# Capitals that are no names, or say nothing of who is meant.
CAPITALISED = frozenset(
    """mr mrs ms miss dr i ok tv monday tuesday wednesday thursday friday saturday sunday january
    february march april may june july august september october november december jan feb mar apr
    jun jul aug sep sept oct nov dec am pm yes no""".split()
)
PARTICLES = frozenset(
    "de da di do dos das del della der den du van von zu la le el al bin ibn bint y of the".split()
)

_SAME = (
    "us|usa|u s|united states|united states of america|america",
    "uk|u k|united kingdom|britain|great britain",
    "un|u n|united nations",
    "eu|e u|european union",
    "uae|united arab emirates",
    "nato|north atlantic treaty organization|north atlantic treaty organisation",
    "fbi|federal bureau of investigation",
    "cia|central intelligence agency",
    "nasa|national aeronautics and space administration",
    "who|world health organization|world health organisation",
    "imf|international monetary fund",
    "opec|organization of petroleum exporting countries",
    "fed|federal reserve",
    "gop|republican party",
    "nyc|new york city",
    "la|los angeles",
    "dc|district of columbia",
)
SAME = {
    name: tuple(other for other in names.split("|") if other != name)
    for names in _SAME
    for name in names.split("|")
}

_PEOPLES = """afghanistan:afghan albania:albanian algeria:algerian america:american
    argentina:argentine,argentinian armenia:armenian australia:australian austria:austrian
    belarus:belarusian belgium:belgian bolivia:bolivian brazil:brazilian britain:british,briton
    bulgaria:bulgarian canada:canadian chile:chilean china:chinese colombia:colombian
    croatia:croatian cuba:cuban cyprus:cypriot denmark:danish,dane egypt:egyptian
    england:english estonia:estonian ethiopia:ethiopian europe:european finland:finnish,finn
    france:french georgia:georgian germany:german ghana:ghanaian greece:greek haiti:haitian
    hungary:hungarian iceland:icelandic india:indian indonesia:indonesian iran:iranian iraq:iraqi
    ireland:irish israel:israeli italy:italian japan:japanese jordan:jordanian kenya:kenyan
    korea:korean kuwait:kuwaiti latvia:latvian lebanon:lebanese libya:libyan
    lithuania:lithuanian malaysia:malaysian mexico:mexican morocco:moroccan
    netherlands:dutch nigeria:nigerian norway:norwegian pakistan:pakistani
    palestine:palestinian peru:peruvian philippines:philippine,filipino poland:polish,pole
    portugal:portuguese qatar:qatari romania:romanian russia:russian scotland:scottish
    senegal:senegalese serbia:serbian singapore:singaporean slovakia:slovak slovenia:slovenian
    somalia:somali spain:spanish sudan:sudanese sweden:swedish,swede switzerland:swiss
    syria:syrian taiwan:taiwanese thailand:thai tunisia:tunisian turkey:turkish uganda:ugandan
    ukraine:ukrainian venezuela:venezuelan vietnam:vietnamese wales:welsh yemen:yemeni
    zimbabwe:zimbabwean"""
DEMONYMS: dict[str, tuple[str, ...]] = {}
for _entry in _PEOPLES.split():
    _country, _, _names = _entry.partition(":")
    for _name in (_forms := (_country, *_names.split(","))):
        DEMONYMS[_name] = tuple(form for form in _forms if form != _name)

# Ordinary words that begin sentences of answers and news: no names, whatever the evidence says.
OPENERS = frozenset(
    """accordingly although analysts another approximately around article articles as authorities
    back based because besides beyond campaigners city companies company council court critics
    customers days despite doctors dozens during each early earlier eight either employees
    engineers even every everyone evidence experts families farmers firefighters first five
    following four fans further given government half however hundreds if in indeed instead
    investigators investors its last late later lawmakers lawyers leaders like local long many
    meanwhile members millions ministers most much nearly neither new next nine no nobody none
    nothing now observers officers officials often once one only opposition organisers organizers
    others overall parents part passengers past people perhaps police politicians prices
    prosecutors protesters recently reporters reports rescuers researchers residents scientists
    second seven several shares since six some someone sources spectators staff still students such
    supporters teachers ten thanks therefore third though thousands three thus today together
    tomorrow tonight traders two under unlike until upon users victims volunteers voters while
    witnesses women men children workers yes yesterday yet""".split()
)
