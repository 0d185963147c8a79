"""Who may use a served archive: a file of names and hashed passwords. It knows no HTTP.

`clippings user NAME` asks for a password and prints the line for the file, which holds one user a
line: NAME:scrypt:N:R:P:SALT:HASH, salt and hash in base64. Blank lines and lines behind a # are
passed over.
"""

from __future__ import annotations

import argparse
import base64
import binascii
import getpass
import hashlib
import hmac
import os
import re
import sys
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from index.errors import ClippingsError, InputError

NAME = re.compile(r"[\w.@-]{1,64}", re.ASCII)
SHORTEST, LONGEST = 8, 256  # characters of a password
COST, BLOCK, LANES = 2**14, 8, 5  # of scrypt: 16 MiB and some 100 ms, as OWASP advises
SALT_BYTES, HASH_BYTES = 16, 32
MOST_MEMORY = 64 * 2**20
REMEMBERED = 256  # credentials that were right and need not be hashed again


@dataclass(frozen=True, slots=True)
class Secret:
    """A password as it is kept."""

    cost: int
    block: int
    lanes: int
    salt: bytes
    digest: bytes

    def fits(self, password: str) -> bool:
        """Whether it is this password, told in a time that does not depend on it."""
        found = _scrypt(password, self.salt, self.cost, self.block, self.lanes, len(self.digest))
        return hmac.compare_digest(found, self.digest)


class Users:
    """The users of one file, as they were when it was read."""

    def __init__(self, secrets: Mapping[str, Secret]) -> None:
        self._secrets = dict(secrets)
        self._nobody = make_secret("nobody has this name")  # hashed so that no name is told apart
        self._key = os.urandom(32)
        self._known: OrderedDict[bytes, str] = OrderedDict()

    @classmethod
    def read(cls, file: Path) -> Users:
        """Read a file of users; InputError names the line that cannot be read."""
        try:
            lines = file.read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise InputError(
                f"{file}: the users cannot be read ({error}). Make the file with"
                f" `clippings user NAME >> {file}`."
            ) from error
        secrets: dict[str, Secret] = {}
        for number, line in enumerate(lines, 1):
            if not (text := line.strip()) or text.startswith("#"):
                continue
            name, secret = _read_line(text, f"{file}, line {number}")
            if name in secrets:
                raise InputError(f"{file}, line {number}: {name} is there twice. Remove one.")
            secrets[name] = secret
        if not secrets:
            raise InputError(f"{file}: there is no user in it. Add one with `clippings user NAME`.")
        return cls(secrets)

    def remembered(self, name: str, password: str) -> bool:
        """Whether this was found right before; costs next to nothing."""
        return self._mark(name, password) in self._known

    def check(self, name: str, password: str) -> bool:
        """Whether a user has this password. It takes some 100 ms and 16 MiB."""
        secret = self._secrets.get(name)
        right = (secret or self._nobody).fits(password[: LONGEST + 1]) and secret is not None
        if right:
            self._known[self._mark(name, password)] = name
            while len(self._known) > REMEMBERED:
                self._known.popitem(last=False)
        return right

    def _mark(self, name: str, password: str) -> bytes:
        said = f"{name}\0{password}".encode("utf-8", "surrogatepass")
        return hmac.digest(self._key, said, "sha256")


def make_secret(password: str) -> Secret:
    """Hash a password with a fresh salt."""
    salt = os.urandom(SALT_BYTES)
    digest = _scrypt(password, salt, COST, BLOCK, LANES, HASH_BYTES)
    return Secret(COST, BLOCK, LANES, salt, digest)


def line_of(name: str, password: str) -> str:
    """The line of a user for the file; InputError where name or password will not do."""
    if not NAME.fullmatch(name):
        raise InputError(
            f"{name!r:.80} cannot be a user's name. Take up to 64 letters, digits, and . _ - @"
        )
    if not SHORTEST <= len(password) <= LONGEST:
        raise InputError(f"A password has {SHORTEST} to {LONGEST} characters. Take another.")
    secret = make_secret(password)
    numbers = f"{secret.cost}:{secret.block}:{secret.lanes}"
    return f"{name}:scrypt:{numbers}:{_text(secret.salt)}:{_text(secret.digest)}"


def _read_line(text: str, where: str) -> tuple[str, Secret]:
    parts = text.split(":")
    try:
        name, kind, cost, block, lanes, salt, digest = parts
        secret = Secret(int(cost), int(block), int(lanes), _bytes(salt), _bytes(digest))
        right = NAME.fullmatch(name) and kind == "scrypt" and len(secret.digest) == HASH_BYTES
        if not right or len(secret.salt) < SALT_BYTES or secret.lanes > 16:
            raise ValueError
        secret.fits("")  # numbers that scrypt refuses
    except (ValueError, binascii.Error) as error:
        raise InputError(
            f"{where}: this is no user. Write it with `clippings user NAME`."
        ) from error
    return name, secret


def _scrypt(password: str, salt: bytes, cost: int, block: int, lanes: int, size: int) -> bytes:
    said = password.encode("utf-8", "surrogatepass")
    return hashlib.scrypt(said, salt=salt, n=cost, r=block, p=lanes, maxmem=MOST_MEMORY, dklen=size)


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _bytes(text: str) -> bytes:
    return base64.b64decode(text, validate=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the line of a user for the file that `page --auth FILE` reads."""
    parser = argparse.ArgumentParser(prog="clippings user", description=main.__doc__)
    parser.add_argument("name", metavar="NAME")
    name = parser.parse_args(arguments).name
    try:
        if sys.stdin.isatty():
            password = getpass.getpass(f"Password of {name}: ")
            if password != getpass.getpass("The same again: "):
                raise InputError("The two passwords differ. Try again.")
        else:  # from a program
            password = sys.stdin.readline().rstrip("\r\n")
        print(line_of(name, password))
    except ClippingsError as error:
        print(f"clippings user: {error}", file=sys.stderr)
        return 1
    except (KeyboardInterrupt, EOFError):
        print("\nclippings user: stopped.", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
