"""Sessions in the memory of this process.

They end with the process, and other processes do not have them. A real app keeps them in a database, with the tokens
encrypted. The browser has only a random ID: tokens stay on the server.
"""

from __future__ import annotations

import secrets
import threading
import time
from typing import Any, Optional

from flask import Request, Response

# Cookies ignore ports: every app on localhost needs a name of its own.
COOKIE = "python_web_app_session"
LIFETIME_SECONDS = 24 * 60 * 60
MAX_SESSIONS = 10_000
MAX_TRANSACTIONS = 10


class Session:
    """What the app keeps for one browser."""

    def __init__(self, **values: Any) -> None:
        # Between "Connect" and the callback, by state: several tabs may be signing in.
        self.transactions: dict[str, dict] = values.get("transactions", {})
        self.tokens: Optional[dict] = values.get("tokens")  # once connected
        self.notice: Optional[str] = values.get("notice")  # shown on the next page, once
        self.lock = threading.Lock()  # held while tokens are refreshed: a refresh token is used once
        self.ends_at = time.time() + LIFETIME_SECONDS

    def add_transaction(self, transaction: dict) -> None:
        """Keeps what the callback will be checked against. A dict keeps its order: the oldest one is removed."""
        with self.lock:
            self.transactions[transaction["state"]] = transaction
            while len(self.transactions) > MAX_TRANSACTIONS:
                del self.transactions[next(iter(self.transactions))]

    def take(self, name: str) -> Any:
        """Returns a value and removes it."""
        value = getattr(self, name)
        setattr(self, name, None)
        return value


class Sessions:
    def __init__(self, secure: bool) -> None:
        """secure: whether browsers reach the app over https, as everywhere except on the developer's machine."""
        self._sessions: dict[str, Session] = {}
        self._lock = threading.Lock()
        self._secure = secure

    def find(self, request: Request) -> Optional[Session]:
        """The session of this browser, if it has one."""
        session = self._sessions.get(request.cookies.get(COOKIE, ""))
        return session if session is not None and session.ends_at > time.time() else None

    def begin(self, request: Request, response: Response, session: Session) -> Response:
        """Gives the browser a session with a new ID. The old ID is no longer valid.

        Call it whenever what a session may do changes, so that an ID that an attacker planted or saw before does not give
        access after (session fixation).
        """
        new_id = secrets.token_urlsafe(32)
        with self._lock:
            self._sessions.pop(request.cookies.get(COOKIE, ""), None)
            self._sessions[new_id] = session
            # A dict keeps the order of insertion, so the first entries are the oldest.
            while len(self._sessions) > MAX_SESSIONS:
                del self._sessions[next(iter(self._sessions))]
        # Lax, not Strict: the browser must send the cookie when the user returns from the authorization server.
        response.set_cookie(COOKIE, new_id, httponly=True, samesite="Lax", secure=self._secure)
        return response
