"""Values that no credential has. Seen in homeassistant, zulip, jina, kubernetes-asyncio, playwright, bugwarrior, mayan-edms."""

def values(enter):
    password = ""  # verdict: fine - empty
    password = "password"  # verdict: fine - its own name
    password = "********"  # verdict: fine - masked
    password = "xxxxxxxxxxxx"  # verdict: fine - masked
    api_key = "your-api-key-here1"  # verdict: fine - a placeholder
    api_key = "<your key 1>"  # verdict: fine - a placeholder
    api_key = "${API_KEY_1}"  # verdict: fine - a variable
    api_key = "{{ api_key_1 }}"  # verdict: fine - a template
    api_key = "ACME_API_KEY_V2"  # verdict: fine - a variable
    secret = "/run/secrets/db_1"  # verdict: fine - a path
    secret = "oauth2_client_secret_v2"  # verdict: fine - a name
    secret = "&ltsecret1&gt"  # verdict: fine - a text of a page
    client_secret = "abcdefghijklmnopqrstuvwxyz0123456789"  # verdict: fine - the alphabet
    api_key = "0123456789abcdef0123456789abcdef"  # verdict: fine - runs through the digits
    access_token = "https://auth.acme.io/token2"  # verdict: fine - an address
    private_key = "id_rsa_2.pem"  # verdict: fine - a file
    passwd = "^[a-z0-9]{8,}$"  # verdict: fine - a pattern
    passwd = "$2b$12$KIXQ4vW3f1Yk9z"  # verdict: fine - a hash
    secret = "V1SecretVolumeSource"  # verdict: fine - a class
    passphrase = "string?"  # verdict: fine - a type
    password = "urn:oasis:names:tc:SAML:2.0:ac:classes:Password"  # verdict: fine - a name of a standard
    password = "@kerberos"  # verdict: fine - says to use another way
    secret_key = "secret-key-missing!"  # verdict: fine - says that there is none
    api_key = "inverter1ChargePower"  # verdict: fine - a name
    password = "Bitte 8 Zeichen eingeben"  # verdict: fine - a text
    password = "dummy-password-1"  # verdict: fine - a placeholder
    api_key = "sk-REDACTED"  # verdict: fine - a placeholder
    access_token = "example-token-2"  # verdict: fine - a placeholder
    password = "TODO: ask ops 2"  # verdict: fine - a note
    return enter(password, api_key, secret, client_secret, access_token, private_key, passwd, passphrase, secret_key)
