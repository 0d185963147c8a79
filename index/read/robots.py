"""robots.txt by protego: what a site lets programs fetch, and how often (RFC 9309)."""

from __future__ import annotations

from protego import Protego

from index.errors import InputError
from index.read import limits
from index.read.hosts import Target
from index.read.web import AGENT, StatusError, Web


class Robots:
    """The rules of the sites of one run, each fetched once."""

    def __init__(self, web: Web) -> None:
        self._web = web
        self._rules: dict[str, Protego | str] = {}  # by site; a string says why there are none

    def check(self, target: Target) -> None:
        """InputError where the site does not let the address be fetched."""
        if not self._of(target).can_fetch(target.address, AGENT):
            raise InputError(
                f"{target.address} is not for programs, says the robots.txt of its site: "
                "save the page in a browser and add the file"
            )

    def pause(self, target: Target) -> float | None:
        """The seconds the site wants between two fetches, None where it names none."""
        return self._of(target).crawl_delay(AGENT)

    def _of(self, target: Target) -> Protego:
        if target.origin not in self._rules:
            self._rules[target.origin] = self._fetch(target)
        rules = self._rules[target.origin]
        if isinstance(rules, str):
            raise InputError(rules)
        return rules

    def _fetch(self, target: Target) -> Protego | str:
        place = Target(target.scheme, target.host, target.port, "/robots.txt")
        try:
            found = self._web.get(place, most=limits.MAX_ROBOTS_BYTES)
        except StatusError as error:
            if 400 <= error.status < 500 and error.status != 429:  # there are no rules
                return Protego.parse("")
            return f"the robots.txt of its site {error}"
        except InputError as error:
            return f"{error} (the robots.txt of the site was asked for)"
        return Protego.parse(found.body.decode("utf-8", "replace"))
