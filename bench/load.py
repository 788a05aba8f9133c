"""The load, in a process of its own: raw sockets of one thread, on loopback only, bounded in count and in time.

It prepares every request, says "ready", waits for a line, and then either keeps every connection busy (closed loop) or
sends at a rate whatever the answers take (open loop; an answer's time then counts from when it was due).
"""

from __future__ import annotations

import json
import selectors
import socket
import sys
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from bench.postbag import prepared

MOST_REQUESTS, MOST_SECONDS, MOST_CONNECTIONS = 200_000, 300.0, 512
PATIENCE = 30.0  # for the answers that are still on their way when the time is over
IDLE = 1.0  # gunicorn closes a silent connection after two seconds
LOST = 0  # the status of a request whose connection ended without an answer


@dataclass(frozen=True, slots=True)
class Load:
    """What is sent: `kind` and `arguments` name the requests; a rate makes it an open loop."""

    port: int
    kind: str
    arguments: dict[str, str | int]
    connections: int = 16
    seconds: float = 5.0
    most: int = 20_000
    rate: float = 0.0

    def write(self, path: Path) -> None:
        """The load lies in the file."""
        path.write_text(json.dumps(asdict(self)))


@dataclass(slots=True)
class Line:
    """One connection and what is under way on it."""

    socket: socket.socket
    number: int = -1
    due: float = 0.0
    received: bytes = b""
    unsent: bytes = b""
    used_at: float = 0.0


class Driver:
    """records: (request's number, status, due, answered), instants of the machine's monotonic clock."""

    def __init__(self, load: Load, requests: Sequence[bytes]) -> None:
        self.load, self.requests = load, requests
        self.records: list[tuple[int, int, float, float]] = []
        self._selector = selectors.DefaultSelector()
        self._resting: deque[Line] = deque()
        self._open = 0
        self._next = 0
        self._busy = 0

    def run(self) -> None:
        """Every request that was begun is answered, lost, or out of patience."""
        start = time.monotonic()
        end = start + self.load.seconds
        while self._may_send(end) or self._busy:
            if time.monotonic() > end + PATIENCE:
                return
            while self._may_send(end) and self._has_line() and self._is_due(start):
                self._send(self._due(start))
            for key, events in self._selector.select(self._pause(start)):
                self._serve(key.data, events)

    def _may_send(self, end: float) -> bool:
        return self._next < len(self.requests) and time.monotonic() < end

    def _has_line(self) -> bool:
        return self._busy < self.load.connections

    def _is_due(self, start: float) -> bool:
        return not self.load.rate or time.monotonic() >= self._due(start)

    def _due(self, start: float) -> float:
        return start + self._next / self.load.rate if self.load.rate else time.monotonic()

    def _pause(self, start: float) -> float:
        if not self.load.rate:
            return 0.5
        return min(0.5, max(0.0, self._due(start) - time.monotonic())) if self._next < len(self.requests) else 0.5

    def _send(self, due: float) -> None:
        line = self._line()
        line.number, line.due, line.received = self._next, due, b""
        line.unsent = self.requests[self._next]
        self._next += 1
        self._busy += 1
        self._write(line)

    def _line(self) -> Line:
        while self._resting:
            line = self._resting.pop()
            if time.monotonic() - line.used_at < IDLE:
                return line
            self._drop(line)
        connection = socket.create_connection(("127.0.0.1", self.load.port))
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.setblocking(False)
        self._open += 1
        line = Line(connection)
        self._selector.register(connection, selectors.EVENT_READ, line)
        return line

    def _drop(self, line: Line) -> None:
        self._selector.unregister(line.socket)
        line.socket.close()
        self._open -= 1

    def _serve(self, line: Line, events: int) -> None:
        if line.number < 0:  # the server closed a resting connection
            self._resting.remove(line)
            self._drop(line)
        elif events & selectors.EVENT_WRITE:
            self._write(line)
        else:
            self._read(line)

    def _write(self, line: Line) -> None:
        try:
            line.unsent = line.unsent[line.socket.send(line.unsent) :]
        except BlockingIOError:
            pass
        except OSError:
            self._finish(line, LOST, keep=False)
            return
        wanted = selectors.EVENT_READ | (selectors.EVENT_WRITE if line.unsent else 0)
        self._selector.modify(line.socket, wanted, line)

    def _read(self, line: Line) -> None:
        try:
            piece = line.socket.recv(65536)
        except OSError:
            piece = b""
        if not piece:
            self._finish(line, LOST, keep=False)
            return
        line.received += piece
        head, blank, body = line.received.partition(b"\r\n\r\n")
        if blank and len(body) >= _length(head):
            self._finish(line, int(head[9:12]), keep=b"connection: close" not in head.lower())

    def _finish(self, line: Line, status: int, *, keep: bool) -> None:
        now = time.monotonic()
        self.records.append((line.number, status, line.due, now))
        line.number, line.used_at = -1, now
        self._busy -= 1
        if keep:
            self._resting.append(line)
        else:
            self._drop(line)


def _length(head: bytes) -> int:
    for row in head.lower().split(b"\r\n"):
        if row.startswith(b"content-length:"):
            return int(row.partition(b":")[2])
    raise ValueError("an answer without a length: the driver reads no chunks")


def bounded(load: Load) -> Load:
    """The load, refused where it asks for more than anything here needs."""
    if load.most > MOST_REQUESTS or load.seconds > MOST_SECONDS or load.connections > MOST_CONNECTIONS:
        raise ValueError("the load is larger than any bench needs")
    return load


def main(load_file: str, records_file: str) -> None:
    """The records lie in the file when this returns."""
    load = bounded(Load(**json.loads(Path(load_file).read_text())))
    driver = Driver(load, prepared(load.kind, load.arguments, load.most))
    print("ready", flush=True)
    sys.stdin.readline()
    driver.run()
    Path(records_file).write_text(json.dumps(driver.records))


if __name__ == "__main__":
    main(*sys.argv[1:])
