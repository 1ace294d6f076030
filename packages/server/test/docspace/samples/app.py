import base64
import hashlib
import json
import os
import secrets
import urllib.error
import urllib.parse
import urllib.request
from http.server import BaseHTTPRequestHandler, HTTPServer

ENV = os.environ
BASE = ENV["API_BASE_URL"]
state = {"verifier": "", "redirect_uri": ""}


def authorization_url():
    url = f"{BASE}/oauth2/authorize?response_type={ENV['RESPONSE_TYPE']}&client_id={ENV['CLIENT_ID']}"
    url += f"&redirect_uri={state['redirect_uri']}&scope={ENV['CLIENT_SCOPES']}"
    if ENV["VARIANT"] != "pkce":
        return url
    state["verifier"] = secrets.token_urlsafe(32)
    digest = hashlib.sha256(state["verifier"].encode()).digest()
    challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
    return f"{url}&code_challenge={challenge}&code_challenge_method=S256"


def exchange(code):
    form = {
        "client_id": ENV["CLIENT_ID"],
        "code": code,
        "redirect_uri": state["redirect_uri"],
        "grant_type": "authorization_code",
    }
    if ENV["VARIANT"] == "pkce":
        form["code_verifier"] = state["verifier"]
    else:
        form["client_secret"] = ENV["CLIENT_SECRET"]
    data = urllib.parse.urlencode(form).encode()
    with urllib.request.urlopen(f"{BASE}/oauth2/token", data=data) as response:
        return json.load(response)


def get(url, token):
    request = urllib.request.Request(url, headers={"Authorization": f"Bearer {token}"})
    with urllib.request.urlopen(request) as response:
        return json.load(response)


def profile(token):
    payload = token.split(".")[1]
    # The alphabet of plain base64: whatever has the other one's characters is not understood.
    decoded = base64.b64decode(payload + "=" * (-len(payload) % 4), validate=True)
    api = json.loads(decoded)["aud"] + ENV["API_BASE_PATH"]
    if ENV["VARIANT"] == "openid":
        return get(f"{api}/oauth2/userinfo", token)
    return get(f"{api}/people/@self", token)["response"]


class App(BaseHTTPRequestHandler):
    def do_GET(self):
        url = urllib.parse.urlparse(self.path)
        if url.path == "/authenticate":
            self.send_response(302)
            self.send_header("location", authorization_url())
            self.end_headers()
            return
        code = urllib.parse.parse_qs(url.query)["code"][0]
        try:
            tokens = exchange(code)
            person = json.dumps(profile(tokens["access_token"])).encode()
        except urllib.error.HTTPError as error:
            self.send_response(500)
            self.end_headers()
            self.wfile.write(f"{error.code} ".encode() + error.read())
            return
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("set-cookie", f"token={tokens['access_token']}")
        self.send_header("set-cookie", f"refresh_token={tokens.get('refresh_token')}")
        self.end_headers()
        self.wfile.write(person)

    def log_message(self, *_):
        pass


server = HTTPServer(("127.0.0.1", int(ENV["PORT"])), App)
state["redirect_uri"] = f"http://localhost:{server.server_port}/callback"
print(server.server_port, flush=True)
server.serve_forever()
