"""Addresses and connection strings. Seen in oslo.db, fides, apache-beam, superset and in public applications."""

import re

from sqlalchemy import create_engine

DATABASE_URL = "postgresql://billing:zOm8LML78evtE6@db.acme.io/billing"  # verdict: defect - a password
MONGO = "mongodb+srv://app:KnJR3ieKnDfnora5@cluster0.acme.mongodb.net/shop?retryWrites=true"  # verdict: defect - a password
BROKER_URL = "amqp://worker:ImwOycb959N1@mq.acme.io:5672//"  # verdict: defect - a password
CACHE_URL = "redis://:MAdRe5AvP7JHS4uE5ojq@cache.acme.io:6379/0"  # verdict: defect - a password
WEAK = "mysql://root:admin@prod.acme.io/shop"  # verdict: defect - a password, and a bad one
CLONE = "https://deploy:xEBb0L2iXOolA9tMDf9jQ5vx@git.acme.io/shop.git"  # verdict: defect - a token as a password
DSN = "host=db.acme.io user=billing password=V1UN1qKy88yS dbname=billing"  # verdict: defect - a password
ODBC = "Driver={ODBC Driver 18};Server=db.acme.io;UID=app;PWD=i5yu3lrDGiJq;"  # verdict: defect - a password
STORAGE = "DefaultEndpointsProtocol=https;AccountName=acme;AccountKey=Uo7p3s/1WSF8aJxW9zSauq3A49C+01ynCWEE3sDPWjwg3Ce5eVk1FYbBiWRKuU3LhlrtmZMoATqMWA2G+/B6tA=="  # verdict: defect - the key of the storage
SENTRY = "https://c3e1c41afad9890b2a4e78dfa9cac6cc:cce2f672f8a926bd216e7ee76db69393@sentry.acme.io/42"  # verdict: defect - a DSN with its secret half
PROXY = "http://scraper:OusrV6EpeE6G@proxy.acme.io:8080"  # verdict: defect - a password
LDAP = "ldaps://cn=admin:YOBvyy47TvPN@ldap.acme.io"  # verdict: defect - a password
JDBC = "jdbc:postgresql://db.acme.io/shop?user=app&password=f8SDfk9QtSnC"  # verdict: defect - a password
engine = create_engine("mysql+pymysql://shop:Wt4baX5szE@db.acme.io/shop")  # verdict: defect - a password
SENTRY_PUBLIC = "https://c29e0e63ce09245b3d6abbdf425e007e@sentry.acme.io/42"  # verdict: fine - a DSN without a secret
SHOWN = "postgresql://user:password@host/db"  # verdict: fine - words that stand for something
TIGER = "oracle://scott:tiger@db.acme.io/xe"  # verdict: fine - the words of the manual
HOLES = "postgresql://%s:%s@%s/%s"  # verdict: fine - a template
FORMAT = "postgresql://{user}:{password}@{host}/{name}"  # verdict: fine - a template
VARIABLE = "postgresql://app:${DB_PASSWORD}@db.acme.io/app"  # verdict: fine - a variable
ANGLES = "mongodb+srv://<user>:<password>@cluster0.acme.mongodb.net/"  # verdict: fine - a placeholder
NOBODY = "https://user:pass@example.com/path"  # verdict: fine - nobody has this host
NO_USER = "redis://cache.acme.io:6379/0"  # verdict: fine - no password
PORT = "http://acme.io:8080/@handle"  # verdict: fine - a port and a handle
SSH = "git@git.acme.io:shop/shop.git"  # verdict: fine - no password
EMULATOR = "DefaultEndpointsProtocol=http;AccountName=devstoreaccount1;AccountKey=Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="  # verdict: fine - the key of every emulator
URL_PARTS = re.compile(r"[^:]+://([^:]+):([^@]+)@.+")  # verdict: fine - a pattern
DOCKER = "postgres://postgres:postgres@db/postgres"  # verdict: fine - a database of one machine
HELP = "log in (user=root_user, password=Testpassword1!)"  # verdict: fine - a hint for a demo
MAIL = "mailto:amy@acme.io"  # verdict: fine - an address
