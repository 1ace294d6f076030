"""A program for ONLYOFFICE DocSpace that uses the portal's SDK: manages apps, and asks for a user's access."""

import json
import warnings
from urllib.parse import parse_qs, urlencode, urlsplit

from conversation import browse, report, settings

# Names of fields in models that this program does not use.
warnings.filterwarnings("ignore", message="Field name .* shadows an attribute", category=UserWarning)

import docspace_api_sdk as sdk
from docspace_api_sdk.api.o_auth20.authorization_api import AuthorizationApi
from docspace_api_sdk.exceptions import ApiException
from docspace_api_sdk.models import ClientInfoResponse, ClientResponse, ScopeResponse

host = settings["host"]
redirect_uri = settings["redirect_uri"]
PNG = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


def portal(token):
    return sdk.ApiClient(sdk.Configuration(host=host, access_token=token))


def signature_of(key):
    return sdk.OAuth2Api(portal(key)).generate_jwt_token().response


def signed(signature):
    """Calls with an x-signature. What the SDK is given for it is the whole header `Cookie`."""
    configuration = sdk.Configuration(host=host, api_key={"x-signature": f"x-signature={signature}"})
    return sdk.ApiClient(configuration)


def refusal(call):
    """How a call is refused, in the SDK's types."""
    try:
        call()
    except ApiException as error:
        found = {"type": type(error).__name__, "status": error.status}
        if error.data is not None:
            found["detail"] = error.data.detail
            found["fields"] = [each["field"] for each in json.loads(error.body).get("errors", [])]
        return found
    return None


def pages(ask, model):
    """
    All items of a list, in the SDK's type for one. Its types for pages take an object for `data`, where the portal
    answers an array; so the bodies are read here.
    """
    found = []
    cursor = {}
    while True:
        page = json.loads(ask(limit=1, **cursor).data)
        found += [model.from_dict(item) for item in page["data"]]
        typed = sdk.PageableResponse.from_dict({**page, "data": None})
        if typed.last_client_id is None:
            return found
        cursor = {"last_client_id": typed.last_client_id, "last_created_on": typed.last_created_on}


def described(app):
    """What is the same in every run."""
    shown = app.to_dict()
    return {name: value for name, value in shown.items() if not name.startswith(("created_", "modified_"))}


def request(**fields):
    return sdk.CreateClientRequest(
        **{
            "name": "Desk",
            "description": "Keeps a desk tidy",
            "logo": PNG,
            "scopes": ["files:read", "accounts.self:read", "openid"],
            "public": True,
            "is_public": True,
            "allow_pkce": True,
            "website_url": "https://app.example.com",
            "terms_url": "https://app.example.com/terms",
            "policy_url": "app.example.com/privacy",
            "redirect_uris": [redirect_uri],
            "allowed_origins": ["https://app.example.com"],
            "logout_redirect_uri": "https://app.example.com/bye",
            **fields,
        }
    )


developer = signed(signature_of(settings["developer_key"]))
apps = sdk.ClientManagementApi(developer)
queries = sdk.ClientQueryingApi(developer)
profile = sdk.ProfilesApi(portal(settings["developer_key"])).get_self_profile().response
report(profile={"email": profile.email, "id": str(profile.id), "status": profile.status.name})

# The life of an app.
made = apps.create_client(request())
other = apps.create_client(
    sdk.CreateClientRequest(
        name="Shelf", redirect_uris=["http://localhost:3000/callback"], allowed_origins=["http://localhost:3000"]
    )
)
app = made.client_id
public_info = sdk.ClientQueryingApi(sdk.ApiClient(sdk.Configuration(host=host))).get_public_client_info(app)
report(
    made=described(made),
    who={"created_by": made.created_by, "modified_by": made.modified_by},
    shown=described(queries.get_client(app)),
    listed=[(each.name, each.client_secret) for each in pages(queries.get_clients_without_preload_content, ClientResponse)],
    infos=[each.name for each in pages(queries.get_clients_info_without_preload_content, ClientInfoResponse)],
    info=described(queries.get_client_info(app)),
    public_info={**described(public_info), "created_by": public_info.created_by},
)
catalogue = sdk.ScopeManagementApi(developer).get_scopes_without_preload_content()
report(scopes=[ScopeResponse.from_dict(each).to_dict() for each in json.loads(catalogue.data)])

