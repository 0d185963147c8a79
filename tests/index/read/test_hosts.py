"""Where a fetch may go: no private network, whatever the name or redirect."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from index.article import Article, Skipped
from index.errors import InputError
from index.read import pages
from index.read.hosts import is_public, target_of
from tests.index.read.site import HERE, Site, fetch, page, refusal, serving


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as site:
        yield site


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.216.34", True), ("2606:2800:220:1::1", True), ("64:ff9b::5db8:d822", True),
        ("127.0.0.1", False), ("10.1.2.3", False), ("172.16.0.1", False), ("192.168.1.1", False),
        ("169.254.169.254", False), ("100.100.100.200", False), ("0.0.0.0", False),
        ("224.0.0.1", False), ("255.255.255.255", False), ("240.0.0.1", False), ("::", False),
        ("::1", False), ("fe80::1%eth0", False), ("fc00::1", False), ("fec0::1", False),
        ("ff02::1", False), ("::ffff:127.0.0.1", False), ("2002:7f00:1::", False),
        ("64:ff9b::a00:1", False), ("2001:db8::1", False),
    ],
)  # fmt: skip
def test_an_address_is_public_or_not(address: str, public: bool) -> None:
    assert is_public(address) is public


@pytest.mark.parametrize(
    ("address", "whole"),
    [
        ("HTTP://News.Example:80/a b?q=ü#part", "http://news.example/a%20b?q=%C3%BC"),
        ("https://bücher.example", "https://xn--bcher-kva.example/"),
        ("https://[2001:DB8::1]:8443/", "https://[2001:db8::1]:8443/"),
        ("https://a.example/%7Ex?u=http://b.example/&v=1", None),
    ],
)
def test_an_address_is_taken_apart(address: str, whole: str | None) -> None:
    assert target_of(address).address == (whole or address)


@pytest.mark.parametrize(
    "address",
    ["ftp://a.example/", "https://u:p@a.example/", "https://", "http:///a", "http://a.example:99999/",
     "http://a\\@b.example/", "http://a b.example/", "https://a.example/" + "x" * 2_000],
)  # fmt: skip
def test_what_is_no_address_is_refused_before_anything_is_fetched(address: str) -> None:
    with pytest.raises(InputError) as error:
        pages([address])
    assert "u:p" not in str(error.value)


@pytest.mark.parametrize(
    "target",
    [
        "http://169.254.169.254/latest/meta-data/",
        "http://10.0.0.1/",
        "//[::ffff:10.0.0.1]/",
        "http://[fd00:ec2::254]/",
        "http://0.0.0.0/",
        "http://168.63.129.16/",
    ],
)
def test_a_redirect_into_a_private_network_is_refused_without_connecting(
    site: Site, target: str
) -> None:
    site.lead("/a", target)
    # The addresses are numeric; asking the system's resolver is what the tests forbid.
    reason = refusal(site.url("/a"), resolver=lambda host, port: [host])
    assert "which is no public address" in reason


@pytest.mark.parametrize(
    ("target", "reason"),
    [
        ("file:///etc/passwd", "only http and https are fetched"),
        ("ftp://127.0.0.1/a", "only http and https are fetched"),
        ("http://me:secret@127.0.0.1/", "user name or password"),
        ("http://[::1/", "is no web address"),
    ],
)
def test_a_redirect_to_what_is_no_web_address_is_refused(
    site: Site, target: str, reason: str
) -> None:
    site.lead("/a", target)
    assert reason in (said := refusal(site.url("/a")))
    assert "secret" not in said


def test_a_public_name_for_a_private_address_is_refused(site: Site) -> None:
    address = f"http://news.example:{site.server_port}/a"
    reason = refusal(address, private=(), resolver=lambda host, port: ["93.184.216.34", HERE])
    assert f"is at {HERE}, which is no public address" in reason
    assert "--allow-private" in reason
    assert site.asked == []


def test_a_name_is_looked_up_once_for_a_connection_and_nothing_else_is_connected_to(
    site: Site,
) -> None:
    site.put("/a", page("Bridge opens"))
    looked: list[str] = []

    def rebinding(host: str, port: int) -> list[str]:
        looked.append(host)
        return [HERE]  # the system itself knows no such name

    address = f"http://news.example:{site.server_port}/a"
    (article,), _ = fetch(address, private=["news.example"], resolver=rebinding)
    assert article.url == address
    assert looked == ["news.example"] * 2  # for robots.txt and for the page
    assert site.heard[1]["Host"] == f"news.example:{site.server_port}"


def test_what_is_allowed_is_the_host_that_was_named_and_no_other(site: Site) -> None:
    site.lead("/a", f"http://inner.example:{site.server_port}/b")
    site.put("/b", page("Bridge opens"))
    assert "no public address" in refusal(site.url("/a"), resolver=lambda host, port: [HERE])


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate for news.example with its key, signed by itself."""
    tool = shutil.which("openssl")
    if tool is None:
        pytest.skip("openssl is not there to make a certificate")
    file = tmp_path / "certificate.pem"
    subprocess.run(
        [tool, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
         "-nodes", "-days", "2", "-subj", "/CN=news.example", "-addext",
         "subjectAltName=DNS:news.example", "-keyout", file, "-out", tmp_path / "only.pem"],
        check=True, capture_output=True,
    )  # fmt: skip
    file.write_bytes(file.read_bytes() + (tmp_path / "only.pem").read_bytes())
    return file


def test_a_certificate_is_checked_for_the_name_and_not_for_the_address(
    certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hosts = ("news.example", "other.example")

    def ask(host: str) -> tuple[list[Article], list[Skipped]]:
        address = f"https://{host}:{site.server_port}/a"
        return fetch(address, private=hosts, resolver=lambda host, port: [HERE])

    with serving(certificate) as site:
        site.put("/a", page("Bridge opens"))
        _, (unknown,) = ask("news.example")
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        (article,), _ = ask("news.example")
        _, (other,) = ask("other.example")
    assert article.title == "Bridge opens"
    assert unknown.reason.startswith("no safe connection can be made")
    assert other.reason.startswith("no safe connection can be made")
