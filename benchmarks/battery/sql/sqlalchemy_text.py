"""Text given to SQLAlchemy. Seen in astrbot, tacker, rucio, nbgrader, faradaysec, openmetadata-ingestion, mage-ai."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import bindparam, column, create_engine, literal_column, select, table, text
from sqlalchemy.orm import Session

engine = create_engine("postgresql:///app")
documents = table("documents", column("id"), column("meta"))
DEFAULT_STATE = "open"


def matching(session: Session, filters: dict):  # verdict: defect - the path of a filter is put into the text
    query = select(documents)
    for key, value in filters.items():
        query = query.where(text(f"json_extract(meta, '$.{key}') = :value")).params(value=value)
    return session.execute(query).all()


def matching_one(session: Session, path, value):  # verdict: fine - path and value are bound
    return session.execute(text("SELECT id FROM documents WHERE json_extract(meta, :path) = :value"), {"path": path, "value": value})


def subscriptions(session: Session, kind):  # verdict: defect - a filter that a subscriber sends
    return session.execute(text("SELECT * FROM subscriptions WHERE kind = '{}'".format(kind))).all()


def subscriptions_of(session: Session, kinds):  # verdict: fine - an expanding parameter
    statement = text("SELECT * FROM subscriptions WHERE kind IN :kinds").bindparams(bindparam("kinds", expanding=True))
    return session.execute(statement, {"kinds": kinds}).all()


def workspace_counts(workspace_id):  # verdict: defect - nothing says that it is a number, and `:id` costs nothing
    with engine.connect() as conn:
        return conn.execute(text(f"SELECT COUNT(*) FROM notes WHERE workspace_id = {workspace_id}")).scalar()


def workspace_count(workspace_id: int):  # verdict: fine - a number, by its annotation
    with engine.connect() as conn:
        return conn.execute(text(f"SELECT COUNT(*) FROM notes WHERE workspace_id = {workspace_id}")).scalar()


def as_written(name):  # verdict: defect - goes to the driver as it is
    with engine.connect() as conn:
        return conn.exec_driver_sql("SELECT id FROM notes WHERE name = '%s'" % name).all()


def as_bound(name):  # verdict: fine - goes to the driver with its parameter
    with engine.connect() as conn:
        return conn.exec_driver_sql("SELECT id FROM notes WHERE name = %(name)s", {"name": name}).all()


def close_all():  # verdict: fine - a constant
    op.execute(f"UPDATE notes SET state = 'closed' WHERE state = '{DEFAULT_STATE}'")


def ranked(session: Session, word: str):  # verdict: defect - a column that is an expression with a word in it
    return session.execute(select(literal_column(f"similarity(title, '{word}')"))).all()


def filtered(session: Session, model, name: str):  # verdict: defect (missed) - SQLAlchemy 1 takes such text for SQL
    return session.query(model).filter(f"name = '{name}'").all()


def built(session: Session, name):  # verdict: fine - built with operators
    return session.execute(select(documents).where(documents.c.meta == name).order_by(sa.desc("id"))).all()
