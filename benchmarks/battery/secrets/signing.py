"""Keys with which a program signs and encrypts. Seen in khoj, skyvern, gns3-server, seleniumbase and in public Flask projects."""

import hmac

import jwt
from cryptography.fernet import Fernet
from itsdangerous import URLSafeTimedSerializer

ALGORITHM = "HS256"


def sign(app, claims, body, key, settings):
    jwt.encode(claims, "yIX2edz42mIVXwbEBnthCgg7", algorithm=ALGORITHM)  # verdict: defect - whoever reads it signs tokens
    jwt.decode(body, "mli5uN!4Fi8rL!X?FEtftFC1", algorithms=[ALGORITHM])  # verdict: defect - the same key signs
    hmac.new(b"IVQscTblyzJB3iMy1jnqfjPt0CGWVIa8", body, "sha256")  # verdict: defect - whoever reads it signs
    Fernet(b"xBJvzG45DMwGNb3UQjkflBMeZtUPh6I8uxNcQ8vV_1w=")  # verdict: defect - whoever reads it decrypts
    URLSafeTimedSerializer("JQ3Ao0ecWjhCH7SfVOkSwCzcLuFklo")  # verdict: defect - whoever reads it signs links
    app.secret_key = "EZI5EkI-BtnC7+tnmO?DUVhE"  # verdict: defect - whoever reads it writes sessions
    app.config["JWT_SECRET_KEY"] = "K32yk0mHkHuPKrAzX4j6qs4C"  # verdict: defect - whoever reads it signs tokens
    app.secret_key = "supersecret"  # verdict: defect (missed) - guessed at once
    jwt.encode(claims, "secret", algorithm=ALGORITHM)  # verdict: defect (missed) - guessed at once
    jwt.encode(claims, key, algorithm=ALGORITHM)  # verdict: fine - a parameter
    hmac.new(key, body, "sha256")  # verdict: fine - a parameter
    Fernet(Fernet.generate_key())  # verdict: fine - made anew
    Fernet(settings.ENCRYPTION_KEY)  # verdict: fine - from the settings
    app.config["JWT_TOKEN_LOCATION"] = "headers"  # verdict: fine - a place
    app.config["JWT_SECRET_KEY"] = settings.JWT_SECRET_KEY  # verdict: fine - from the settings
    jwt.decode(body, options={"verify_signature": False}, algorithms=["HS256"])  # verdict: fine - no key at all
    URLSafeTimedSerializer(key, salt="password-reset-2")  # verdict: fine - a salt separates uses
