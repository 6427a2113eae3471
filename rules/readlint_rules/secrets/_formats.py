"""What the secrets of known issuers look like, as one table, and how they are found in a text.

A row is issuer, what it is, the text that it begins with, the rest of it as a regular expression, and what proves it
beyond its shape.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from readlint.api import regex
from readlint_rules.secrets._folding import fold
from readlint_rules.secrets._proofs import (
    any_value,
    aws_key_id,
    base62_checksum,
    base64_json,
    discord_user,
    is_published,
    looks_random,
    macaroon,
)


class Format(NamedTuple):
    issuer: str
    kind: str
    prefix: str
    rest: str
    proof: Callable[[str], bool] = any_value


# fmt: off
# Letters and digits, those with what base64 has for addresses, and hexadecimal digits.
W, U, H = "[0-9A-Za-z]", r"[\w-]", "[0-9a-f]"
UUID = rf"{H}{{8}}(?:-{H}{{4}}){{3}}-{H}{{12}}"
FORMATS = tuple(Format(*row) for row in (
    # clouds and hosting
    ("AWS", "access key", "AKIA", "[A-Z2-7]{16}", aws_key_id),
    ("AWS", "temporary access key", "ASIA", "[A-Z2-7]{16}", aws_key_id),
    ("AWS", "Bedrock API key", "ABSK", r"[0-9A-Za-z+/]{109,269}={0,2}"),
    ("Google", "API key", "AIza", rf"{U}{{35}}"),
    ("Google", "OAuth client secret", "GOCSPX-", rf"{U}{{28}}"),
    ("Google", "OAuth access token", "ya29.", rf"{U}{{60,400}}"),
    ("Alibaba Cloud", "access key", "LTAI", rf"{W}{{16,20}}"),
    ("Tencent Cloud", "secret id", "AKID", rf"{W}{{32}}"),
    ("Yandex Cloud", "API key", "AQVN", rf"{U}{{35,38}}"),
    ("DigitalOcean", "personal access token", "dop_v1_", rf"{H}{{64}}"),
    ("DigitalOcean", "OAuth token", "doo_v1_", rf"{H}{{64}}"),
    ("DigitalOcean", "refresh token", "dor_v1_", rf"{H}{{64}}"),
    ("Heroku", "API key", "HRKU-AA", rf"{U}{{58}}"),
    ("Netlify", "personal access token", "nfp_", rf"{W}{{36}}"),
    ("Fly.io", "access token", "fm2_", r"[0-9A-Za-z+/]{100,1000}={0,3}"),
    ("Cloudflare", "origin CA key", "v1.0-", rf"{H}{{24}}-{H}{{146}}"),
    ("Tailscale", "key", "tskey-", rf"(?:api|auth|client|oauth)-{W}{{8,20}}-{W}{{20,40}}"),
    ("HashiCorp Vault", "service token", "hvs.", rf"{U}{{24,120}}"),
    ("HashiCorp Vault", "batch token", "hvb.", rf"{U}{{100,300}}"),
    ("HashiCorp", "HCP Terraform token", "", rf"{W}{{14}}\.atlasv1\.{U}{{60,70}}"),
    ("Pulumi", "access token", "pul-", rf"{H}{{40}}"),
    ("Doppler", "token", "dp.", rf"(?:pt|ct|sa|scim|audit)\.{W}{{40,44}}"),
    ("Doppler", "service token", "dp.st.", rf"(?:[\w-]{{2,35}}\.)?{W}{{40,44}}"),
    ("1Password", "service account token", "ops_", r"eyJ[\w-]{250,1500}={0,3}"),
    # source hosts and builds
    ("GitHub", "personal access token", "ghp_", rf"{W}{{36}}", base62_checksum),
    ("GitHub", "OAuth token", "gho_", rf"{W}{{36}}", base62_checksum),
    ("GitHub", "user token of an app", "ghu_", rf"{W}{{36}}", base62_checksum),
    ("GitHub", "installation token", "ghs_", rf"{W}{{36}}", base62_checksum),
    ("GitHub", "refresh token", "ghr_", rf"{W}{{36}}(?:{W}{{40}})?", base62_checksum),
    ("GitHub", "fine-grained token", "github_pat_", rf"{W}{{22}}_{W}{{59}}"),
    ("GitLab", "personal access token", "glpat-", rf"{U}{{20}}|{U}{{27,300}}\.[0-9a-z]{{9}}"),
    ("GitLab", "deploy token", "gldt-", rf"{U}{{20}}"),
    ("GitLab", "runner token", "glrt-", rf"{U}{{20,50}}"),
    ("GitLab", "trigger token", "glptt-", rf"{H}{{40}}"),
    ("GitLab", "job token", "glcbt-", rf"{U}{{20,60}}"),
    ("Atlassian", "API token", "ATATT3", rf"{U}{{180,200}}=?[0-9A-F]{{0,8}}"),
    ("Bitbucket", "app password", "ATBB", rf"{W}{{32}}"),
    ("CircleCI", "personal API token", "CCIPAT_", rf"{W}{{22}}_{H}{{40}}"),
    ("Buildkite", "API access token", "bkua_", rf"{H}{{40}}"),
    ("SonarQube", "user token", "squ_", rf"{H}{{40}}"),
    ("SonarQube", "project token", "sqp_", rf"{H}{{40}}"),
    ("SonarQube", "global token", "sqa_", rf"{H}{{40}}"),
    # package registries
    ("PyPI", "API token", "pypi-", rf"{U}{{70,1000}}", macaroon),
    ("npm", "access token", "npm_", rf"{W}{{36}}", base62_checksum),
    ("RubyGems", "API key", "rubygems_", rf"{H}{{48}}"),
    ("NuGet", "API key", "oy2", "[0-9a-z]{43}"),
    ("crates.io", "API token", "cio", rf"{W}{{32}}"),
    ("Clojars", "deploy token", "CLOJARS_", f"{H}{{60}}"),
    ("Docker Hub", "access token", "dckr_pat_", rf"{U}{{27}}"),
    ("JFrog", "API key", "AKCp", rf"{W}{{69}}"),
    # chat
    ("Slack", "bot token", "xoxb-", r"\d{9,15}-\d{9,15}-[0-9A-Za-z]{20,34}"),
    ("Slack", "user token", "xoxp-", r"\d{9,15}-\d{9,15}-(?:\d{9,15}-)?[0-9A-Za-z]{24,64}"),
    ("Slack", "workspace token", "xoxa-", r"(?:\d-)?\d{9,15}-[0-9A-Za-z-]{24,150}"),
    ("Slack", "refresh token", "xoxe-", r"\d-[0-9A-Za-z]{100,200}"),
    ("Slack", "app token", "xapp-", r"\d-[0-9A-Z]{9,12}-\d{9,15}-[0-9a-f]{50,70}"),
    ("Discord", "bot token", "", rf"[MNO]{U}{{23,27}}\.{U}{{6}}\.{U}{{27,40}}", discord_user),
    ("Telegram", "bot token", "AA", rf"(?<=[0-9]:AA){U}{{33}}"),
    # payment and shops
    ("Stripe", "secret key", "sk_live_", rf"{W}{{24,107}}"),
    ("Stripe", "restricted key", "rk_live_", rf"{W}{{24,107}}"),
    ("Stripe", "webhook secret", "whsec_", rf"{W}{{32,64}}"),
    ("Square", "access token", "EAAA", rf"{U}{{60}}"),
    ("Square", "application secret", "sq0csp-", rf"{U}{{43}}"),
    ("Square", "access token", "sq0atp-", rf"{U}{{22}}"),
    ("Shopify", "access token", "shpat_", f"{H}{{32}}"),
    ("Shopify", "shared secret", "shpss_", f"{H}{{32}}"),
    ("Shopify", "custom app token", "shpca_", f"{H}{{32}}"),
    ("Shopify", "private app password", "shppa_", f"{H}{{32}}"),
    ("Flutterwave", "secret key", "FLWSECK-", f"{H}{{32}}-X"),
    ("Plaid", "access token", "access-production-", UUID),
    ("Shippo", "API token", "shippo_live_", f"{H}{{40}}"),
    ("Duffel", "API token", "duffel_live_", rf"{U}{{43}}"),
    ("EasyPost", "API key", "EZAK", rf"{W}{{54}}"),
    # mail and telephony
    ("SendGrid", "API key", "SG.", rf"{U}{{22}}\.{U}{{43}}"),
    ("Brevo", "API key", "xkeysib-", rf"{H}{{64}}-{W}{{16}}"),
    ("Brevo", "SMTP key", "xsmtpsib-", rf"{H}{{64}}-{W}{{16}}"),
    ("Mailgun", "API key", "key-", f"{H}{{32}}"),
    ("Mailchimp", "API key", "", rf"{H}{{32}}-us\d{{1,2}}"),
    ("Resend", "API key", "re_", rf"{W}{{8}}_{W}{{24}}"),
    ("Twilio", "API key", "SK", f"{H}{{32}}"),
    # monitoring
    ("Sentry", "user auth token", "sntryu_", f"{H}{{64}}"),
    ("Sentry", "organization auth token", "sntrys_", r"eyJ[0-9A-Za-z+/]{60,300}={0,2}_[0-9A-Za-z+/]{40,45}"),
    ("Grafana", "service account token", "glsa_", rf"{W}{{32}}_[0-9A-Fa-f]{{8}}"),
    ("Grafana", "cloud token", "glc_", r"eyJ[0-9A-Za-z+/]{32,400}={0,2}", base64_json),
    ("New Relic", "user key", "NRAK-", "[0-9A-Z]{27}"),
    ("New Relic", "insert key", "NRII-", rf"{U}{{32}}"),
    ("Dynatrace", "API token", "dt0c01.", r"[0-9A-Z]{24}\.[0-9A-Z]{64}"),
    ("PostHog", "personal API key", "phx_", rf"{W}{{43,60}}"),
    ("Honeycomb", "ingest key", "hcaik_", "[0-9a-z]{58}"),
    ("LaunchDarkly", "access token", "api-", UUID),
    ("LaunchDarkly", "SDK key", "sdk-", UUID),
    # model providers
    ("OpenAI", "API key", "sk-", rf"(?:proj-|svcacct-|admin-)?{U}{{20,90}}T3BlbkFJ{U}{{20,90}}"),
    ("Anthropic", "API key", "sk-ant-", rf"(?:api|admin|oat|ort)\d\d-{U}{{80,120}}"),
    ("OpenRouter", "API key", "sk-or-v1-", f"{H}{{64}}"),
    ("Langfuse", "secret key", "sk-lf-", UUID),
    ("Hugging Face", "access token", "hf_", "[A-Za-z]{34}"),
    ("Groq", "API key", "gsk_", rf"{W}{{52}}"),
    ("Replicate", "API token", "r8_", rf"{U}{{37}}"),
    ("Perplexity", "API key", "pplx-", rf"{W}{{48}}"),
    ("xAI", "API key", "xai-", rf"{W}{{80}}"),
    ("NVIDIA", "API key", "nvapi-", rf"{U}{{60,70}}"),
    ("LangSmith", "API key", "lsv2_", rf"(?:pt|sk)_{H}{{32}}_{H}{{10}}"),
    ("Pinecone", "API key", "pcsk_", rf"{W}{{5,7}}_{W}{{63}}"),
    ("Together", "API key", "tgp_v1_", rf"{U}{{43}}"),
    # databases and data
    ("Databricks", "personal access token", "dapi", rf"{H}{{32}}(?:-\d)?"),
    ("PlanetScale", "service token", "pscale_tkn_", r"[\w.-]{32,64}"),
    ("PlanetScale", "password", "pscale_pw_", r"[\w.-]{32,64}"),
    ("Supabase", "access token", "sbp_", f"{H}{{40}}"),
    ("Supabase", "secret key", "sb_secret_", rf"{U}{{22}}_{U}{{8}}"),
    ("MongoDB Atlas", "service account secret", "mdb_sa_sk_", rf"{U}{{40}}"),
    ("Aiven", "service password", "AVNS_", rf"{U}{{16,24}}"),
    # work tools
    ("Airtable", "personal access token", "pat", rf"{W}{{14}}\.{H}{{64}}"),
    ("Linear", "API key", "lin_api_", rf"{W}{{40}}"),
    ("Notion", "integration token", "ntn_", rf"{W}{{43,46}}"),
    ("Figma", "personal access token", "figd_", rf"{U}{{40}}"),
    ("Typeform", "personal access token", "tfp_", r"[\w.-]{44,59}"),
    ("Contentful", "personal access token", "CFPAT-", rf"{U}{{43}}"),
    ("Postman", "API key", "PMAK-", rf"{H}{{24}}-{H}{{34}}"),
    ("Mapbox", "secret token", "sk.", rf"eyJ{U}{{60,200}}\.{U}{{22}}", base64_json),
    ("Dropbox", "access token", "sl.", rf"(?:u\.)?{U}{{130,1300}}"),
    ("age", "secret key", "AGE-SECRET-KEY-1", "[QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L]{58}"),
))
# fmt: on

#: Where each issuer says so.
SOURCES = {
    "AWS": "docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html",
    "Google": "cloud.google.com/docs/authentication/api-keys",
    "Alibaba Cloud": "www.alibabacloud.com/help/en/ram/user-guide/create-an-accesskey-pair",
    "Tencent Cloud": "www.tencentcloud.com/document/product/598/32675",
    "Yandex Cloud": "yandex.cloud/docs/iam/concepts/authorization/api-key",
    "DigitalOcean": "docs.digitalocean.com/reference/api/create-personal-access-token",
    "Heroku": "devcenter.heroku.com/articles/authentication",
    "Netlify": "docs.netlify.com/api/get-started",
    "Fly.io": "fly.io/docs/security/tokens",
    "Cloudflare": "developers.cloudflare.com/fundamentals/api/get-started/ca-keys",
    "Tailscale": "tailscale.com/kb/1277/key-prefixes",
    "HashiCorp Vault": "developer.hashicorp.com/vault/docs/concepts/tokens",
    "HashiCorp": "developer.hashicorp.com/terraform/cloud-docs/users-teams-organizations/api-tokens",
    "Pulumi": "www.pulumi.com/docs/pulumi-cloud/access-management/access-tokens",
    "Doppler": "docs.doppler.com/reference/auth-token-formats",
    "1Password": "developer.1password.com/docs/service-accounts",
    "GitHub": "github.blog/engineering/platform-security/behind-githubs-new-authentication-token-formats",
    "GitLab": "docs.gitlab.com/security/tokens",
    "Atlassian": "support.atlassian.com/atlassian-account/docs/manage-api-tokens-for-your-atlassian-account",
    "Bitbucket": "support.atlassian.com/bitbucket-cloud/docs/app-passwords",
    "CircleCI": "circleci.com/docs/managing-api-tokens",
    "Buildkite": "buildkite.com/docs/apis/managing-api-tokens",
    "SonarQube": "docs.sonarsource.com/sonarqube-server/user-guide/managing-tokens",
    "PyPI": "pypi.org/help/#apitoken",
    "npm": "docs.npmjs.com/about-access-tokens",
    "RubyGems": "guides.rubygems.org/api-key-scopes",
    "NuGet": "learn.microsoft.com/nuget/nuget-org/scoped-api-keys",
    "crates.io": "doc.rust-lang.org/cargo/reference/publishing.html",
    "Clojars": "github.com/clojars/clojars-web/wiki/Deploy-Tokens",
    "Docker Hub": "docs.docker.com/security/access-tokens",
    "JFrog": "jfrog.com/help/r/jfrog-platform-administration-documentation/user-profile",
    "Slack": "api.slack.com/concepts/token-types",
    "Discord": "discord.com/developers/docs/reference#authentication",
    "Telegram": "core.telegram.org/bots/api#authorizing-your-bot",
    "Stripe": "docs.stripe.com/keys",
    "Square": "developer.squareup.com/docs/build-basics/access-tokens",
    "Shopify": "shopify.dev/docs/apps/build/authentication-authorization",
    "Flutterwave": "developer.flutterwave.com/docs/authentication",
    "Plaid": "plaid.com/docs/api/tokens",
    "Shippo": "docs.goshippo.com/docs/guides_general/authentication",
    "Duffel": "duffel.com/docs/api/overview/authentication",
    "EasyPost": "docs.easypost.com/docs/authentication",
    "SendGrid": "www.twilio.com/docs/sendgrid/ui/account-and-settings/api-keys",
    "Brevo": "developers.brevo.com/docs/getting-started",
    "Mailgun": "documentation.mailgun.com/docs/mailgun/api-reference/authentication",
    "Mailchimp": "mailchimp.com/developer/marketing/guides/quick-start",
    "Resend": "resend.com/docs/api-reference/introduction",
    "Twilio": "www.twilio.com/docs/iam/api-keys",
    "Sentry": "docs.sentry.io/account/auth-tokens",
    "Grafana": "grafana.com/docs/grafana/latest/administration/service-accounts",
    "New Relic": "docs.newrelic.com/docs/apis/intro-apis/new-relic-api-keys",
    "Dynatrace": "docs.dynatrace.com/docs/manage/identity-access-management/access-tokens-and-oauth-clients",
    "PostHog": "posthog.com/docs/api",
    "Honeycomb": "docs.honeycomb.io/configure/environments/manage-api-keys",
    "LaunchDarkly": "launchdarkly.com/docs/home/account/api",
    "OpenAI": "platform.openai.com/docs/api-reference/authentication",
    "Anthropic": "docs.anthropic.com/en/api/getting-started",
    "OpenRouter": "openrouter.ai/docs/api-reference/authentication",
    "Langfuse": "langfuse.com/docs/api",
    "Hugging Face": "huggingface.co/docs/hub/security-tokens",
    "Groq": "console.groq.com/docs/quickstart",
    "Replicate": "replicate.com/docs/topics/security/api-tokens",
    "Perplexity": "docs.perplexity.ai/guides/getting-started",
    "xAI": "docs.x.ai/docs/overview",
    "NVIDIA": "docs.nvidia.com/ngc",
    "LangSmith": "docs.smith.langchain.com/administration/how_to_guides/organization_management/create_account_api_key",
    "Pinecone": "docs.pinecone.io/guides/projects/manage-api-keys",
    "Together": "docs.together.ai/docs/quickstart",
    "Databricks": "docs.databricks.com/dev-tools/auth/pat",
    "PlanetScale": "planetscale.com/docs/concepts/service-tokens",
    "Supabase": "supabase.com/docs/guides/api/api-keys",
    "MongoDB Atlas": "www.mongodb.com/docs/atlas/api/service-accounts-overview",
    "Aiven": "aiven.io/docs/platform/concepts/service-users",
    "Airtable": "airtable.com/developers/web/guides/personal-access-tokens",
    "Linear": "linear.app/developers/graphql",
    "Notion": "developers.notion.com/docs/authorization",
    "Figma": "www.figma.com/developers/api#access-tokens",
    "Typeform": "www.typeform.com/developers/get-started/personal-access-token",
    "Contentful": "www.contentful.com/developers/docs/references/authentication",
    "Postman": "learning.postman.com/docs/developer/postman-api/authentication",
    "Mapbox": "docs.mapbox.com/accounts/guides/tokens",
    "Dropbox": "www.dropbox.com/developers/reference/auth-types",
    "age": "age-encryption.org/v1",
}

# Most secrets have a digit with five more characters behind it, and little else in a program has: 200 times faster than
# looking for any of the beginnings. In a folded text.
_TRACE = regex(rb"0[0a-z_-]{5}[^\n]*")
# Hugging Face gives its tokens nothing but letters.
_WITHOUT_DIGITS = "hf_"
_TOKEN_WITHOUT_DIGITS = regex(r"hf_(?:(?<![\w.-]hf_)|(?<=\\[nrt]hf_))(?=[A-Za-z]+(?!\w))")
_TOKEN = regex(r"[0-9A-Za-z_-][0-9A-Za-z_.-]{15,}")
_HOOK = regex(
    r"hooks\.slack\.com/(?:services|workflows|triggers)/[TE]\w{8,12}/\w{8,14}/(?:\d{15,20}/)?(\w{24,32})\b"
    r"|discord(?:app)?\.com/api/(?:v\d+/)?webhooks/\d{17,20}/([\w-]{60,72})"
    r"|\.webhook\.office\.com/webhookb2/[\w@-]{70,80}/IncomingWebhook/([0-9a-f]{32})/"
)
_HOOK_ISSUERS = ("Slack", "Discord", "Microsoft Teams")
# A secret key of AWS has no beginning of its own: it counts only beside the id of its key.
_AWS_SECRET = regex(r"(?<![0-9A-Za-z/+])[0-9A-Za-z/+]{40}(?![0-9A-Za-z/+=])")
_KINDS = {
    "DSA": "private DSA key",
    "EC": "private EC key",
    "ENCRYPTED": "private key under a passphrase",
    "OPENSSH": "private SSH key",
    "PGP": "private PGP key",
    "RSA": "private RSA key",
}
_PEM = regex(r"-----BEGIN ((?:[A-Z0-9]{2,12} ){0,2}PRIVATE KEY(?: BLOCK)?)-----")
_PEM_BODY = regex(r"(?:\\n|[\sA-Za-z0-9+/=\"':,.;()-])*")
_LONGEST_PEM = 20_000
_SHORTEST_RSA = 1_000  # characters: 1,024 bits take some 810 of them, 2,048 bits 1,590


class Secret(NamedTuple):
    """One that was found: who issued it, what it is, and where it is in the text."""

    issuer: str
    kind: str
    start: int
    end: int
    head: int = -1  # where the line begins that says what follows
    outdated: bool = False  # a key that no server of today takes


def _by_beginning() -> dict[str, list[tuple[Format, re.Pattern[str]]]]:
    """By the first two characters. Longer beginnings first: `sk-ant-` is no `sk-`."""
    table: dict[str, list[tuple[Format, re.Pattern[str]]]] = {}
    for row in sorted(FORMATS, key=lambda row: -len(row.prefix)):
        pattern = regex(rf"(?:{re.escape(row.prefix)}(?:{row.rest}))(?![\w+/*-]|\.\.)")
        table.setdefault(row.prefix[:2], []).append((row, pattern))
    nameless = table.pop("")
    return {**{beginning: rows + nameless for beginning, rows in table.items()}, "": nameless}


_TABLE = _by_beginning()
_NAMELESS = _TABLE.pop("")
_MAY_BE_NAMELESS = regex("|".join(row.rest for row in FORMATS if not row.prefix))


def secrets_in(text: str, folded: bytes | None = None) -> Iterator[Secret]:
    """Those of known issuers, one kind of search after the other."""
    trace = None
    for trace in _TRACE.finditer(fold(text) if folded is None else folded):
        start = text.rfind("\n", 0, trace.start()) + 1
        if _TOKEN.search(text, start, trace.end()):
            yield from _secrets_of_line(text, start, trace.end())
    if _WITHOUT_DIGITS in text:
        for token in _TOKEN_WITHOUT_DIGITS.finditer(text):
            found = _secret_at(text, token.start())
            if found is not None:
                yield found
    if trace is not None and "-----BEGIN" in text:
        yield from _private_keys(text)


def _secrets_of_line(text: str, start: int, end: int) -> Iterator[Secret]:
    for token in _TOKEN.finditer(text, start, end):
        at = token.start()
        found = _secret_at(text, at + (text[at - 1 : at + 1] in _ESCAPES))
        if found is not None and not token[0].startswith(_WITHOUT_DIGITS):
            yield found
            if found.issuer == "AWS":
                yield from _aws_secrets_near(text, found)
    if "hook" in text[start:end]:
        for hook in _HOOK.finditer(text, start, end):
            number = hook.lastindex or 1
            if looks_random(hook[number]):
                yield Secret(_HOOK_ISSUERS[number - 1], "webhook", *hook.span(number))


_ESCAPES = ("\\n", "\\t", "\\r")  # `"\nghp_..."`: the letter belongs to the escape


def _secret_at(text: str, at: int) -> Secret | None:
    rows = _TABLE.get(text[at : at + 2])
    if rows is None:
        if not _MAY_BE_NAMELESS.match(text, at):
            return None
        rows = _NAMELESS
    for row, pattern in rows:
        match = pattern.match(text, at)
        if match:
            value = match[0][len(row.prefix) :]
            if looks_random(value) and row.proof(value):
                return Secret(row.issuer, row.kind, *match.span())
            return None
    return None


def _aws_secrets_near(text: str, key: Secret) -> Iterator[Secret]:
    """Within the five lines from the id's line on."""
    end = key.end
    for _ in range(5):
        end = text.find("\n", end + 1)
        if end < 0:
            end = len(text)
            break
    for match in _AWS_SECRET.finditer(text, key.end, min(end, key.end + 2000)):
        if looks_random(match[0]) and re.search(r"[0-9]", match[0]) and re.search(r"[a-z][A-Z]|[A-Z][a-z]", match[0]):
            yield Secret("AWS", "secret access key", *match.span())
            return


def _private_keys(text: str) -> Iterator[Secret]:
    """Of every PEM kind. An example with an ellipsis or two lines for a body is none."""
    for match in _PEM.finditer(text):
        start, end = match.end(), text.find(f"-----END {match[1]}", match.end(), match.end() + _LONGEST_PEM)
        written = text[start : max(end, start)]
        body = re.sub(r"\\n|[^A-Za-z0-9+/=]", "", written)
        if len(body) < 100 or "-----BEGIN" in written or "..." in written or not _PEM_BODY.fullmatch(written):
            continue
        if looks_random(body[:200]) and not is_published(body):
            sort = match[1].partition(" ")[0]
            outdated = sort == "DSA" or (sort == "RSA" and len(body) < _SHORTEST_RSA)
            yield Secret("", _KINDS.get(sort, "private key"), start, end, match.start(), outdated)
