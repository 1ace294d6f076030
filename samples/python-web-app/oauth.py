"""OAuth 2.0 and OpenID Connect, written out by hand so that it can be read from top to bottom."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import time
from typing import Any, Optional
from urllib.parse import quote_plus, urlencode

import jwt
import requests

TIMEOUT_SECONDS = 10
CLOCK_TOLERANCE_SECONDS = 60
# Asymmetric algorithms only: "none" and HMAC do not prove who signed (RFC 8725 §3.1).
ALGORITHMS = ["ES256", "RS256", "PS256", "EdDSA"]


class OAuthProblem(Exception):
    """An error of the flow. Its message has no token, no code and no secret."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class OAuthClient:
    """One app at one authorization server. It holds no user's tokens."""

    def __init__(self, issuer: str, client_id: str, client_secret: str, redirect_uri: str, scopes: str) -> None:
        self.issuer = issuer
        self.client_id = client_id
        self.client_secret = client_secret
        self.redirect_uri = redirect_uri
        self.scopes = scopes
        self._metadata: Optional[dict] = None
        self._keys: Optional[jwt.PyJWKClient] = None

    def start(self) -> tuple[str, dict]:
        """The address to send the user to (RFC 6749 §4.1.1), and what to keep in the session until the callback."""
        transaction = {name: secrets.token_urlsafe(32) for name in ("state", "nonce", "code_verifier")}
        # RFC 7636 §4.2: a stolen code cannot be used without the verifier.
        challenge = base64url(hashlib.sha256(transaction["code_verifier"].encode()).digest())
        query = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": self.redirect_uri,
            "scope": self.scopes,
            "state": transaction["state"],
            "nonce": transaction["nonce"],
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        endpoint = self._endpoint("authorization_endpoint")
        return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(query)}", transaction

    def finish(self, callback: Any, transaction: Optional[dict]) -> dict:
        """Checks the callback's parameters (a MultiDict) and exchanges the code for tokens (RFC 6749 §4.1.3)."""
        if transaction is None:
            raise OAuthProblem("bad_callback", "There is no transaction for this callback: it was used already.")
        for name in ("state", "code", "error", "iss"):
            if len(callback.getlist(name)) > 1:
                raise OAuthProblem("bad_callback", f'The callback has the parameter "{name}" more than once.')
        # RFC 6749 §10.12: checked before anything else is trusted, errors included.
        if not hmac.compare_digest(callback.get("state", "").encode(), transaction["state"].encode()):
            raise OAuthProblem("bad_callback", 'The "state" of the callback is not the one that was sent.')
        # RFC 9207 §2.4: the response must be from the server that got the request.
        always_sent = self._discovered().get("authorization_response_iss_parameter_supported") is True
        if callback.get("iss", None if always_sent else self.issuer) != self.issuer:
            raise OAuthProblem("bad_callback", 'The "iss" of the callback names another authorization server.')
        if callback.get("error") == "access_denied":
            raise OAuthProblem("denied", "The user denied access.")
        if "error" in callback:
            said = " ".join(filter(None, (callback["error"], callback.get("error_description"))))
            raise OAuthProblem("refused", f"The authorization server responded with: {said[:500]}")
        if not callback.get("code"):
            raise OAuthProblem("bad_callback", 'The callback has neither a "code" nor an "error".')

        tokens = self._request_tokens(
            grant_type="authorization_code",
            code=callback["code"],
            redirect_uri=self.redirect_uri,
            code_verifier=transaction["code_verifier"],
        )
        claims = self._verify_id_token(tokens)
        # OIDC Core §3.1.3.7 (11): the ID token must belong to this authorization request.
        if claims.get("nonce") != transaction["nonce"]:
            raise OAuthProblem("bad_response", "The ID token belongs to another authorization request (nonce).")
        return {**tokens, "sub": claims["sub"]}

    def is_expired(self, tokens: dict) -> bool:
        """Whether the access token is expired or expires within ten seconds."""
        return tokens["expires_at"] is not None and tokens["expires_at"] - 10 <= time.time()

    def refresh(self, tokens: dict) -> dict:
        """Gets new tokens (RFC 6749 §6). Keep them: the old refresh token may be used up."""
        if tokens["refresh_token"] is None:
            raise OAuthProblem("access_ended", "There is no refresh token. Request the scope offline_access.")
        new = self._request_tokens(grant_type="refresh_token", refresh_token=tokens["refresh_token"])
        # OIDC Core §12.2: the user must be the same.
        if new["id_token"] is not None and self._verify_id_token(new)["sub"] != tokens["sub"]:
            raise OAuthProblem("bad_response", "The ID token of the refresh is for another user (sub).")
        carried_over = new["refresh_token"] or tokens["refresh_token"]
        return {**new, "refresh_token": carried_over, "sub": tokens["sub"]}

    def userinfo(self, tokens: dict) -> dict:
        """The claims about the user (OIDC Core §5.3)."""
        headers = {"Accept": "application/json", "Authorization": f"Bearer {tokens['access_token']}"}
        response = self._send("GET", self._endpoint("userinfo_endpoint"), headers=headers)
        if response.status_code == 401:
            raise OAuthProblem("access_ended", "The userinfo endpoint did not accept the access token.")
        profile = json_object(response)
        # OIDC Core §5.3.2: another user means that an access token was swapped.
        if response.status_code != 200 or profile.get("sub") != tokens["sub"]:
            raise OAuthProblem("bad_response", "The userinfo endpoint names another user than the ID token.")
        return profile

    def revoke(self, tokens: dict) -> None:
        """Revokes the tokens (RFC 7009): the refresh token, which ends the whole grant, or else the access token."""
        hint = "refresh_token" if tokens["refresh_token"] is not None else "access_token"
        form = {"token": tokens[hint], "token_type_hint": hint}
        response = self._post("revocation_endpoint", form)
        if response.status_code != 200:
            raise OAuthProblem("refused", f"The revocation endpoint responded with status {response.status_code}.")

    def _discovered(self) -> dict:
        """The server's metadata (RFC 8414), fetched once."""
        if self._metadata is None:
            url = f"{self.issuer.rstrip('/')}/.well-known/openid-configuration"
            response = self._send("GET", url)
            metadata = json_object(response)
            # RFC 8414 §3.3: otherwise another server could pass for this one.
            if response.status_code != 200 or metadata.get("issuer") != self.issuer:
                raise OAuthProblem("unreachable", f"There is no metadata of this issuer at {url}.")
            self._metadata = metadata
        return self._metadata

    def _endpoint(self, name: str) -> str:
        url = self._discovered().get(name)
        if not isinstance(url, str):
            raise OAuthProblem("bad_response", f'The metadata of the server has no "{name}".')
        return url

    def _request_tokens(self, **form: str) -> dict:
        sent_at = int(time.time())
        response = self._post("token_endpoint", form)
        body = json_object(response)
        if response.status_code != 200:
            error = str(body.get("error", f"status {response.status_code}"))[:100]
            # RFC 6749 §5.2: a refresh token that is used, revoked or expired.
            ended = error == "invalid_grant" and form["grant_type"] == "refresh_token"
            raise OAuthProblem("access_ended" if ended else "refused", f"The token endpoint responded with: {error}")
        if not isinstance(body.get("access_token"), str) or str(body.get("token_type")).lower() != "bearer":
            raise OAuthProblem("bad_response", "The response of the token endpoint has no Bearer token.")
        lifetime = body.get("expires_in")
        return {
            "access_token": body["access_token"],
            # Counted from when the request was sent, so that the token never expires earlier at the server than here.
            "expires_at": sent_at + int(lifetime) if isinstance(lifetime, (int, float)) else None,
            "refresh_token": body.get("refresh_token"),
            "id_token": body.get("id_token"),
        }

    def _verify_id_token(self, tokens: dict) -> dict:
        """Checks an ID token (OIDC Core §3.1.3.7) and returns its claims."""
        try:
            if self._keys is None:
                self._keys = jwt.PyJWKClient(self._endpoint("jwks_uri"), timeout=TIMEOUT_SECONDS)
            key = self._keys.get_signing_key_from_jwt(tokens["id_token"])
            claims = jwt.decode(
                tokens["id_token"],
                key.key,
                algorithms=ALGORITHMS,
                issuer=self.issuer,
                audience=self.client_id,
                leeway=CLOCK_TOLERANCE_SECONDS,
                options={"require": ["iss", "sub", "aud", "exp", "iat"]},
            )
        except jwt.PyJWTError as error:
            # Only the type of the error: claims about a user stay out of messages.
            raise OAuthProblem("bad_response", f"The ID token is not valid ({type(error).__name__}).") from None
        several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
        if claims.get("azp", None if several else self.client_id) != self.client_id:
            raise OAuthProblem("bad_response", "The ID token is issued to another client (azp).")
        return claims

    def _post(self, endpoint: str, form: dict) -> requests.Response:
        if self.client_secret == "":
            return self._send("POST", self._endpoint(endpoint), data={**form, "client_id": self.client_id})
        # RFC 6749 §2.3.1: both are form-encoded first.
        credentials = (quote_plus(self.client_id), quote_plus(self.client_secret))
        return self._send("POST", self._endpoint(endpoint), data=form, auth=credentials)

    def _send(self, method: str, url: str, **options: Any) -> requests.Response:
        try:
            # Redirects are not followed: they would send codes and tokens to an address that is not configured.
            return requests.request(method, url, timeout=TIMEOUT_SECONDS, allow_redirects=False, **options)
        except requests.RequestException as error:
            raise OAuthProblem("unreachable", f"{url} could not be reached ({type(error).__name__}).") from None


def base64url(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def json_object(response: requests.Response) -> dict:
    """The body as a JSON object; an empty one if it is something else."""
    try:
        body = response.json()
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}
