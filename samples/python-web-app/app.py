"""A web app that connects a user's account, shows the profile and files, and revokes its access."""

from __future__ import annotations

import sys
from urllib.parse import urlsplit

from flask import Flask, Response, make_response, redirect, render_template, request
from werkzeug.exceptions import HTTPException

import formats
import settings
from files_api import fetch_files
from oauth import OAuthClient, OAuthProblem
from server import serve
from sessions import Session, Sessions

ACCESS_ENDED = "Your access has ended. Connect again to continue."
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)

app = Flask(__name__)
app.config["MAX_CONTENT_LENGTH"] = 64 * 1024
app.jinja_env.filters.update(file_size=formats.file_size, utc=formats.utc, time_left=formats.time_left)
sessions = Sessions(secure=settings.HTTPS)
# One client for the whole app: it holds no user's tokens.
client = OAuthClient(
    settings.ISSUER, settings.CLIENT_ID, settings.CLIENT_SECRET, settings.REDIRECT_URI, settings.SCOPES
)


@app.get("/")
def home() -> Response:
    session = sessions.find(request)
    notice = session.take("notice") if session else None
    if session is None or session.tokens is None:
        return page("welcome.html", notice=notice, host=urlsplit(settings.ISSUER).netloc)
    try:
        profile = load_profile(session)
    except OAuthProblem as problem:
        if problem.code != "access_ended":
            raise
        session.tokens = None
        return page("welcome.html", notice=ACCESS_ENDED, host=urlsplit(settings.ISSUER).netloc)
    tokens = session.tokens
    if tokens is None:  # disconnected in another tab meanwhile
        return redirect("/", 303)
    files, files_problem = fetch_files(settings.API_BASE_URL, tokens["access_token"])
    candidates = (profile.get(claim) for claim in ("name", "preferred_username", "email", "sub"))
    name = next(text for text in candidates if isinstance(text, str) and text)
    return page(
        "connected.html",
        notice=notice,
        name=name,
        email=profile.get("email"),
        files=files,
        files_problem=files_problem,
        expires_at=tokens["expires_at"],
    )


# A link and not a form: form-action of the Content-Security-Policy applies to every redirect that follows.
@app.get("/connect")
def connect() -> Response:
    url, transaction = client.start()
    response = redirect(url, 303)
    session = sessions.find(request)
    if session is None:
        session = Session()
        sessions.begin(request, response, session)
    session.add_transaction(transaction)
    return response


@app.get(urlsplit(settings.REDIRECT_URI).path)
def callback() -> Response:
    session = sessions.find(request)
    transactions = session.transactions if session else {}
    # Removed before it is used: a transaction is used once.
    transaction = transactions.pop(request.args.get("state", ""), None)
    tokens = client.finish(request.args, transaction)
    # The session can do more from now on, so it gets a new ID. Other tabs may be signing in at the same time.
    session = Session(transactions=transactions, tokens=tokens, notice="You are connected.")
    return sessions.begin(request, redirect("/", 303), session)


@app.post("/refresh")
def refresh() -> Response:
    session = sessions.find(request)
    if session is None or session.tokens is None:
        return redirect("/", 303)
    if session.tokens["refresh_token"] is None:
        session.notice = "There is no refresh token: the app must request the scope offline_access."
        return redirect("/", 303)
    try:
        renew(session, session.tokens)
        session.notice = "The token was refreshed."
    except OAuthProblem as problem:
        if problem.code != "access_ended":
            raise
        ended = Session(transactions=session.transactions, notice=ACCESS_ENDED)
        return sessions.begin(request, redirect("/", 303), ended)
    return redirect("/", 303)


@app.post("/disconnect")
def disconnect() -> Response:
    session = sessions.find(request)
    # Deleted here first, whatever the server responds.
    tokens = session.take("tokens") if session else None
    if tokens is None:
        return redirect("/", 303)
    notice = "You are disconnected. The app has revoked its access."
    try:
        client.revoke(tokens)
    except OAuthProblem as problem:
        print(problem, file=sys.stderr)
        notice = (
            "The app has deleted its tokens, but could not revoke them at the authorization server. "
            "Remove the access in your account there."
        )
    return sessions.begin(request, redirect("/", 303), Session(transactions=session.transactions, notice=notice))


