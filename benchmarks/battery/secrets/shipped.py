"""Keys that a program brings on purpose. Seen in flexget, subliminal, spotdl, vkbottle, gcsfs, deemix, renault-api, elementary-data."""

import hmac

TVDB_API_KEY = "B9E4772C1F3EF9DC"  # verdict: fine (flagged) - the program's key for all who install it
TMDB_API_KEY = "d81d27c2f426b44d3629b3bd1617259d"  # verdict: fine (flagged) - the program's key for all who install it
TRAKT_CLIENT_SECRET = "d84feddbb42e9d98899e5ae7fb1c3a87e79ff26bbed98830f4e6e15651667bcf"  # verdict: fine (flagged) - an installed application can keep no secret
MOBILE_APP_SECRET = "e2uu5zdoka0O04SLam1d"  # verdict: fine (flagged) - that of the vendor's own application
POSTHOG_PROJECT_API_KEY = "phc_NGLsIoJnGMD8ETNKauwVyEQizWZmyweGy5Wh2wCObp5"  # verdict: fine - can only send events
BLOWFISH_SECRET = "b0udt1eeofrc8jh0"  # verdict: fine (flagged) - part of a protocol
PLAYER_ACCESS_TOKEN = "myvQurwjSDrkzZx2M97S5qW30WTUP9CJ"  # verdict: fine (flagged) - that of a site's own player
DEFAULT_CAMERA_PASSWORD = "P4ssw0rd12"  # verdict: fine (flagged) - what the maker's devices have
CLIENT = {"client_id": "acme-desktop", "client_secret": "B5V5tvyfpvCvMoMZgXgahZrW"}  # verdict: fine (flagged) - an installed application can keep no secret
PUBLISHABLE_KEY = "pk_live_WvgZPK6no0b0UUTg0otTsNmf"  # verdict: fine - every visitor gets it
