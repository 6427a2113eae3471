"""Answers of other services whose status nobody looks at. Seen in wandb, checkov, mlflow, prefect, ansible, zenml."""

import aiohttp
import httpx
import requests


def latest_version(name):
    response = requests.get(f"https://registry.invalid/{name}/json", timeout=5)  # verdict: defect - the JSON of an error page is read as the answer
    return response.json()["version"]


def close_ticket(session: requests.Session, ticket):
    session.post(f"https://tickets.invalid/{ticket}/close", timeout=5)  # verdict: defect - a refused write is discarded


def download(url, path):
    session = requests.Session()
    response = session.get(url, stream=True, timeout=60)  # verdict: defect - a 404 page is stored as the artifact
    with open(path, "wb") as file:
        for chunk in response.iter_content(65536):
            file.write(chunk)


async def fetch_status(url):
    async with httpx.AsyncClient() as client:
        response = await client.get(url)  # verdict: defect - the text of a 500 is taken for the status
        return response.text


async def send_event(session: aiohttp.ClientSession, url, event):
    async with session.post(url, json=event) as response:  # verdict: defect - the answer is read and its status is not
        return await response.json()


def delete_key(key):
    requests.delete(f"https://vault.invalid/keys/{key}", timeout=5)  # verdict: defect - the key may still be there


def call_model(endpoint, payload):
    response = requests.post(endpoint, json=payload, timeout=30)  # verdict: fine - raise_for_status
    response.raise_for_status()
    return response.json()


def instance_exists(client: httpx.Client, url):
    response = client.get(url)  # verdict: fine - the status is compared
    return response.status_code == 200


def fetch(url):
    return requests.get(url, timeout=5)  # verdict: fine - the caller gets the response


def read_view(url, parse):
    response = httpx.get(url)  # verdict: fine - handed over to a function that was given
    return parse(response)


async def upload(url, data):
    async with aiohttp.ClientSession(raise_for_status=True) as session:
        async with session.put(url, data=data) as response:  # verdict: fine - the session raises
            return await response.text()


def rename(session: requests.Session, url, name):
    response = session.patch(url, json={"name": name}, timeout=5)  # verdict: fine - .ok decides
    if not response.ok:
        raise RuntimeError(f"rename failed: {response.text}")
    return response.json()


def names(settings):
    return settings.get("names")  # verdict: fine - a dictionary, not a service
