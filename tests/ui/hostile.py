"""Sixty-odd ways to make a page run what is only text, and a chatbot that says nothing else.

Each sets `window.hacked` where it runs.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from index.article import Article, Chunk, content_id
from qa.answer import REFUSAL, Answer, Citation, Copied, Evidence, Extract, Hit, Sentence
from tests.ui.fake_bot import FakeBot, FakeIndex

RUN = "window.hacked=1"
ELEMENTS = (
    f"<script>{RUN}</script>",
    f"<SCRIPT>{RUN}</SCRIPT>",
    f"<script\n>{RUN}</script\n>",
    f"<scr<script>ipt>{RUN}</scr</script>ipt>",
    f"<script src=data:text/javascript,{RUN}></script>",
    f"<img src=x onerror={RUN}>",
    f"<img src=x onerror='{RUN}'//",
    f"<IMG SRC=x OnErRoR={RUN}>",
    f"<img/src=x/onerror={RUN}>",
    f"<image src=x onerror={RUN}>",
    f"<svg onload={RUN}>",
    f"<svg/onload={RUN}//",
    f"<svg><script>{RUN}</script></svg>",
    f"<svg><animate onbegin={RUN} attributeName=x dur=1s>",
    f"<svg><a xlink:href='javascript:{RUN}'><text>x</text></a></svg>",
    f"<math><mtext></mtext><mglyph><img src=x onerror={RUN}></math>",
    f"<body onload={RUN}>",
    f"<iframe srcdoc='<script>parent.{RUN}</script>'></iframe>",
    f"<iframe src='javascript:parent.{RUN}'></iframe>",
    f"<iframe onload={RUN}></iframe>",
    f"<object data='javascript:{RUN}'></object>",
    f"<embed src='javascript:{RUN}'>",
    f"<video><source onerror={RUN}></video>",
    f"<video src=x onerror={RUN}></video>",
    f"<audio src=x onerror={RUN}></audio>",
    f"<details open ontoggle={RUN}>x</details>",
    f"<input autofocus onfocus={RUN}>",
    f"<select autofocus onfocus={RUN}>",
    f"<textarea autofocus onfocus={RUN}>",
    f"<marquee onstart={RUN}>x</marquee>",
    f"<form><button formaction='javascript:{RUN}'>x</button></form>",
    f"<a href='javascript:{RUN}'>x</a>",
    f"<a href='JaVaScRiPt:{RUN}'>x</a>",
    f"<a href='java\tscript:{RUN}'>x</a>",
    f"<a href='&#106;avascript:{RUN}'>x</a>",
    f"<a href='data:text/html,<script>opener.{RUN}</script>'>x</a>",
    f"<div onmouseover={RUN} onclick={RUN}>x</div>",
    f"<p style='animation-name:blink' onanimationstart={RUN}>x</p>",
    f"<style>@keyframes x{{}}</style><b style='animation-name:x' onanimationstart={RUN}>x</b>",
    f"<link rel=stylesheet href='data:text/css,*{{}}' onload={RUN}>",
    f"<meta http-equiv=refresh content='0;url=javascript:{RUN}'>",
    f"<base href='javascript:{RUN}//'>",
    f"<template><img src=x onerror={RUN}></template>",
    f"<noscript><p title='</noscript><img src=x onerror={RUN}>'>",
    f"<!--><img src=x onerror={RUN}>-->",
    f"<![CDATA[<img src=x onerror={RUN}>]]>",
    f"<xss contenteditable autofocus onfocus={RUN} tabindex=1>x</xss>",
)
BREAKING_OUT = (
    f'"><script>{RUN}</script>',
    f'"><img src=x onerror={RUN}>',
    f"'><img src=x onerror={RUN}>",
    f'" onmouseover="{RUN}" x="',
    f"' onmouseover='{RUN}' x='",
    f'" autofocus onfocus="{RUN}" x="',
    f"` onmouseover={RUN} x=`",
    f"</mark><script>{RUN}</script>",
    f"</button></li></ul><img src=x onerror={RUN}>",
    f"</textarea><script>{RUN}</script>",
    f"</title></style></script><script>{RUN}</script>",
    f"]]></article><svg onload={RUN}>",
    f"&lt;script&gt;{RUN}&lt;/script&gt;",
    f"&#60;img src=x onerror={RUN}&#62;",
    f"\u2028<img src=x onerror={RUN}>\u202e",
)
TEMPLATES = (
    f"${{{RUN}}}",
    f"`${{{RUN}}}`",
    f"{{{{{RUN}}}}}",
    f"{{{{constructor.constructor('{RUN}')()}}}}",
    f"{{{{{{value}}}}}}<img src=x onerror={RUN}>",
    f"{{{{#each value}}}}<img src=x onerror={RUN}>{{{{/each}}}}",
    f"{{@html '<img src=x onerror={RUN}>'}}",
    f"<%= {RUN} %>",
    f"[x](javascript:{RUN})",
    f"javascript:{RUN}",
)
PAYLOADS = ELEMENTS + BREAKING_OUT + TEMPLATES
ARTICLES = tuple(
    Article.of(
        title=f"Title {n} {payload}",
        text=f"Sentence {n} {payload}\n\nAnother paragraph {payload}.",
        published=date(2031, 4, 1 + n % 28),
        source=f"Outlet {payload}",
        section=payload,
        url=payload if n % 2 else f"https://courier.example/{payload}",
    )
    for n, payload in enumerate(PAYLOADS)
)


class HostileIndex(FakeIndex):
    def article(self, article_id: str) -> Article:
        return next(article for article in ARTICLES if article.id == article_id)

    def articles(self) -> Iterator[Article]:
        return iter(ARTICLES)


class HostileBot(FakeBot):
    """Cites every article in the payload's own words, or with "refuse" refuses with all of them."""

    def __init__(self, directory: Path) -> None:
        super().__init__()
        self.index = HostileIndex(directory)

    @property
    def llm(self) -> str:
        return PAYLOADS[5]

    def stream(self, question: str, *_: Any, **__: Any) -> Iterator[Answer]:
        told = " ".join(PAYLOADS)
        first = Answer(
            question, hits=_hits(), reading=told, standalone=told, model=told, timed=True
        )
        sentence = Evidence(ARTICLES[0], 0, len(ARTICLES[0].text) // 2)
        yield first
        yield (growing := replace(first, instant=Extract(sentence, 0, 9)))
        if "refuse" in question:
            yield replace(growing, text=REFUSAL, note=told, refused=True, done=True)
            return
        yield replace(growing, text=told)
        sentences = [
            Sentence(payload, (n,), n % 3 > 0, payload) for n, payload in enumerate(PAYLOADS, 1)
        ]
        yield replace(
            growing,
            text=" ".join(PAYLOADS),
            sentences=tuple(sentences),
            citations=tuple(_citations(ARTICLES)),
            differing=True,
            done=True,
        )


def _hits() -> tuple[Hit, ...]:
    return tuple(
        Hit(
            Chunk(content_id(article.id, "0"), article.id, 0, len(article.text)),
            article,
            1 / rank,
            rank,
            copies=(Copied(article.id, article.title, PAYLOADS[rank % len(PAYLOADS)]),),
        )
        for rank, article in enumerate(ARTICLES, 1)
    )


def _citations(articles: Sequence[Article]) -> Iterator[Citation]:
    for n, article in enumerate(articles, 1):
        day = article.published.isoformat() if article.published else None
        about = article.id, article.title, article.source, day, article.url
        end = article.text.index("\n\n")
        yield Citation(n, *about, 0, end, article.text[:end])
