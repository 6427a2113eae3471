"""Any failure is given one harmless meaning. Seen in django, superset, jupyterhub, mlflow, litellm, zenml."""

import json
import logging
import uuid

from django.http import Http404
from fastapi import HTTPException

logger = logging.getLogger(__name__)


def get_item(store, key):
    try:
        return store.load(key)
    except Exception:  # verdict: defect - a database that is down answers "not found"
        raise HTTPException(status_code=404)


def detail(request, articles, slug):
    try:
        return articles.find(slug).render()
    except Exception:  # verdict: defect - an error in render() is shown as a missing page
        raise Http404("no such article") from None


def authenticate(directory, name, password):
    try:
        directory.bind(name, password)
    except Exception:  # verdict: defect - an outage of the directory becomes "wrong password"
        return False
    return True


def is_allowed(policy, user):
    try:
        return policy.check(user)
    except Exception:  # verdict: defect - nobody learns that the policy cannot be read
        return False


def validate_chart(chart, load):
    try:
        load(chart.datasource)
    except Exception:  # verdict: defect (missed) - a broken connection is reported to the user as a mistake of theirs
        raise ValueError("invalid data source") from None


def read_body(request):
    try:
        return json.loads(request.body)
    except json.JSONDecodeError as error:  # verdict: fine - exactly the mistake that a client can make
        raise HTTPException(status_code=400, detail="no JSON") from error


def parse_id(text):
    try:
        return uuid.UUID(text)
    except Exception:  # verdict: fine - a pure parser: whatever it raises, the text is no id
        raise HTTPException(status_code=400)


def predict(model, rows):
    try:
        return model.predict(rows)
    except Exception as error:  # verdict: fine - a server error is a server error
        raise HTTPException(status_code=500) from error


def verify_signature(keys, message):
    try:
        return keys.verify(message)
    except Exception:  # verdict: fine - refused, and the traceback says why
        logger.exception("signature cannot be verified")
        return False


def article(articles, pk):
    try:
        return articles.get(pk=pk)
    except articles.model.DoesNotExist:  # verdict: fine - the very exception that means "not found"
        raise Http404("no such article")
