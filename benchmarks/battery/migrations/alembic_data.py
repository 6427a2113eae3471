"""Data moved by Alembic, and SQL. Seen in apache-superset, apache-airflow, mlflow, prefect, neutron."""

from alembic import op
import sqlalchemy as sa
from sqlalchemy import orm

from shop.models import Order

# file: alembic/versions/a1.py

revision = "a1"
down_revision = None


def upgrade():
    op.create_table("customers", sa.Column("id", sa.BigInteger(), primary_key=True), sa.Column("name", sa.Text()))
    op.create_table("orders", sa.Column("id", sa.BigInteger(), primary_key=True), sa.Column("email", sa.String(100)))


def downgrade():
    op.drop_table("orders")
    op.drop_table("customers")


# file: alembic/versions/r02_update_all.py

revision = "r02_update_all"
down_revision = "a1"


def upgrade():  # verdict: defect - one statement holds the locks of all rows
    op.execute("UPDATE orders SET state = 'new' WHERE state IS NULL")


def downgrade():
    pass


# file: alembic/versions/r03_update_built.py

revision = "r03_update_built"
down_revision = "r02_update_all"


def upgrade():  # verdict: defect - the same, built
    orders = sa.table("orders", sa.column("city", sa.String))
    op.execute(orders.update().where(orders.c.city.is_(None)).values(city=""))


def downgrade():
    pass


# file: alembic/versions/r04_batches.py

revision = "r04_batches"
down_revision = "r03_update_built"


def upgrade():  # verdict: fine - batches that commit by themselves
    with op.get_context().autocommit_block():
        while (
            op.get_bind()
            .execute(
                sa.text("UPDATE orders SET zip = '' WHERE id IN (SELECT id FROM orders WHERE zip IS NULL LIMIT 1000)")
            )
            .rowcount
        ):
            pass


def downgrade():
    with op.get_context().autocommit_block():
        pass


# file: alembic/versions/r05_one_row.py

revision = "r05_one_row"
down_revision = "r04_batches"


def upgrade():  # verdict: fine - one row
    op.execute("UPDATE customers SET name = 'Anonymous' WHERE id = 1")


def downgrade():
    op.execute("UPDATE customers SET name = 'anonymous' WHERE id = 1")


# file: alembic/versions/r06_session.py

revision = "r06_session"
down_revision = "r05_one_row"


def upgrade():  # verdict: defect - loads and writes all rows through models of today
    session = orm.Session(bind=op.get_bind())
    for order in session.query(Order):
        order.total = order.total or 0
    session.commit()


def downgrade():
    pass


# file: alembic/versions/r07_stub_table.py

revision = "r07_stub_table"
down_revision = "r06_session"


def upgrade():  # verdict: fine - adds rows to a table of this migration
    kinds = op.create_table("kinds", sa.Column("id", sa.BigInteger(), primary_key=True), sa.Column("name", sa.Text()))
    op.bulk_insert(kinds, [{"id": 1, "name": "book"}, {"id": 2, "name": "toy"}])


def downgrade():
    op.drop_table("kinds")


# file: alembic/versions/r08_column_and_data.py

revision = "r08_column_and_data"
down_revision = "r07_stub_table"


def upgrade():  # verdict: defect - the table stays locked while its rows are filled
    op.add_column("orders", sa.Column("region", sa.String(9), nullable=True))
    op.execute("UPDATE orders SET region = 'eu'")


def downgrade():
    op.drop_column("orders", "region")


# file: alembic/versions/r09_delete_old.py

revision = "r09_delete_old"
down_revision = "r08_column_and_data"


def upgrade():  # verdict: defect - deletes an unknown number of rows at once
    op.execute("DELETE FROM orders WHERE placed < now() - interval '5 years'")


def downgrade():
    pass


# file: alembic/versions/r10_enum_value.py

revision = "r10_enum_value"
down_revision = "r09_delete_old"


def upgrade():  # verdict: fine - a value is added in an instant
    with op.get_context().autocommit_block():
        op.execute("ALTER TYPE order_state ADD VALUE IF NOT EXISTS 'lost'")


def downgrade():
    op.execute("SELECT 1")


# file: alembic/versions/r11_grant.py

revision = "r11_grant"
down_revision = "r10_enum_value"


def upgrade():  # verdict: fine - rights
    op.execute("GRANT SELECT ON orders TO reporting")


def downgrade():
    op.execute("REVOKE SELECT ON orders FROM reporting")


# file: alembic/versions/r12_cluster.py

revision = "r12_cluster"
down_revision = "r11_grant"


def upgrade():  # verdict: defect - written anew while nobody reads
    op.execute("CLUSTER orders USING ix_orders_placed")


def downgrade():
    op.execute("SELECT 1")


# file: alembic/versions/r13_unlogged.py

revision = "r13_unlogged"
down_revision = "r12_cluster"


def upgrade():  # verdict: defect - written anew while nobody reads
    op.execute("ALTER TABLE orders SET UNLOGGED")


def downgrade():
    op.execute("ALTER TABLE orders SET LOGGED")


# file: alembic/versions/r14_function.py

revision = "r14_function"
down_revision = "r13_unlogged"


def upgrade():  # verdict: fine - nothing in use
    op.execute("CREATE OR REPLACE FUNCTION twice(x integer) RETURNS integer AS 'SELECT x * 2' LANGUAGE sql")


def downgrade():
    op.execute("DROP FUNCTION twice(integer)")