apps.update_client(
    app,
    sdk.UpdateClientRequest(
        name="Bureau", logo=PNG, allow_pkce=False, public=True, allowed_origins=["https://other.example.com"]
    ),
)
changed = queries.get_client(app)
apps.change_activation(app, sdk.ChangeClientActivationRequest(status=False))
stopped = queries.get_client(app).enabled
apps.change_activation(app, sdk.ChangeClientActivationRequest(status=True))
secret = apps.regenerate_secret(app).client_secret
report(
    changed=described(changed),
    stopped={"enabled": stopped},
    started={"enabled": queries.get_client(app).enabled},
    another_secret=isinstance(secret, str) and secret != made.client_secret,
)

# A user's access, and what they see of it.
asked = {
    "response_type": "code",
    "client_id": app,
    "redirect_uri": redirect_uri,
    "scope": "files:read accounts.self:read openid",
}
[code] = parse_qs(urlsplit(browse(f"{host}/oauth2/authorize?{urlencode(asked)}")).query)["code"]
exchange = {
    "grant_type": "authorization_code",
    "code": code,
    "redirect_uri": redirect_uri,
    "client_id": app,
}
protocol = AuthorizationApi(developer)
report(with_the_secret_before=refusal(lambda: protocol.exchange_token(client_secret=made.client_secret, **exchange)))
token = protocol.exchange_token(client_secret=secret, **exchange)
report(token={"type": token.token_type, "refreshable": isinstance(token.refresh_token, str)})

with_token = sdk.ProfilesApi(portal(token.access_token))
report(self_of_token=with_token.get_self_profile().response.display_name)

user = signed(signature_of(settings["user_key"]))
theirs = sdk.ClientQueryingApi(user)
consents = json.loads(theirs.get_consents_without_preload_content(limit=1).data)
[consent] = consents["data"]
typed = sdk.PageableModificationResponse.from_dict({**consents, "data": None, "last_modified_on": consent["modified_at"]})
older = theirs.get_consents_without_preload_content(limit=1, last_modified_on=typed.last_modified_on)
report(
    consent={
        "scopes": consent["scopes"],
        "app": ClientInfoResponse.from_dict(consent["client"]).name,
        "registered_client_id": consent["registered_client_id"],
        "older": json.loads(older.data)["data"],
    }
)
sdk.ClientManagementApi(user).revoke_user_client(app)
report(
    self_after_revocation=refusal(with_token.get_self_profile),
    consents_after_revocation=json.loads(theirs.get_consents_without_preload_content(limit=1).data)["data"],
)

# What is refused, and to whom.
strangers = sdk.ClientManagementApi(user)
forged = sdk.ClientQueryingApi(signed("forged"))
report(
    refused={
        "a scope that there is not": refusal(lambda: apps.create_client(request(scopes=["made:up"]))),
        "the app of another": refusal(lambda: sdk.ClientQueryingApi(user).get_client(app)),
        "deleting the app of another": refusal(lambda: strangers.delete_client(app)),
        "deleting everybody’s": refusal(apps.delete_tenant_clients),
        "a forged signature": refusal(lambda: forged.get_client(app)),
    }
)

# The end of apps: one, one's own, and everybody's.
apps.delete_client(app)
gone = refusal(lambda: queries.get_client(app))
strangers.create_client(request(name="Of the user"))
apps.delete_user_clients()
administrator = signed(signature_of(settings["administrator_key"]))
everybodys = sdk.ClientQueryingApi(administrator).get_clients_without_preload_content
left = [each.name for each in pages(everybodys, ClientResponse)]
sdk.ClientManagementApi(administrator).delete_tenant_clients()
report(ends={"one": gone, "ones_own": left, "everybodys": pages(everybodys, ClientResponse)})
