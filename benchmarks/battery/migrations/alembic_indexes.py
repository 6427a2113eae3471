"""Indexes that Alembic builds. Seen in apache-superset, apache-airflow, mlflow, prefect, neutron."""

from alembic import op
import sqlalchemy as sa

# file: alembic/versions/a1.py

revision = "a1"
down_revision = None


def upgrade():
    op.create_table("customers", sa.Column("id", sa.BigInteger(), primary_key=True), sa.Column("name", sa.Text()))
    op.create_table("orders", sa.Column("id", sa.BigInteger(), primary_key=True), sa.Column("email", sa.String(100)))


def downgrade():
    op.drop_table("orders")
    op.drop_table("customers")


# file: alembic/versions/r02_plain.py

revision = "r02_plain"
down_revision = "a1"


def upgrade():  # verdict: defect - writes wait while the index is built
    op.create_index("ix_orders_email", "orders", ["email"])


def downgrade():
    op.drop_index("ix_orders_email", "orders")


# file: alembic/versions/r03_concurrently.py

revision = "r03_concurrently"
down_revision = "r02_plain"


def upgrade():  # verdict: fine - built while others write, outside the transaction
    with op.get_context().autocommit_block():
        op.create_index("ix_orders_city", "orders", ["city"], postgresql_concurrently=True, if_not_exists=True)


def downgrade():
    with op.get_context().autocommit_block():
        op.drop_index("ix_orders_city", "orders", postgresql_concurrently=True, if_exists=True)


# file: alembic/versions/r04_in_transaction.py

revision = "r04_in_transaction"
down_revision = "r03_concurrently"


def upgrade():  # verdict: defect - fails inside the transaction
    op.create_index("ix_orders_zip", "orders", ["zip"], postgresql_concurrently=True, if_not_exists=True)


def downgrade():
    op.drop_index("ix_orders_zip", "orders")


# file: alembic/versions/r05_in_batch.py

revision = "r05_in_batch"
down_revision = "r04_in_transaction"


def upgrade():  # verdict: defect - a batch changes nothing about the lock
    with op.batch_alter_table("orders") as batch_op:
        batch_op.create_index("ix_orders_code", ["code"], unique=False)


def downgrade():
    with op.batch_alter_table("orders") as batch_op:
        batch_op.drop_index("ix_orders_code")


# file: alembic/versions/r06_new_table.py

revision = "r06_new_table"
down_revision = "r05_in_batch"


def upgrade():  # verdict: fine - the table is new
    op.create_table("carts", sa.Column("id", sa.BigInteger(), primary_key=True), sa.Column("code", sa.String(20)))
    op.create_index("ix_carts_code", "carts", ["code"])


def downgrade():
    op.drop_table("carts")


# file: alembic/versions/r07_unique.py

revision = "r07_unique"
down_revision = "r06_new_table"


def upgrade():  # verdict: defect - a unique index blocks writes like any other
    op.create_index("ux_orders_uid", "orders", ["uid"], unique=True)


def downgrade():
    op.drop_index("ux_orders_uid", "orders")


# file: alembic/versions/r08_with_column.py

revision = "r08_with_column"
down_revision = "r07_unique"


def upgrade():  # verdict: defect - the index of a column that is added is built under the lock
    op.add_column("orders", sa.Column("run_id", sa.String(40), index=True, nullable=True))


def downgrade():
    op.drop_column("orders", "run_id")


# file: alembic/versions/r09_dropped.py

revision = "r09_dropped"
down_revision = "r08_with_column"


def upgrade():  # verdict: fine - an instant
    op.drop_index("ix_orders_old", "orders")


def downgrade():
    with op.get_context().autocommit_block():
        op.create_index("ix_orders_old", "orders", ["state"], postgresql_concurrently=True, if_not_exists=True)


# file: alembic/versions/r10_raw.py

revision = "r10_raw"
down_revision = "r09_dropped"


def upgrade():  # verdict: defect - the same in SQL
    op.execute("CREATE INDEX ix_orders_day ON orders (placed)")


def downgrade():
    op.execute("DROP INDEX ix_orders_day")


# file: alembic/versions/r11_raw_concurrently.py

revision = "r11_raw_concurrently"
down_revision = "r10_raw"


def upgrade():  # verdict: fine - others write meanwhile
    with op.get_context().autocommit_block():
        op.execute("CREATE INDEX CONCURRENTLY IF NOT EXISTS ix_orders_phone ON orders (phone)")


def downgrade():
    with op.get_context().autocommit_block():
        op.execute("DROP INDEX CONCURRENTLY IF EXISTS ix_orders_phone")


# file: alembic/versions/r12_other_database.py

revision = "r12_other_database"
down_revision = "r11_raw_concurrently"


def upgrade():  # verdict: fine - SQLite has no other writers to wait for
    if op.get_bind().dialect.name == "sqlite":
        op.create_index("ix_orders_note", "orders", ["note"])


def downgrade():
    if op.get_bind().dialect.name == "sqlite":
        op.drop_index("ix_orders_note", "orders")


# file: alembic/versions/r13_in_loop.py

revision = "r13_in_loop"
down_revision = "r12_other_database"


def upgrade():  # verdict: defect - two large tables, one after the other, in one transaction
    for table in ("orders", "customers"):
        op.create_index(f"ix_{table}_tenant", table, ["tenant"])


def downgrade():
    for table in ("orders", "customers"):
        op.drop_index(f"ix_{table}_tenant", table)


# file: alembic/versions/r14_partial.py

revision = "r14_partial"
down_revision = "r13_in_loop"


def upgrade():  # verdict: defect - a condition leaves rows out, but not the lock
    op.create_index("ix_orders_open", "orders", ["placed"], postgresql_where=sa.text("state = 'open'"))


def downgrade():
    op.drop_index("ix_orders_open", "orders")
