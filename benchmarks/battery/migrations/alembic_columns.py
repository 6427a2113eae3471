"""Columns that Alembic adds. Seen in apache-superset, apache-airflow, mlflow, prefect, neutron, jupyterhub."""

import uuid

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


# file: alembic/versions/r02_nullable.py

revision = "r02_nullable"
down_revision = "a1"


def upgrade():  # verdict: fine - an instant
    op.add_column("orders", sa.Column("comment", sa.Text(), nullable=True))


def downgrade():
    op.drop_column("orders", "comment")


# file: alembic/versions/r03_required.py

revision = "r03_required"
down_revision = "r02_nullable"


def upgrade():  # verdict: defect - fails on a table with rows
    op.add_column("orders", sa.Column("kind", sa.String(10), nullable=False))


def downgrade():
    op.drop_column("orders", "kind")


# file: alembic/versions/r04_python_default.py

revision = "r04_python_default"
down_revision = "r03_required"


def upgrade():  # verdict: defect - the default is SQLAlchemy's: the statement fails on a table with rows
    op.add_column("orders", sa.Column("is_gift", sa.Boolean(), nullable=False, default=False))


def downgrade():
    op.drop_column("orders", "is_gift")


# file: alembic/versions/r05_server_default.py

revision = "r05_server_default"
down_revision = "r04_python_default"


def upgrade():  # verdict: fine - the database knows the default
    op.add_column("orders", sa.Column("is_test", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade():
    op.drop_column("orders", "is_test")


# file: alembic/versions/r06_created.py

revision = "r06_created"
down_revision = "r05_server_default"


def upgrade():  # verdict: fine - one value for all rows
    op.add_column(
        "orders", sa.Column("created", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now())
    )


def downgrade():
    op.drop_column("orders", "created")


# file: alembic/versions/r07_random_uuid.py

revision = "r07_random_uuid"
down_revision = "r06_created"


def upgrade():  # verdict: defect - another value for each row: the table is written anew
    op.add_column("orders", sa.Column("uid", sa.Uuid(), server_default=sa.text("gen_random_uuid()")))


def downgrade():
    op.drop_column("orders", "uid")


# file: alembic/versions/r08_identity.py

revision = "r08_identity"
down_revision = "r07_random_uuid"


def upgrade():  # verdict: defect - each row gets its number under the lock
    op.add_column("orders", sa.Column("serial", sa.BigInteger(), sa.Identity(), nullable=False))


def downgrade():
    op.drop_column("orders", "serial")


# file: alembic/versions/r09_computed.py

revision = "r09_computed"
down_revision = "r08_identity"


def upgrade():  # verdict: defect - a stored column is computed for each row
    op.add_column("orders", sa.Column("gross", sa.Integer(), sa.Computed("total * 2", persisted=True)))


def downgrade():
    op.drop_column("orders", "gross")


# file: alembic/versions/r10_json_default.py

revision = "r10_json_default"
down_revision = "r09_computed"


def upgrade():  # verdict: fine - a constant of JSON is kept in the catalogue
    op.add_column("orders", sa.Column("extra", sa.JSON(), nullable=False, server_default="{}"))


def downgrade():
    op.drop_column("orders", "extra")


# file: alembic/versions/r11_with_key.py

revision = "r11_with_key"
down_revision = "r10_json_default"


def upgrade():  # verdict: defect - the key is a statement of its own, and compares each row
    op.add_column("orders", sa.Column("seller_id", sa.BigInteger(), sa.ForeignKey("customers.id"), nullable=True))


def downgrade():
    op.drop_column("orders", "seller_id")


# file: alembic/versions/r12_of_new_table.py

revision = "r12_of_new_table"
down_revision = "r11_with_key"


def upgrade():  # verdict: fine - nobody uses the table yet
    op.create_table("parcels", sa.Column("id", sa.BigInteger(), primary_key=True))
    op.add_column("parcels", sa.Column("weight", sa.Integer(), nullable=False))


def downgrade():
    op.drop_table("parcels")


# file: alembic/versions/r13_in_batch.py

revision = "r13_in_batch"
down_revision = "r12_of_new_table"


def upgrade():  # verdict: defect - a batch fails all the same
    with op.batch_alter_table("orders") as batch_op:
        batch_op.add_column(sa.Column("source", sa.String(10), nullable=False))


def downgrade():
    with op.batch_alter_table("orders") as batch_op:
        batch_op.drop_column("source")


# file: alembic/versions/r14_default_later.py

revision = "r14_default_later"
down_revision = "r13_in_batch"


def upgrade():  # verdict: fine - new rows only: an instant
    op.alter_column("orders", "state", server_default="new")


def downgrade():
    op.alter_column("orders", "state", server_default=None)


# file: alembic/versions/r15_clock.py

revision = "r15_clock"
down_revision = "r14_default_later"


def upgrade():  # verdict: defect - the clock goes on from row to row, so each gets its own value
    op.add_column("orders", sa.Column("seen", sa.DateTime(), server_default=sa.text("clock_timestamp()")))


def downgrade():
    op.drop_column("orders", "seen")
