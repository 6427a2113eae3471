"""Names that hold a word of credentials. Seen in kubernetes-asyncio, playwright, nanobot, homeassistant, transformers, pysaml2."""

import enum

password_field = "pass_9f2k"  # verdict: fine - a field's name
token_type = "bearer_v2"  # verdict: fine - a type
next_token = "C1aubz5WE7iawKl9"  # verdict: fine - a place in a list
eos_token = "<|end_2|>"  # verdict: fine - a token of a text
secret_name = "prod/db-9fk2"  # verdict: fine - where the secret is
api_key_header = "X-Api-Key-2"  # verdict: fine - a header
public_key = "METNjRhthRuwK5726dnaoohSQKgDqEkbLzT5Kbpx"  # verdict: fine - public
partition_key = "J5Cc6ttHSWdt"  # verdict: fine - a place in a table
password_hash_algorithm = "pbkdf2_sha256"  # verdict: fine - an algorithm
private_key_path = "/etc/ssl/private/acme-1.pem"  # verdict: fine - a path
token_url = "https://auth.acme.io/token2"  # verdict: fine - an address
sort_key = "created_at_2"  # verdict: fine - a column
cache_key = "user:42:profile"  # verdict: fine - a key of a cache
primary_key = "id_2"  # verdict: fine - a column
password_placeholder = "Enter 8 characters"  # verdict: fine - a text
forgot_password = "forgot_password_2"  # verdict: fine - a page
max_tokens = "4096"  # verdict: fine - a number
secret_version = "projects/1/secrets/db/versions/2"  # verdict: fine - where the secret is
access_token_scope = "repo:read2"  # verdict: fine - a scope
DUMMY_SECRET = "AJZR0VdefqRaIO3n"  # verdict: fine - says that it is none
api_key_env_var = "ACME_API_KEY_2"  # verdict: fine - a variable
keyboard = "qwerty12"  # verdict: fine - no credential
passage = "page12"  # verdict: fine - no credential
tokenizer = "cl100k_base"  # verdict: fine - a tokenizer


class Field(str, enum.Enum):
    PASSWORD = "password_2_hash9"  # verdict: fine - a member of an enumeration
    API_KEY = "api_key_2"  # verdict: fine - a member of an enumeration


def check(password, secret_key, token, form):
    assert secret_key != "change-me-123"  # verdict: fine - a guard against the placeholder
    form.label(password="Password (8+ characters)")  # verdict: fine - a label
    form.widget(token={"type": "hidden2"})  # verdict: fine - a kind
    token = token or "anonymous"  # verdict: fine - a word
    if password == "km?2YopE4-3C":  # verdict: defect - a door that only the author knows
        return True
    return token