@app.get("/health")
def health() -> dict:
    return {"status": "ok"}


def renew(session: Session, tokens: dict) -> dict:
    """Refreshes and keeps the new tokens: many servers revoke the old refresh token."""
    with session.lock:
        # Another request of the same user may have been faster.
        if session.tokens is tokens:
            session.tokens = client.refresh(tokens)
        if session.tokens is None:
            raise OAuthProblem("access_ended", "The user disconnected in the meantime.")
        return session.tokens


def load_profile(session: Session) -> dict:
    """The user's profile. The session has valid tokens after it."""
    tokens = session.tokens
    if client.is_expired(tokens):
        tokens = renew(session, tokens)
    try:
        return client.userinfo(tokens)
    except OAuthProblem as problem:
        if problem.code != "access_ended":
            raise
        # Not expired, but refused: a new token works unless the user revoked the access.
        return client.userinfo(renew(session, tokens))


def page(template: str, status: int = 200, **values: object) -> Response:
    return make_response(render_template(template, **values), status)


@app.before_request
def set_up_or_refuse() -> Response | None:
    """Explains how to register the app if it is not registered, and refuses forms of other sites (CSRF)."""
    if request.method not in ("GET", "HEAD", "OPTIONS"):
        same_origin = request.headers.get("Sec-Fetch-Site") == "same-origin"
        if not same_origin and request.headers.get("Origin") != settings.ORIGIN:
            title = "This request did not come from a page of this app"
            return page("message.html", 403, title=title, text="Go to the start page and use its buttons.")
    if settings.CLIENT_ID == "" and request.endpoint not in ("static", "health"):
        return page("setup.html", settings=settings)
    return None


@app.after_request
def secure(response: Response) -> Response:
    response.headers.update(
        {
            "Content-Security-Policy": CONTENT_SECURITY_POLICY,
            "Cross-Origin-Opener-Policy": "same-origin",
            "Cross-Origin-Resource-Policy": "same-origin",
            # The address of /callback has code and state, which other sites must not see.
            "Referrer-Policy": "same-origin",
            "X-Content-Type-Options": "nosniff",
            "X-Frame-Options": "DENY",
        }
    )
    if settings.HTTPS:
        response.headers["Strict-Transport-Security"] = "max-age=31536000"
    if request.endpoint != "static":
        response.headers["Cache-Control"] = "no-store"
    return response


EXPLANATIONS = {
    "denied": (200, "You chose not to connect", "No problem: nothing was shared. You can connect any time."),
    "bad_callback": (
        400,
        "This sign-in cannot be finished",
        "It is already finished, was started in another tab or browser, or is too old. Connect again.",
    ),
    "unreachable": (
        502,
        "The authorization server cannot be reached",
        f"Please try again in a moment. If this is your own machine, check that it runs at {settings.ISSUER}.",
    ),
}
OTHER_EXPLANATION = (
    502,
    "Connecting did not work",
    "Connect again. If the error remains, contact the administrator of this app.",
)


@app.errorhandler(OAuthProblem)
def explain(problem: OAuthProblem) -> Response:
    status, title, text = EXPLANATIONS.get(problem.code, OTHER_EXPLANATION)
    if status >= 500:
        print(problem, file=sys.stderr)
    return page("message.html", status, title=title, text=text, detail=None if status == 200 else str(problem))


@app.errorhandler(HTTPException)
def explain_http(error: HTTPException) -> Response:
    if error.code == 404:
        return page("message.html", 404, title="Page not found", text="Check the address.")
    if error.code is not None and error.code < 500:
        return page("message.html", error.code, title="This app cannot do that", text="Go to the start page.")
    title = "Something went wrong in this app"
    return page("message.html", 500, title=title, text="Please try again in a moment.")


if __name__ == "__main__":
    serve(app, settings.HOST, settings.PORT)
