"""An app that uses Authlib: signs a person in, or asks for itself."""

import sys

import requests
from authlib.common.security import generate_token
from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oauth2.rfc7523 import ClientSecretJWT, PrivateKeyJWT
from authlib.oidc.core import CodeIDToken
from authlib.oidc.discovery import get_well_known_url
from conversation import browse, report, settings
from joserfc import jwt
from joserfc.jwk import KeySet, import_key

issuer = settings["issuer"]
server = requests.get(get_well_known_url(issuer, external=True), timeout=10).json()
assert server["issuer"] == issuer


def new_session(**options):
    secret = settings.get("client_secret")
    if "private_key" in settings:
        secret = import_key(settings["private_key"])
    session = OAuth2Session(
        settings["client_id"],
        secret,
        token_endpoint_auth_method=settings["method"],
        revocation_endpoint_auth_method=settings["method"],
        token_endpoint=server["token_endpoint"],
        default_timeout=10,
        **options,
    )
    # Whom its assertions are for; Authlib's own choice is the address that it calls.
    audience = settings.get("assertion_audience")
    session.register_client_auth_method(PrivateKeyJWT(audience, alg=settings.get("assertion_alg")))
    session.register_client_auth_method(ClientSecretJWT(audience))
    return session


def check_id_token(token, nonce):
    """All that Authlib checks of an ID token, nonce and at_hash included."""
    keys = KeySet.import_key_set(requests.get(server["jwks_uri"], timeout=10).json())
    decoded = jwt.decode(token["id_token"], keys, algorithms=[settings["algorithm"]])
    claims = CodeIDToken(
        decoded.claims,
        decoded.header,
        {"iss": {"essential": True, "value": issuer}, "aud": {"essential": True, "value": settings["client_id"]}},
        {
            "client_id": settings["client_id"],
            "nonce": nonce,
            "max_age": 3600,
            "access_token": token["access_token"],
        },
    )
    claims.validate(leeway=5)
    return claims


def sign_in():
    session = new_session(
        scope="openid profile email",
        redirect_uri=settings["redirect_uri"],
        code_challenge_method="S256",
    )
    verifier = generate_token(48)
    nonce = generate_token()
    url, state = session.create_authorization_url(
        server["authorization_endpoint"], code_verifier=verifier, nonce=nonce, max_age=3600
    )
    token = session.fetch_token(authorization_response=browse(url), code_verifier=verifier, state=state)
    claims = check_id_token(token, nonce)
    assert "at_hash" in claims
    report(id_token={"sub": claims["sub"]}, userinfo=userinfo(session).json())

    first = token["refresh_token"]
    refreshed = session.refresh_token()
    report(
        refreshed={"sub": check_id_token(refreshed, None)["sub"], "rotated": refreshed["refresh_token"] != first},
        after_refresh=userinfo(session).status_code,
    )

    revoked = session.revoke_token(server["revocation_endpoint"], token_type_hint="refresh_token")
    report(revoked=revoked.status_code, after_revocation=userinfo(session).status_code)
    try:
        session.refresh_token()
    except OAuthError as error:
        report(refresh_after_revocation=error.error)


def userinfo(session):
    return session.get(server["userinfo_endpoint"])


def get_token():
    session = new_session()
    token = session.fetch_token(
        grant_type="client_credentials", scope="files:read", resource=settings["resource"]
    )
    report(token={"scope": token["scope"], "type": token["token_type"]})
    return session, token


def act_for_itself():
    session, token = get_token()
    known = session.introspect_token(server["introspection_endpoint"], token["access_token"]).json()
    report(introspected=known)
    revoked = session.revoke_token(
        server["revocation_endpoint"], token["access_token"], token_type_hint="access_token"
    )
    gone = session.introspect_token(server["introspection_endpoint"], token["access_token"]).json()
    report(revoked=revoked.status_code, after_revocation=gone)


{"sign-in": sign_in, "get-token": get_token, "act-for-itself": act_for_itself}[sys.argv[1]]()
