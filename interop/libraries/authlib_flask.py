import os

from authlib.integrations.flask_client import OAuth
from flask import Flask, jsonify, url_for
from listening import serve

app = Flask(__name__)
app.secret_key = "only for this example"
ISSUER = os.environ["ISSUER"]

# #region snippet
oauth = OAuth(app)
oauth.register(
    name="grantor",
    server_metadata_url=f"{ISSUER}/.well-known/openid-configuration",
    client_id=os.environ["CLIENT_ID"],
    client_secret=os.environ["CLIENT_SECRET"],
    client_kwargs={"scope": "openid profile email", "code_challenge_method": "S256"},
)


@app.get("/login")
def login():
    return oauth.grantor.authorize_redirect(url_for("callback", _external=True))


@app.get("/callback")
def callback():
    token = oauth.grantor.authorize_access_token()
    # `token["userinfo"]` holds the claims of the ID token. Names and email are at the userinfo endpoint.
    user = oauth.grantor.userinfo(token=token)
    return jsonify(sub=user["sub"], name=user["name"], email=user["email"])
# #endregion

serve(app)
