import os

import django
from django.conf import settings
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application
from django.http import JsonResponse
from django.urls import include, path
from django_settings import MINIMAL
from listening import serve
from social_core.actions import do_auth

ISSUER = os.environ["ISSUER"]

# #region snippet
AUTHENTICATION_BACKENDS = ["social_core.backends.open_id_connect.OpenIdConnectAuth"]
SOCIAL_AUTH_OIDC_OIDC_ENDPOINT = ISSUER
SOCIAL_AUTH_OIDC_KEY = os.environ["CLIENT_ID"]
SOCIAL_AUTH_OIDC_SECRET = os.environ["CLIENT_SECRET"]
SOCIAL_AUTH_OIDC_USE_PKCE = True
# #endregion

settings.configure(
    **{
        **MINIMAL,
        "ROOT_URLCONF": __name__,
        "LOGIN_REDIRECT_URL": "/profile",
        "AUTHENTICATION_BACKENDS": AUTHENTICATION_BACKENDS,
        "INSTALLED_APPS": [*MINIMAL["INSTALLED_APPS"], "social_django"],
        **{name: value for name, value in globals().items() if name.startswith("SOCIAL_AUTH_")},
    }
)
django.setup()
call_command("migrate", verbosity=0)

# The views of the library need the settings.
from social_django.utils import psa  # noqa: E402


# Apps send a form to /login/oidc/, which accepts only POST.
@psa("social:complete")
def login(request, backend):
    return do_auth(request.backend)


def profile(request):
    user = request.user
    return JsonResponse({"name": user.get_full_name(), "email": user.email})


urlpatterns = [
    path("login", login, {"backend": "oidc"}),
    path("profile", profile),
    path("", include("social_django.urls")),
]

serve(get_wsgi_application())
