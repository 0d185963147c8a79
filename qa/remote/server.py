"""Where a model is served, as the user names it. It knows no HTTP."""

from __future__ import annotations

from dataclasses import dataclass, field
from ipaddress import ip_address
from urllib.parse import urlsplit

from index.errors import InputError

KEY_VARIABLE = "CLIPPINGS_LLM_KEY"  # read by the entry points alone
_SCHEMES = ("http", "https")
_LONGEST = 2_000  # characters of an address, a model's name or a key


@dataclass(frozen=True, slots=True)
class Patience:
    """How long is waited, in seconds."""

    connect: float = 10.0
    first: float = 120.0  # until the first word, tries included
    idle: float = 30.0  # from one word to the next
    total: float = 300.0  # for a whole answer


@dataclass(frozen=True, slots=True)
class Server:
    """A server and one of its models; InputError where the address is none.

    `model` may be empty where the server has one alone. `key` is sent as a bearer token, and over
    https or to this machine only; it is in no message and no repr.
    """

    address: str  # such as http://127.0.0.1:8000/v1
    model: str = ""
    key: str = field(default="", repr=False)
    patience: Patience = Patience()

    def __post_init__(self) -> None:
        if any(not part.isprintable() or len(part) > _LONGEST for part in (self.address, self.key)):
            raise InputError("--llm: the address or the key has letters that cannot be sent.")
        try:
            parts = urlsplit(self.address)
            good = parts.scheme in _SCHEMES and parts.hostname and parts.port != 0
        except ValueError:
            good = False
        if not good:
            raise InputError(
                f"--llm {self.address}: this is no address of a server. Name one such as "
                "http://127.0.0.1:8000/v1."
            )
        if "@" in parts.netloc or parts.query or parts.fragment:
            raise InputError(
                "--llm: an address has no password, ? or # in it. Put the key of the server into "
                f"the environment variable {KEY_VARIABLE}."
            )
        if not self.key.isascii() or " " in self.key:
            raise InputError(f"{KEY_VARIABLE}: a key has neither spaces nor letters with accents.")
        if self.key and not self.secure and not _is_loopback(self.host):
            raise InputError(
                f"--llm {self.address}: the key would be sent in the clear. Name an https address, "
                f"or unset {KEY_VARIABLE}."
            )

    @property
    def secure(self) -> bool:
        """Whether the connection is encrypted."""
        return urlsplit(self.address).scheme == "https"

    @property
    def host(self) -> str:
        """The host's name or number."""
        return urlsplit(self.address).hostname or ""

    @property
    def port(self) -> int:
        """The port, also where none is named."""
        return urlsplit(self.address).port or (443 if self.secure else 80)

    @property
    def path(self) -> str:
        """What stands before /chat/completions."""
        return urlsplit(self.address).path.rstrip("/")


def is_address(llm: str) -> bool:
    """Whether the name of a model is an address."""
    return llm.lower().startswith(tuple(f"{scheme}://" for scheme in _SCHEMES))


def chosen(llm: str, model: str | None, key: str | None) -> str | Server:
    """What an entry point was told to answer with; InputError where it does not go together."""
    if is_address(llm):
        return Server(llm, model or "", key or "")
    if model:
        raise InputError(f"--model {model}: it goes with --llm http://…, the address of a server.")
    return llm


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
