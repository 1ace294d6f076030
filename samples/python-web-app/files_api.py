"""The API whose files the app shows."""

from __future__ import annotations

import requests

from oauth import json_object


def fetch_files(api_base_url: str, access_token: str) -> tuple[list, str | None]:
    """The user's files, or why there are none. The token goes into a header, not into the address (RFC 6750 §5.3)."""
    try:
        response = requests.get(
            f"{api_base_url}/api/files",
            headers={"Accept": "application/json", "Authorization": f"Bearer {access_token}"},
            timeout=5,
            allow_redirects=False,
        )
        # RFC 6750 §3.1: 401 requires another token, 403 another scope.
        if response.status_code in (401, 403):
            return [], "token_refused" if response.status_code == 401 else "not_allowed"
        response.raise_for_status()
        listed = json_object(response)["files"]
        return [{"name": str(f["name"]), "size": int(f["size"]), "day": str(f["modified"])[:10]} for f in listed], None
    except (requests.RequestException, LookupError, TypeError, ValueError):
        # Not reached, too slow, or malformed: the page is shown without files.
        return [], "unavailable"
