"""Listens, prints its address in one line, and stops cleanly. A real app uses a WSGI server such as gunicorn."""

from __future__ import annotations

import errno
import signal
import socket
import threading

from flask import Flask
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server


class QuietHandler(WSGIRequestHandler):
    """Logs no requests: the address of the callback has a code."""

    def log_request(self, code: object = "-", size: object = "-") -> None:
        pass


def serve(app: Flask, host: str, port: int) -> None:
    # Browsers may use either address for localhost, so the app listens on both, if the machine has both.
    addresses = ["127.0.0.1", "::1"] if host == "localhost" else [host]
    servers: list[BaseWSGIServer] = []
    for address in addresses:
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        try:
            listener = socket.create_server((address, port), family=family)
        except OSError as error:
            if servers and error.errno in (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT):
                continue
            raise SystemExit(f"The app cannot start: {error.strerror} ({address}, port {port})") from None
        port = listener.getsockname()[1]
        servers.append(
            make_server(address, port, app, threaded=True, request_handler=QuietHandler, fd=listener.detach())
        )

    ended = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: ended.set())
    for server in servers:
        threading.Thread(target=server.serve_forever, args=[0.1], daemon=True).start()
    print(f"Python sample app: http://{f'[{host}]' if ':' in host else host}:{port}", flush=True)
    ended.wait()
    for server in servers:
        server.shutdown()
