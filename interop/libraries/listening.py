"""Serves one of the Python apps at the address that the test chose."""

import os
from urllib.parse import urlsplit
from wsgiref.simple_server import make_server


def serve(app):
    port = urlsplit(os.environ["APP_URL"]).port
    with make_server("127.0.0.1", port, app) as server:
        print("ready", flush=True)
        server.serve_forever()
