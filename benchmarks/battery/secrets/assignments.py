"""Credentials of the company that runs the program, in the places where values get names. Seen in modelscope, calibre-web, pyload and in public applications."""

import requests

ADMIN_PASSWORD = "x0IHw?K?-KL7"  # verdict: defect - opens this program
JWT_SECRET = "lMRWETecs3emtl0ddhepJOnhbHHYZxtr"  # verdict: defect - opens this program
SECRET_KEY = "SW+aSEJbrLMale$4!TJZy2D5uoFAAEID5xHZkBeD"  # verdict: defect - opens this program
SESSION_SECRET_KEY = "S6AFd6cUx6sIE7ki5c2DSdDc6PQgQlok"  # verdict: defect - opens this program
FLASK_SECRET_KEY = "b95bc992f4c67bdcc5c518c1fb556b1264b8293a655a278a"  # verdict: defect - opens this program
COOKIE_SIGNING_KEY = "Hi9k7xH29JTeRmgsRfpuPtpxRc78q4xT"  # verdict: defect - opens this program
FIELD_ENCRYPTION_KEY = "Q9gV5WD4JAMcWjBjQND0xUnHJVlnubMLQgw4vG0oqXBz"  # verdict: defect - opens this program
WEBHOOK_SECRET = "wjxGA9TC6Bq0vFQ1qeIQMsp0tTjgU8Wh"  # verdict: defect - opens this program
REPORTS_API_KEY = "a47f4c178feff69d0c22663abb3c31eb"  # verdict: defect - opens this program
LEDGER_ACCESS_TOKEN = "dKFx0vo6N0Qfa7hiZb6IdL1neBkx4YvEnG5V87Oh"  # verdict: defect - opens this program
WAREHOUSE_PASSWORD = "GqD56BchRvdvW$"  # verdict: defect (missed) - opens this program
BACKUP_PASSPHRASE = "jDavorSXt+0yZ_3OclUb"  # verdict: defect - opens this program
PARTNER_CLIENT_SECRET = "qwQjTH7kclz2iQpL7mARgv4KoAqfF6lu"  # verdict: defect - opens this program
ROBOT_AUTH_TOKEN = "UEcR6pSDQmCAtX4wcY9Pj36tQY1f0dls"  # verdict: defect - opens this program
MAIL_API_KEY = "dcd89fbb2bd6baa1180ae458ad74614bb64c"  # verdict: defect - opens this program
VPN_PRIVATE_KEY = "g3XSxho5yj8msjnuXzQoCvEXbY9f6Ze9vJucQ1IPYQB"  # verdict: defect - opens this program
SEARCH_API_KEY = "d664a9130897f72251c02f94ce3013e4"  # verdict: defect - opens this program
LDAP_PASSWORD = "MXP?!P+l05-e"  # verdict: defect - opens this program
CRM_REFRESH_TOKEN = "WsXMYZcvY0K10NMU1ErOKeA7JAErd8N5XMWb4q1gbZEiBvAEfF"  # verdict: defect - opens this program


class Client:
    api_key: str = "e22cbdee5f7d9c235538e88ab135c24f"  # verdict: defect - the key of the company's account
    password = "i?ou767on2da"  # verdict: defect - the password of the company's account

    def __init__(self, token=None):
        self.auth_token = token or "qKFVgZjKssbV5KBtvrXt487kAaNIq4NVHfgG3KUO"  # verdict: defect (missed) - what everybody gets who gives none
        self.client_secret = "CJ0iqJSynLS0xaOTiE59yyYjehSVzs8Q"  # verdict: defect - the secret of the company's account

    def get(self, url, access_token="WXVMGlMiyMZOnC4TBQ1nalTc7uU4iAIqs4AO"):  # verdict: defect - a default of a parameter
        return requests.get(url, params={"api_key": "d2f23893eba0d860fe5bcbe91d951e34"}, timeout=9)  # verdict: defect - in a request

    def post(self, url):
        return requests.post(url, json={"password": "r4npYUd9ClAR"}, timeout=9)  # verdict: defect - in a request


def connect(make):
    make(secret_key="PGlQMqiso3q2oTtJLKjsgBlIVRaDzSDzsZl7yTR9", region="eu")  # verdict: defect - an argument
    make(api_token="thJ06GR9fUInRqoPcmafs7c9SAjafKD1")  # verdict: defect - an argument
    make(private_key=b"ZopO3KQSHtqFbbe6eSSPzvUVoGDqYO80SkEUfpLXhxiI1WNJ")  # verdict: defect - an argument
    make(jwt_secret="goLKhHDH96ti0J3iu2DpwEBM9YMTKfpD")  # verdict: defect - an argument
    make(bot_token="avLN9M6nhEAJPtViHUrP6npSZptnYznCXuDB3DnraV9c9g")  # verdict: defect - an argument
    make(passphrase="mTldEhESrC-Z8rF4he")  # verdict: defect - an argument
    make(access_key="hGzgWF1exqh6Tz8pirzH", zone="b")  # verdict: defect - an argument
    make(password="aYG6OPGy2kcvT", retries=3)  # verdict: defect - an argument
    make(refresh_token="jVhcPTRkucxRydacL33H0nDaDe9pDjqR4BfXLERYRJYA")  # verdict: defect - an argument
