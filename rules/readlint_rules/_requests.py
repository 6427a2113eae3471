"""What of a request its sender has filled, as Django, Flask, Starlette, aiohttp, Tornado, Falcon and Sanic call it."""

from __future__ import annotations

#: Attributes of a request.
PARTS = frozenset(
    "COOKIES FILES GET META POST QUERY args body content cookies data files form forms full_path get_data get_json "
    "headers json json_body match_info matchdict media params path path_info path_params query query_params "
    "query_string raw_post_data referrer rel_url stream url user_agent values view_args".split()
)
#: Methods of Tornado's handlers and of websockets: what they give is what was sent, whatever the receiver is.
METHODS = frozenset(
    "get_argument get_arguments get_body_argument get_body_arguments get_query_argument get_query_arguments "
    "receive_json receive_text".split()
)
