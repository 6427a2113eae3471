"""What stands in for a missing variable. Seen in doccano, geonode, khoj, skyvern, mindsdb, scancode.io and in public applications."""

import os

import click
from decouple import config
from pydantic_settings import BaseSettings

SECRET_KEY = os.environ.get("SECRET_KEY", "change-me-in-production")  # verdict: defect - starts with a key that everybody knows
DJANGO_KEY = os.environ.get("DJANGO_SECRET_KEY", "CdMQE-*xW2WrgWuZkrmQSP+un8CLuNF9Xkll_O9!d*NZPgzUO3")  # verdict: defect - starts with a key that everybody knows
JWT_SECRET = os.getenv("JWT_SECRET", "dev-secret")  # verdict: defect - starts with a key that everybody knows
JWT_KEY = os.getenv("JWT_SECRET_KEY") or "secret"  # verdict: defect - starts with a key that everybody knows
SIGNING = config("SIGNING_KEY", default="insecure-key")  # verdict: defect - starts with a key that everybody knows
ADMIN_PASSWORD = os.getenv("ADMIN_PASSWORD", "admin123")  # verdict: defect - lets everybody in
SESSION = os.environ.get("SESSION_SECRET", "keyboard cat")  # verdict: defect (missed) - the word of the manual
DB_PASSWORD = os.getenv("DB_PASSWORD", "usn06OGf9P4")  # verdict: defect - gives the password away
os.environ.setdefault("SECRET_KEY", "not-a-secret")  # verdict: defect - starts with a key that everybody knows
ENCRYPTION_KEY = os.environ.get("ENCRYPTION_KEY", "fillmein")  # verdict: defect - encrypts with a key that everybody knows
WEBHOOK_SECRET = os.getenv("WEBHOOK_SECRET", "default")  # verdict: defect - accepts anybody


class Settings(BaseSettings):
    secret_key: str = "PLACEHOLDER"  # verdict: defect - starts with a key that everybody knows
    jwt_secret: str = "changeme"  # verdict: defect - starts with a key that everybody knows
    database_user: str = "shop"  # verdict: fine - a name
    api_key: str = ""  # verdict: fine - nothing without the variable
    token_ttl: str = "15m"  # verdict: fine - a time


@click.command()
@click.option("--admin-password", default="admin")
def main(admin_password):
    header = f"Bearer {os.getenv('API_TOKEN')}"  # verdict: defect - sends None
    other = f"Bearer {os.environ['API_TOKEN']}"  # verdict: fine - fails at once
    home = f"{os.getenv('HOME')}/.acme"  # verdict: fine - no secret
    return header, other, home, admin_password


def unset():
    os.environ.get("SECRET_KEY")  # verdict: fine - no fallback
    os.environ["SECRET_KEY"]  # verdict: fine - required
    os.environ.get("SECRET_KEY", "")  # verdict: fine - empty
    os.environ.get("SECRET_KEY", None)  # verdict: fine - nothing
    os.environ.get("SECRET_KEY_FILE", "/run/secrets/key")  # verdict: fine - a path
    os.getenv("TOKEN_URL", "https://auth.acme.io/token")  # verdict: fine - an address
    os.getenv("SECRET_BACKEND", "vault")  # verdict: fine - a kind
    os.getenv("PASSWORD_FIELD", "password")  # verdict: fine - the name of a field
    os.getenv("OPENAI_API_KEY", "not-needed")  # verdict: fine - a local server asks for none
    os.getenv("DB_PASSWORD", "postgres")  # verdict: fine (flagged) - the database refuses it
    os.getenv("AUTH_MODE", "token")  # verdict: fine - a mode
    config("API_KEY_NAME", default="x-api-key")  # verdict: fine - the name of a header


def local(DEBUG):
    if DEBUG:
        return os.environ.get("SECRET_KEY", "for-debug-only")  # verdict: fine - for development alone
    return os.environ["SECRET_KEY"]
