"""The API whose files the app shows."""

from __future__ import annotations

import requests

from oauth import json_object


def fetch_files(api_base_url: str, access_token: str) -> tuple[list, str | None]:
    """The person's files, or why there are none. The token goes into a header, never into the address (RFC 6750 §5.3)."""
    try:
        answer = requests.get(
            f"{api_base_url}/api/files",
            headers={"Accept": "application/json", "Authorization": f"Bearer {access_token}"},
            timeout=5,
            allow_redirects=False,
        )
        # RFC 6750 §3.1: 401 asks for another token, 403 for a wider scope.
        if answer.status_code in (401, 403):
            return [], "token_refused" if answer.status_code == 401 else "not_allowed"
        answer.raise_for_status()
        listed = json_object(answer)["files"]
        return [{"name": str(f["name"]), "size": int(f["size"]), "day": str(f["modified"])[:10]} for f in listed], None
    except (requests.RequestException, LookupError, TypeError, ValueError):
        # Not reached, too slow, or not what it should be: the rest of the page can do without.
        return [], "unavailable"
