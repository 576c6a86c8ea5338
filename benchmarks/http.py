"""A client that costs little itself: one kept connection, answers as bytes."""

from __future__ import annotations

import socket
import time
from dataclasses import dataclass

import orjson

IDLE = 10.0  # seconds; granian closes a connection after 30


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    head: bytes  # in the server's case
    body: bytes

    def header(self, name: str) -> str:
        """The value of a header, "" where it is missing."""
        for line in self.head.split(b"\r\n"):
            key, _, value = line.partition(b":")
            if key.lower() == name.lower().encode():
                return value.strip().decode()
        return ""


class Client:
    """Speaks HTTP/1.1 with one server of this host; raises `RuntimeError` for a strange answer."""

    def __init__(self, port: int, token: str = "") -> None:
        self.port, self.used = port, 0.0
        self._connect()
        self.common = "Host: 127.0.0.1\r\n"
        if token:
            self.common += f"Authorization: Bearer {token}\r\n"
        self.rest = b""
        self.requests = self.sent = self.received = 0  # the last two in bytes

    def call(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        expect: tuple[int, ...] = (200,),
        **headers: str,
    ) -> Answer:
        """Send one request, read all of its answer. `If_Match` becomes the header `If-Match`."""
        if time.monotonic() - self.used > IDLE:
            self.close()
            self._connect()
        lines = "".join(f"{name.replace('_', '-')}: {text}\r\n" for name, text in headers.items())
        content = b""
        if body is not None:
            content = orjson.dumps(body)
            lines += f"Content-Type: application/json\r\nContent-Length: {len(content)}\r\n"
        request = f"{method} {path} HTTP/1.1\r\n{self.common}{lines}\r\n".encode() + content
        self.socket.sendall(request)
        answer = self._read()
        self.used = time.monotonic()
        self.requests += 1
        self.sent += len(request)
        self.received += len(answer.head) + 4 + len(answer.body)
        if answer.status not in expect:
            raise RuntimeError(f"{method} {path}: {answer.status} {answer.body[:300]!r}")
        return answer

    def close(self) -> None:
        self.socket.close()

    def _connect(self) -> None:
        self.socket = socket.create_connection(("127.0.0.1", self.port), timeout=60)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.used = time.monotonic()

    def _read(self) -> Answer:
        got = self.rest
        while (end := got.find(b"\r\n\r\n")) < 0:
            got += self._more()
        answer = Answer(int(got[9:12]), got[:end], b"")
        length = 0 if answer.status in (204, 304) else int(answer.header("Content-Length") or -1)
        if length < 0:
            raise RuntimeError("An answer without Content-Length.")
        parts, size = [got[end + 4 :]], len(got) - end - 4
        while size < length:
            parts.append(self._more())
            size += len(parts[-1])
        body = b"".join(parts)
        self.rest = body[length:]
        return Answer(answer.status, answer.head, body[:length])

    def _more(self) -> bytes:
        part = self.socket.recv(262_144)
        if not part:
            raise RuntimeError("The server closed the connection.")
        return part
