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
INSTALLED_APPS = [
    *MINIMAL["INSTALLED_APPS"],
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
]
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": "grantor",
                "name": "Grantor",
                "client_id": os.environ["CLIENT_ID"],
                "secret": os.environ["CLIENT_SECRET"],
                "settings": {"server_url": ISSUER, "fetch_userinfo": True},
            }
        ],
    }
}
# #endregion

settings.configure(
    **{
        **MINIMAL,
        "ROOT_URLCONF": __name__,
        "LOGIN_REDIRECT_URL": "/profile",
        "MIDDLEWARE": [*MINIMAL["MIDDLEWARE"], "allauth.account.middleware.AccountMiddleware"],
        "AUTHENTICATION_BACKENDS": ["allauth.account.auth_backends.AuthenticationBackend"],
        "SOCIALACCOUNT_LOGIN_ON_GET": True,
        "INSTALLED_APPS": INSTALLED_APPS,
        "SOCIALACCOUNT_PROVIDERS": SOCIALACCOUNT_PROVIDERS,
    }
)
django.setup()
call_command("migrate", verbosity=0)


def profile(request):
    user = request.user
    return JsonResponse({"name": user.get_full_name(), "email": user.email})


urlpatterns = [
    path("login", lambda request: redirect("/accounts/oidc/grantor/login/")),
    path("profile", profile),
    path("accounts/", include("allauth.urls")),
]

serve(get_wsgi_application())
