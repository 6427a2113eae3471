"""Settings of a service. Seen in geonode, gerapy, doccano, khoj, scancode.io and in public Django and Flask projects."""

import os

INSTALLED_APPS = ["shop", "billing"]
SECRET_KEY = "F7+8Y97o$UjYp7RNmxNyHaYV9NOd8r0q_?-8C!mSiWMFGdfEv7"  # verdict: defect - a live credential in the settings of a service
STRIPE_API_KEY = "yZonkP5GYIRkt5srlSHfWGX0h9JKN7E28r4unICH"  # verdict: defect - a live credential in the settings of a service
EMAIL_HOST_PASSWORD = "COGLgk37eI7O2p"  # verdict: defect - a live credential in the settings of a service
AWS_SECRET_ACCESS_KEY = "exlhHNPZDj004bFx0pOGHg9TBsg3uhZQzsWPdwIa"  # verdict: defect - a live credential in the settings of a service
SENDGRID_API_KEY = "qZsFpJEmNwzsXFL41EwCl5ov9RttYnn1sCIvaUojhbOIDYvG"  # verdict: defect - a live credential in the settings of a service
TWILIO_AUTH_TOKEN = "ed5f110c85a1c381e532aed95401a9f6"  # verdict: defect - a live credential in the settings of a service
OAUTH_CLIENT_SECRET = "CujAO7RCaalcxuyBop5aVkxG"  # verdict: defect - a live credential in the settings of a service
RECAPTCHA_PRIVATE_KEY = "zb89pc86E7oJaffq6DOtoVJeK0FNjNCehkWsFTGF"  # verdict: defect - a live credential in the settings of a service
JWT_SIGNING_KEY = "Oncy62KibmWLA0tPNq18zPzRZ5YRBkYLXVbth5cmJTEvNhjbZhptoYLAlOnLY4QH"  # verdict: defect - a live credential in the settings of a service
LDAP_BIND_PASSWORD = "Ih_KURJT69J"  # verdict: defect - a live credential in the settings of a service
GITHUB_ACCESS_TOKEN = "a8c81d13c4cadddad2d91479899aba9ffac02d57"  # verdict: defect - a live credential in the settings of a service
DATABASES = {"default": {"ENGINE": "django.db.backends.postgresql", "USER": "shop", "PASSWORD": "O+*3mIOnq$b1"}}  # verdict: defect - the database's password
CACHES = {"default": {"LOCATION": "redis://:paBuMk1iYZ4e1zX8@cache.acme.io:6379/1"}}  # verdict: defect - the cache's password in its address
SESSION_COOKIE_NAME = "shop_session_v2"  # verdict: fine - the name of a cookie
CSRF_HEADER_NAME = "HTTP_X_CSRFTOKEN"  # verdict: fine - the name of a header
AUTH_PASSWORD_VALIDATORS = [{"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"}]  # verdict: fine - a class
PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]  # verdict: fine - a class
PASSWORD_RESET_TEMPLATE = "accounts/password_reset_2.html"  # verdict: fine - a template
API_KEY_HEADER = "X-Api-Key"  # verdict: fine - a header
TOKEN_URL = "https://auth.acme.io/oauth2/token"  # verdict: fine - an address
SECRET_KEY_FILE = "/run/secrets/django_key_1"  # verdict: fine - where the secret is
MAIL_PASSWORD = os.environ["MAIL_PASSWORD"]  # verdict: fine - read from the environment
PAYMENT_API_KEY = os.environ.get("PAYMENT_API_KEY", "")  # verdict: fine - empty without the variable
RECAPTCHA_PUBLIC_KEY = "6LcR6YCibFhme6hdV5EWUUqz6hxAVWDFxiaNz7f7"  # verdict: fine - every visitor gets it
STRIPE_PUBLISHABLE_KEY = "pk_live_i0PsuhM3JQIC5EW7HCnXUbfa"  # verdict: fine - publishable
LOGIN_TOKEN_SALT = "accounts.login.token"  # verdict: fine - a salt that separates uses
