"""Passwords where a connection is made. Seen in sunpy, astrbot, khoj and in public web applications and scripts."""

import smtplib

import paramiko
import psycopg
import pymysql
import redis
import requests
from requests.auth import HTTPBasicAuth


def read_orders():
    return pymysql.connect(host="db.acme.io", user="root", passwd="w0R?I$lFk5", database="shop")  # verdict: defect - everybody with the source is in


def read_users():
    return psycopg.connect(host="10.2.0.7", user="app", password="sPr_QE2G4kZm")  # verdict: defect - everybody with the source is in


def read_cache():
    return redis.Redis(host="cache.acme.io", port=6379, password="abhZ?-M+4HMmvr??DGY7")  # verdict: defect - everybody with the source is in


def fetch():
    return paramiko.SSHClient().connect(hostname="ftp.acme.io", username="sync", password="Vjin9_P9vlM")  # verdict: defect - everybody with the source is in


def send(mail):
    server = smtplib.SMTP("smtp.acme.io", 587)
    server.login("robot@acme.io", "V?$256PCLB8d")  # verdict: defect - the mailbox's password
    requests.get("https://ci.acme.io/api", auth=HTTPBasicAuth("deploy", "Rrn58gG96n6+4$+?"))  # verdict: defect - the password of a deployer
    requests.get("https://ci.acme.io/api", auth=("deploy", "lHQ1-?-rqi2UIz$9"))  # verdict: defect (missed) - the password of a deployer
    requests.get("https://api.acme.io/v1", headers={"Authorization": "Bearer ZjNhTajDi3FaidPZUVOwQc0KTqBF8vSbeXCxH3bU"})  # verdict: defect (missed) - a token in a request's header
    server.send_message(mail)


BROKER = {"host": "mq.acme.io", "user": "worker", "password": "q3bL5qC0d2Nh"}  # verdict: defect - the broker's password


def given(host, user, password, config, vault):
    psycopg.connect(host=host, user=user, password=password)  # verdict: fine - given by the caller
    pymysql.connect(host=host, passwd=config["passwd"])  # verdict: fine - read from the configuration
    redis.Redis(host=host, password=vault.read("kv/redis-1"))  # verdict: fine - read from a vault
    smtplib.SMTP(host).login(user, password)  # verdict: fine - given by the caller
    psycopg.connect(host=host, user="postgres", password="")  # verdict: fine - no password at all
    pymysql.connect(host="localhost", user="root", passwd="root")  # verdict: fine - the word of every tutorial, on this machine
    requests.get(host, auth=("user", "pass"))  # verdict: fine - words that stand for something
    paramiko.SSHClient().connect(host, username="anonymous", password="reader@acme.io")  # verdict: fine - anonymous access wants an address
    requests.get(host, headers={"Authorization": f"Bearer {password}"})  # verdict: fine - the token is a parameter
    requests.get(host, headers={"Authorization": "Bearer <token>"})  # verdict: fine - a placeholder
