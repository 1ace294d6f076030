"""How this app runs, and its registration: environment variables. An empty variable counts as not set."""

from __future__ import annotations

import os
from urllib.parse import urlsplit


def variable(name: str, default: str = "") -> str:
    return os.environ.get(name) or default


def web_address(name: str, default: str) -> str:
    value = variable(name, default)
    if not value.startswith(("http://", "https://")):
        raise ValueError(f"{name} must be an address that begins with http:// or https://.")
    return value


def port_number(value: str) -> int:
    if not value.isascii() or not value.isdigit() or int(value) > 65535:
        raise ValueError("PORT must be a number from 0 to 65535.")
    return int(value)


ISSUER = web_address("ISSUER", "http://localhost:8888")
CLIENT_ID = variable("CLIENT_ID")
CLIENT_SECRET = variable("CLIENT_SECRET")
REDIRECT_URI = web_address("REDIRECT_URI", "http://localhost:4201/callback")
SCOPES = variable("SCOPES", "openid profile email files:read offline_access")
API_BASE_URL = web_address("API_BASE_URL", "http://localhost:4300").rstrip("/")
HOST = variable("HOST", "localhost")
PORT = port_number(variable("PORT", "4201"))

ORIGIN = "://".join(urlsplit(REDIRECT_URI)[:2])
HTTPS = REDIRECT_URI.startswith("https://")
