import json
import os

import requests

CLIENTS = os.environ["BASE_URL"] + "/api/2.0/clients"
HEADERS = {
    "Authorization": "Bearer " + os.environ["API_KEY"],
    "Accept": "application/json",
    "Content-Type": "application/json",
}


def call(step, method, path="", fields=None):
    response = requests.request(method, CLIENTS + path, headers=HEADERS, json=fields)
    # A deletion counts by its status alone; every other answer is a document, bare or in an envelope.
    answer = {} if step == "delete" else response.json()
    body = answer.get("response", answer)
    print(json.dumps({"step": step, "status": response.status_code, "body": body}))
    return body if response.ok else None


created = call(
    "create",
    "POST",
    fields={
        "name": "My New App",
        "redirectUris": ["https://myapp.example.com/callback"],
        "grantTypes": ["authorization_code", "refresh_token"],
    },
)
if created is not None:
    path = "/" + created.get("id")
    call("update", "PUT", path, {"redirectUris": ["https://myapp.example.com/callback2"]})
    call("delete", "DELETE", path)
