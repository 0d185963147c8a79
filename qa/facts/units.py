"""The words for numbers and for what they count. Tables alone."""

from __future__ import annotations

from decimal import Decimal

from qa.text import stem

_SMALL = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen"
).split()
SMALL = {word: value for value, word in enumerate(_SMALL)}
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
TENS = {word: 10 * value for value, word in enumerate(_TENS, start=2)}
_ORDINALS = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth "
    "fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth"
).split()
ORDINALS = {word: value for value, word in enumerate(_ORDINALS, start=1)}

MAGNITUDES = {
    name: Decimal(10) ** power
    for power, names in {
        3: "thousand",
        6: "million mln mn",
        9: "billion bln bn",
        12: "trillion trn tn",
    }.items()
    for name in names.split()
} | {"hundred": Decimal(100), "dozen": Decimal(12)}
LETTERS = {"k": Decimal(10) ** 3, "m": Decimal(10) ** 6, "b": Decimal(10) ** 9}  # of "$5m"
VAGUE = {
    "dozens": Decimal(12),
    "hundreds": Decimal(100),
    "thousands": Decimal(1000),
    "millions": Decimal(10) ** 6,
    "billions": Decimal(10) ** 9,
}

CURRENCY_SIGNS = {"$": "dollar", "€": "euro", "£": "pound", "¥": "yen"}
_UNITS = {
    "percent": "% percent pct per_cent",
    "points": "percentage_points percentage_point pct_points percent_points",
    "basis-points": "basis_points basis_point",
    "dollar": "dollars dollar dlrs dlr",
    "us-dollar": "us_dollars us_dollar us_dlrs usd",
    "canadian-dollar": "canadian_dollars canadian_dlrs",
    "australian-dollar": "australian_dollars australian_dlrs",
    "hong-kong-dollar": "hk_dollars hk_dlrs",
    "euro": "euros euro eur",
    "pound": "pounds pound stg gbp lb lbs",
    "yen": "yen",
    "yuan": "yuan renminbi rmb",
    "rupee": "rupees rupee",
    "mark": "marks mark",
    "franc": "francs franc",
    "cent": "cents cent cts ct",
    "kilometre": "km kms kilometre kilometres kilometer kilometers",
    "metre": "metre metres meter meters",
    "mile": "miles mile",
    "foot": "feet foot ft",
    "inch": "inches inch",
    "kilogram": "kg kilogram kilograms kilos kilo",
    "tonne": "tonnes tonne tons ton",
    "barrel": "barrels barrel bpd",
    "hectare": "hectares hectare",
    "acre": "acres acre",
    "degree": "degrees degree",
    "second": "seconds",
    "minute": "minutes minute mins min",
    "hour": "hours hour",
    "day": "days day",
    "week": "weeks week",
    "month": "months month",
    "year": "years year",
}
UNITS = {name.replace("_", " "): unit for unit, names in _UNITS.items() for name in names.split()}

# What ends the words that a number counts.
STOPS = frozenset(
    """a an and any are as at be been before being but by can could did do does during each every
    for from had has have he her here his if in into is it its just last later more next not now
    on only or other over per she since so some than that the their them there these they this those
    through to under until up versus was we were when where which while who whom will with would
    after against about above across ago also among around because behind below between beyond
    died die dies said says""".split()
)
ADJECTIVES = frozenset(
    map(
        stem,
        """additional big biggest current extra foreign former full great high key large local long
        low main major minor national new old overall public real recent separate single small
        total whole young""".split(),
    )
)
PEOPLE = frozenset(
    map(
        stem,
        """people person persons man men woman women child children boy boys girl girls civilian
        civilians victim victims passenger passengers worker workers employee employees staff
        soldier soldiers troops officer officers police resident residents student students pupil
        pupils patient patients migrant migrants refugee refugees protester protesters prisoner
        prisoners hostage hostages sailor sailors miner miners crew members member others dead
        bodies body adults adult citizens citizen lives life jobs job""".split(),
    )
)
