"""Where a fetch may go: addresses taken apart, their hosts looked up, private ones refused.

It connects to nothing but the resolver.
"""

from __future__ import annotations

import re
import socket
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Final
from urllib.parse import quote, urldefrag, urljoin, urlsplit

from index.errors import InputError
from index.read.urls import LONGEST

Resolver = Callable[[str, int], Sequence[str]]  # a host and port to numeric addresses

_ADDRESS: Final = re.compile(r"[a-z][a-z0-9+.-]+://", re.IGNORECASE)
_PORTS: Final = {"http": 80, "https": 443}
_HOST: Final = re.compile(r"[a-z0-9._-]{1,253}|[0-9a-f:.]{2,45}", re.IGNORECASE)
_SAFE: Final = "/%:@!$&'()*+,;=~-._?[]|"  # stands in an address as it is
_EMBEDDING: Final = ip_network("64:ff9b::/96")  # IPv4 addresses as seen from IPv6 alone (NAT64)
# Looks public, yet answers only within Azure, with what a machine there should keep to itself.
_METADATA: Final = frozenset({ip_address("168.63.129.16")})


@dataclass(frozen=True, slots=True)
class Target:
    """An address taken apart; what is checked is what is connected to."""

    scheme: str
    host: str  # in ASCII, an IPv6 address without brackets
    port: int
    path: str  # with the query

    @property
    def origin(self) -> str:
        """The site: scheme, host and port."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        port = "" if self.port == _PORTS[self.scheme] else f":{self.port}"
        return f"{self.scheme}://{host}{port}"

    @property
    def address(self) -> str:
        """The whole address, without a fragment."""
        return self.origin + self.path


def is_address(text: str) -> bool:
    """Whether something named to be read is a web address and no path."""
    return bool(_ADDRESS.match(text.strip()))


def target_of(address: str, base: str = "") -> Target:
    """Take an address apart, one that is relative from `base`; InputError where it is refused."""
    try:
        whole = urldefrag(urljoin(base, address.strip())).url
        parts = urlsplit(whole)
        port = parts.port
        name = parts.hostname or ""
    except ValueError as error:
        raise InputError(f"{_shown(address)}: is no web address ({error}): check it") from error
    scheme = parts.scheme.lower()
    if scheme not in _PORTS:
        raise InputError(f"{_shown(address)}: only http and https are fetched")
    if "@" in parts.netloc:
        raise InputError(
            f"{scheme}://{name}: an address with a user name or password is not fetched, as it "
            "would be kept in the index: save the page in a browser and add the file"
        )
    host = _in_ascii(name)
    if not host or len(whole) > LONGEST:
        raise InputError(f"{_shown(address)}: is no web address: check it")
    query = f"?{parts.query}" if parts.query else ""
    path = quote((parts.path or "/") + query, safe=_SAFE, errors="replace")
    return Target(scheme, host, port or _PORTS[scheme], path)


def look_up(host: str, port: int) -> Sequence[str]:
    """The numeric addresses of a host, as the system knows them."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def permitted(target: Target, resolver: Resolver, private: Collection[str]) -> Sequence[str]:
    """The numeric addresses of a target's host; InputError where one of them is not public.

    `private` are the hosts that may have others.
    """
    try:
        found = resolver(target.host, target.port)
    except (OSError, UnicodeError) as error:
        raise InputError(
            f"the name {target.host} cannot be looked up ({error}): "
            "check its spelling and the connection"
        ) from error
    if not found:
        raise InputError(f"the name {target.host} has no address: check its spelling")
    inner = [address for address in found if not is_public(address)]
    if inner and target.host not in private:
        raise InputError(
            f"{target.origin} is at {inner[0]}, which is no public address: nothing was fetched "
            "there; if it is to be, name an address of that host yourself, with --allow-private"
        )
    return found


def is_public(text: str) -> bool:
    """Whether a numeric address is one of the open internet."""
    address = ip_address(text.partition("%")[0])
    if isinstance(address, IPv6Address):
        embedded = address.ipv4_mapped or address.sixtofour
        if address in _EMBEDDING:
            embedded = IPv4Address(int(address) & 0xFFFFFFFF)
        if embedded:
            return is_public(str(embedded))
        if address.is_site_local:
            return False
    return (
        address.is_global
        and not (address.is_multicast or address.is_reserved)
        and address not in _METADATA
    )


def _in_ascii(name: str) -> str:
    try:
        host = name if ":" in name else name.encode("idna").decode("ascii")
    except UnicodeError:
        return ""
    return host.lower() if _HOST.fullmatch(host) else ""


def _shown(address: str) -> str:
    """An address for a message: short, on one line, without a password."""
    line = "".join(c if c.isprintable() else "?" for c in address.strip())
    return re.sub(r"//[^/]*@", "//", line)[:200]
