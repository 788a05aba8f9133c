"""How gunicorn serves the application, on one machine or many.

HOST and PORT say where (a TLS proxy stands in front), WEB_PROCESSES and WEB_THREADS how wide.
"""

import gc
import os
import socket
import struct
from typing import Any

from app.config import value

# What is loaded stays for good: looking for garbage among it makes the start an eighth longer.
gc.disable()

# SQLite has one writer: one process with many threads. PostgreSQL takes as many processes as there are cores.
embedded = value("database_url", os.environ).startswith("sqlite")

bind = f"{os.environ.get('HOST', '127.0.0.1')}:{os.environ.get('PORT', '8080')}"
worker_class = "gthread"
workers = int(os.environ.get("WEB_PROCESSES", "1" if embedded else "2"))
threads = int(os.environ.get("WEB_THREADS", "16" if embedded else "4"))
# Several processes share what was loaded before they parted: half the memory each.
preload_app = workers > 1
# Longer than a proxy keeps an idle connection, so that none is closed here just as the proxy sends a request.
keepalive = 75
timeout = 30
# A request that waits for a slow store (connecting it) may finish; systemd waits a little longer than this.
graceful_timeout = 25
# Its default is a socket in the home folder, which a service account may not have.
control_socket_disable = True


# Whoever stops in the middle of a request gives its thread back after so many seconds of silence.
SILENCE = 20


def when_ready(server: Any) -> None:
    """Connections inherit this from the sockets on which they are accepted."""
    for listener in server.LISTENERS:
        listener.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack("@ll", SILENCE, 0))


def post_fork(server: object, worker: object) -> None:
    """The process opens database connections of its own."""
    from app.extensions import db

    if preload_app:
        db.engine.dispose(close=False)


def post_worker_init(worker: object) -> None:
    """Garbage is collected from here on, and what was loaded is passed over."""
    gc.freeze()
    gc.enable()
