import json
import os
from urllib.parse import urlencode

import requests

BASE = os.environ["BASE_URL"]
CLIENT_ID = os.environ["CLIENT_ID"]
REDIRECT_URI = os.environ["REDIRECT_URI"]

query = urlencode(
    {
        "response_type": "code",
        "client_id": CLIENT_ID,
        "redirect_uri": REDIRECT_URI,
        "scope": "openid files:read",
        "state": "secure-state",
    }
)
print(json.dumps({"step": "authorize", "url": f"{BASE}/oauth2/authorize?{query}"}))

if os.environ.get("CODE"):
    # Neither a secret nor a verifier: the client only names itself.
    response = requests.post(
        f"{BASE}/oauth2/token",
        data={
            "grant_type": "authorization_code",
            "code": os.environ["CODE"],
            "redirect_uri": REDIRECT_URI,
            "client_id": CLIENT_ID,
        },
        headers={"Content-Type": "application/x-www-form-urlencoded"},
    )
    print(json.dumps({"step": "exchange", "status": response.status_code, "body": response.json()}))
