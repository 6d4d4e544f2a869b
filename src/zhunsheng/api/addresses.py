"""Where messages may be sent (接收地址): never to this machine or the network around it unless the operator has named it.

A name is looked up once and the connection made to the very address that was looked at, so that a second answer of the name
server leads nowhere else. Redirects are not followed.
"""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
from contextlib import suppress
from ipaddress import ip_address, ip_network
from typing import NamedTuple
from urllib.parse import urlsplit

from django.conf import settings

from zhunsheng.kernel.words import BilingualError

SECONDS, WHOLE = 5, 20
"""How long a receiver may say nothing, and how long all of it may take: one that answers a letter at a time holds up nobody else."""
READ_MOST = 1024


class AddressRefused(BilingualError):
    """An address messages are not sent to; ``words`` says why."""


class Target(NamedTuple):
    """An address taken apart, with the network address it was found at."""

    scheme: str
    host: str
    port: int
    path: str
    network: str


def target_of(address: str) -> Target:
    """An address and where it leads. Raises ``AddressRefused``."""
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError as error:
        raise AddressRefused("接收地址写得不对", "the address cannot be read") from error
    if (
        parts.scheme not in ("https", "http")
        or not parts.hostname
        or parts.username
        or parts.password
        or parts.fragment
    ):
        raise AddressRefused(
            "接收地址应为 https 地址，不带账号和 # 部分", "the address has to be https, without account or fragment"
        )
    if any(ord(char) < 33 or ord(char) > 126 for char in address):
        raise AddressRefused("接收地址含有空白或者非 ASCII 字符", "the address holds blanks or letters beyond ASCII")
    port = port or (443 if parts.scheme == "https" else 80)
    try:
        found = socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise AddressRefused(f"找不到 {parts.hostname}", f"{parts.hostname} is not found") from error
    networks = list(dict.fromkeys(str(one[4][0]) for one in found))
    for network in networks:  # one of several that leads inside is one too many
        if not is_allowed(network, parts.scheme):
            raise AddressRefused(
                f"{parts.hostname} 指向 {network}，不允许投递；内网地址须由运维人员写入 ZHUNSHENG_WEBHOOK_NETWORKS，公网只用 https",
                f"{parts.hostname} leads to {network}, where nothing is sent: name inner networks in "
                "ZHUNSHENG_WEBHOOK_NETWORKS, and use https outside",
            )
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(parts.scheme, parts.hostname, port, path, networks[0])


CARRIERS = tuple(map(ip_network, ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32", "::/96")))
"""Networks whose addresses are carried to an IPv4 address inside them (NAT64, 6to4, Teredo, compatible): where to is not looked into."""


def is_allowed(network: str, scheme: str) -> bool:
    """Whether messages may go to a network address: one of a network the operator has named, or a public one by https."""
    found = ip_address(network.partition("%")[0])
    mapped = getattr(found, "ipv4_mapped", None)
    found = mapped or found
    if any(found in ip_network(named) for named in settings.WEBHOOK_NETWORKS):
        return True
    if any(found in carrier for carrier in CARRIERS):
        return False
    return scheme == "https" and found.is_global and not found.is_multicast


class _Pinned(http.client.HTTPConnection):
    """A connection to the address that was looked at, whatever the name says by now."""

    def __init__(self, target: Target) -> None:
        super().__init__(target.host, target.port, timeout=SECONDS)
        self.target = target

    def connect(self) -> None:
        self.sock = socket.create_connection((self.target.network, self.target.port), SECONDS)
        if self.target.scheme == "https":
            secure = ssl.create_default_context()
            self.sock = secure.wrap_socket(self.sock, server_hostname=self.target.host, do_handshake_on_connect=False)
            self.sock.do_handshake()

    def break_off(self) -> None:
        """Whoever waits for this connection waits no longer."""
        with suppress(OSError, AttributeError):
            self.sock.shutdown(socket.SHUT_RDWR)


def send(address: str, body: bytes, headers: dict[str, str]) -> int:
    """Send a body by POST; gives the status of the answer. Raises ``AddressRefused``, ``OSError``, ``HTTPException``."""
    target = target_of(address)
    connection = _Pinned(target)
    over = threading.Timer(WHOLE, connection.break_off)
    over.start()
    try:
        connection.request("POST", target.path, body, headers)
        answer = connection.getresponse()
        answer.read(READ_MOST)
        return answer.status
    finally:
        over.cancel()
        connection.close()
