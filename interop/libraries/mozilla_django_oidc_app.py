import os

import django
from django.conf import settings
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application
from django.http import JsonResponse
from django.shortcuts import redirect
from django.urls import include, path
from django_settings import MINIMAL
from listening import serve

ISSUER = os.environ["ISSUER"]

# #region snippet
OIDC_RP_CLIENT_ID = os.environ["CLIENT_ID"]
OIDC_RP_CLIENT_SECRET = os.environ["CLIENT_SECRET"]
OIDC_RP_SCOPES = "openid profile email"
OIDC_RP_SIGN_ALGO = "RS256"
OIDC_USE_PKCE = True
OIDC_OP_AUTHORIZATION_ENDPOINT = f"{ISSUER}/oauth2/authorize"
OIDC_OP_TOKEN_ENDPOINT = f"{ISSUER}/oauth2/token"
OIDC_OP_USER_ENDPOINT = f"{ISSUER}/oauth2/userinfo"
OIDC_OP_JWKS_ENDPOINT = f"{ISSUER}/oauth2/jwks"
# #endregion

settings.configure(
    **{
        **MINIMAL,
        "ROOT_URLCONF": __name__,
        "LOGIN_REDIRECT_URL": "/profile",
        "AUTHENTICATION_BACKENDS": ["mozilla_django_oidc.auth.OIDCAuthenticationBackend"],
        "INSTALLED_APPS": [*MINIMAL["INSTALLED_APPS"], "mozilla_django_oidc"],
        **{name: value for name, value in globals().items() if name.startswith("OIDC_")},
    }
)
django.setup()
call_command("migrate", verbosity=0)


def profile(request):
    return JsonResponse({"email": request.user.email})


urlpatterns = [
    path("login", lambda request: redirect("/oidc/authenticate/")),
    path("profile", profile),
    path("oidc/", include("mozilla_django_oidc.urls")),
]

serve(get_wsgi_application())
