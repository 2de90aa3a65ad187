"""One POST to somebody else's server, and never to a private one.

The name is resolved once, every address that it has is checked, and the connection goes to the address that was
checked: a name that leads elsewhere a moment later leads nowhere. Redirects are not followed, proxies are not asked,
and of the answer only the status is read.
"""

from __future__ import annotations

import ipaddress
import re
import socket
import ssl
from functools import lru_cache
from typing import TYPE_CHECKING

import anyio
import httpx

from graphmem.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Refused", "check_url", "is_public", "post"]

_NAME = re.compile(r"[\w.-]+")
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


class Refused(Exception):
    """An address that nothing is sent to."""


def check_url(url: str, *, private: bool) -> str:
    """A url to which something can be sent.

    Args:
        url: As given.
        private: Whether it may name a private address.

    Raises:
        InvalidInput: it is none, or it says by itself that it leads to a private address.
    """
    try:
        parsed = httpx.URL(url.strip())
        host = parsed.raw_host.decode("ascii")
    except (httpx.InvalidURL, UnicodeError):
        raise InvalidInput("url must be an address such as https://example.com/hook") from None
    if parsed.scheme not in ("http", "https") or not (_NAME.fullmatch(host) or _is_address(host)):
        raise InvalidInput("url must begin with https:// or http:// and name a host")
    if not 0 < (parsed.port or 1) <= 65_535:
        raise InvalidInput(f"url names the port {parsed.port}: ports go up to 65535")
    if parsed.userinfo:
        raise InvalidInput("url must not hold a password: check the signature instead")
    named = host.rstrip(".").lower()
    inside = named == "localhost" or named.endswith(".localhost") or (_is_address(host) and not is_public(host))
    if inside and not private:
        raise InvalidInput(
            f"{host} is a private address, and nothing is sent there: the server's operator may allow it with "
            "GRAPHMEM_WEBHOOKS_PRIVATE=true"
        )
    return url.strip()


def is_public(address: str) -> bool:
    """Whether an IP address is one of the internet at large, also behind what translates it."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if inner is None and ip in _NAT64:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
        if ip.is_site_local:
            return False
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or ip.is_unspecified or ip.is_loopback)


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return True


async def post(url: str, body: bytes, headers: Mapping[str, str], *, private: bool, seconds: float) -> int:
    """Send a body; the HTTP status of the answer.

    Args:
        url: Whereto, as checked by `check_url`.
        body: What.
        headers: With it.
        private: Whether the address may be a private one.
        seconds: For all of it.

    Raises:
        Refused: the name leads to a private address.
        OSError, httpx.HTTPError, TimeoutError: it did not arrive, or nobody said that it did.
    """
    target = httpx.URL(url)
    host = target.raw_host.decode("ascii")
    with anyio.fail_after(seconds):
        port = target.port or (443 if target.scheme == "https" else 80)
        found = [str(place[4][0]) for place in await anyio.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
        if not private and not all(is_public(address) for address in found):
            raise Refused("the name leads to a private address")
        async with httpx.AsyncClient(
            verify=_trusted(), trust_env=False, follow_redirects=False, timeout=seconds
        ) as client:
            request = client.build_request(
                "POST", target.copy_with(host=found[0]), content=body,
                headers={**headers, "Host": target.netloc.decode("ascii")}, extensions={"sni_hostname": host},
            )  # fmt: skip
            response = await client.send(request, stream=True)
            await response.aclose()
            return response.status_code


@lru_cache(maxsize=1)
def _trusted() -> ssl.SSLContext:
    return ssl.create_default_context()
