"""An app that uses requests-oauthlib to sign a person in, with PyJWT for the ID token, or to ask for itself."""

import base64
import hashlib
import sys

import jwt
import requests
from conversation import browse, report, settings
from oauthlib.common import generate_token
from oauthlib.oauth2 import BackendApplicationClient, InvalidGrantError
from requests.auth import HTTPBasicAuth
from requests_oauthlib import OAuth2Session

issuer = settings["issuer"]
client_id = settings["client_id"]
server = requests.get(f"{issuer}/.well-known/openid-configuration", timeout=10).json()
assert server["issuer"] == issuer

# How oauthlib is told each of the ways to send a secret, or none.
credentials = {
    "client_secret_basic": {"auth": HTTPBasicAuth(client_id, settings.get("client_secret"))},
    "client_secret_post": {"client_secret": settings.get("client_secret"), "include_client_id": True},
    "none": {"include_client_id": True},
}[settings["method"]]


def check_id_token(token, nonce):
    """The checks of OpenID Connect Core 1.0 §3.1.3.7, with at_hash by §3.1.3.6."""
    key = jwt.PyJWKClient(server["jwks_uri"]).get_signing_key_from_jwt(token["id_token"])
    claims = jwt.decode(
        token["id_token"],
        key.key,
        algorithms=[settings["algorithm"]],
        audience=client_id,
        issuer=issuer,
        options={"require": ["iss", "sub", "aud", "exp", "iat"]},
    )
    digest = hashlib.sha256(token["access_token"].encode()).digest()[:16]
    assert claims["at_hash"] == base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    assert nonce is None or claims["nonce"] == nonce
    return claims


def sign_in():
    session = OAuth2Session(
        client_id, redirect_uri=settings["redirect_uri"], scope=["openid", "profile", "email"], pkce="S256"
    )
    nonce = generate_token()
    url, _ = session.authorization_url(server["authorization_endpoint"], nonce=nonce)
    token = session.fetch_token(server["token_endpoint"], authorization_response=browse(url), **credentials)
    report(
        id_token={"sub": check_id_token(token, nonce)["sub"]},
        userinfo=session.get(server["userinfo_endpoint"]).json(),
    )

    first = token["refresh_token"]
    refreshed = refresh(session)
    report(
        refreshed={"sub": check_id_token(refreshed, None)["sub"], "rotated": refreshed["refresh_token"] != first},
        after_refresh=session.get(server["userinfo_endpoint"]).status_code,
    )

    revoke(refreshed["refresh_token"])
    report(after_revocation=session.get(server["userinfo_endpoint"]).status_code)
    try:
        refresh(session)
    except InvalidGrantError as error:
        report(refresh_after_revocation=error.error)


def refresh(session):
    options = dict(credentials)
    if options.pop("include_client_id", False):
        options["client_id"] = client_id
    return session.refresh_token(server["token_endpoint"], **options)


def revoke(token):
    """As oauthlib prepares it; the library has no call of its own that sends it."""
    url, headers, body = OAuth2Session(client_id)._client.prepare_token_revocation_request(
        server["revocation_endpoint"], token, token_type_hint="refresh_token"
    )
    extra = {name: value for name, value in credentials.items() if name == "client_secret"}
    if "auth" not in credentials:
        extra["client_id"] = client_id
    answer = requests.post(
        url, headers=headers, data=body + "".join(f"&{k}={v}" for k, v in extra.items()), auth=credentials.get("auth"), timeout=10
    )
    report(revoked=answer.status_code)


def get_token():
    session = OAuth2Session(client=BackendApplicationClient(client_id=client_id, scope=["files:read"]))
    token = session.fetch_token(server["token_endpoint"], resource=settings["resource"], **credentials)
    report(token={"scope": " ".join(token["scope"]), "type": token["token_type"]})


{"sign-in": sign_in, "get-token": get_token}[sys.argv[1]]()
