"""What Alembic drops, renames and turns into another type. Seen in apache-superset, apache-airflow, mlflow, neutron."""

from alembic import op
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

# file: alembic/versions/a1.py

revision = "a1"
down_revision = None


def upgrade():
    op.create_table("customers", sa.Column("id", sa.BigInteger(), primary_key=True), sa.Column("name", sa.Text()))
    op.create_table("orders", sa.Column("id", sa.BigInteger(), primary_key=True), sa.Column("email", sa.String(100)))


def downgrade():
    op.drop_table("orders")
    op.drop_table("customers")


# file: alembic/versions/r02_drop_column.py

revision = "r02_drop_column"
down_revision = "a1"


def upgrade():  # verdict: defect - the version that still runs selects the column
    op.drop_column("orders", "phone")


def downgrade():
    op.add_column("orders", sa.Column("phone", sa.String(20), nullable=True))


# file: alembic/versions/r03_drop_table.py

revision = "r03_drop_table"
down_revision = "r02_drop_column"


def upgrade():  # verdict: defect - the version that still runs reads the table
    op.drop_table("logs")


def downgrade():
    op.create_table("logs", sa.Column("id", sa.BigInteger(), primary_key=True))


# file: alembic/versions/r04_rename_column.py

revision = "r04_rename_column"
down_revision = "r03_drop_table"


def upgrade():  # verdict: defect - no version knows both names
    op.alter_column("orders", "zip", new_column_name="postcode", existing_type=sa.String(10))


def downgrade():
    op.alter_column("orders", "postcode", new_column_name="zip", existing_type=sa.String(10))


# file: alembic/versions/r05_rename_table.py

revision = "r05_rename_table"
down_revision = "r04_rename_column"


def upgrade():  # verdict: defect - no version knows both names
    op.rename_table("customers", "clients")


def downgrade():
    op.rename_table("clients", "customers")


# file: alembic/versions/r06_rename_index.py

revision = "r06_rename_index"
down_revision = "r05_rename_table"


def upgrade():  # verdict: fine - a name in the catalogue
    op.execute("ALTER INDEX ix_orders_email RENAME TO orders_email_idx")


def downgrade():
    op.execute("ALTER INDEX orders_email_idx RENAME TO ix_orders_email")


# file: alembic/versions/r07_wider.py

revision = "r07_wider"
down_revision = "r06_rename_index"


def upgrade():  # verdict: fine - the length only grows
    op.alter_column("orders", "email", existing_type=sa.String(100), type_=sa.String(254))


def downgrade():
    op.execute("SELECT 1")


# file: alembic/versions/r08_to_text.py

revision = "r08_to_text"
down_revision = "r07_wider"


def upgrade():  # verdict: fine - stored the same way
    op.alter_column("orders", "city", existing_type=sa.String(50), type_=sa.Text())


def downgrade():
    op.execute("SELECT 1")


# file: alembic/versions/r09_narrower.py

revision = "r09_narrower"
down_revision = "r08_to_text"


def upgrade():  # verdict: defect - every value is checked and written anew
    op.alter_column("orders", "street", existing_type=sa.String(80), type_=sa.String(40))


def downgrade():
    op.alter_column("orders", "street", existing_type=sa.String(40), type_=sa.String(80))


# file: alembic/versions/r10_to_bigint.py

revision = "r10_to_bigint"
down_revision = "r09_narrower"


def upgrade():  # verdict: defect - every row is written anew under the lock
    op.alter_column("orders", "total", existing_type=sa.Integer(), type_=sa.BigInteger())


def downgrade():
    op.alter_column("orders", "total", existing_type=sa.BigInteger(), type_=sa.Integer())


# file: alembic/versions/r11_to_jsonb.py

revision = "r11_to_jsonb"
down_revision = "r10_to_bigint"


def upgrade():  # verdict: defect - every value is parsed and written anew
    op.alter_column("orders", "tags", existing_type=sa.JSON(), type_=postgresql.JSONB(), postgresql_using="tags::jsonb")


def downgrade():
    op.alter_column("orders", "tags", existing_type=postgresql.JSONB(), type_=sa.JSON(), postgresql_using="tags::json")


# file: alembic/versions/r12_comment.py

revision = "r12_comment"
down_revision = "r11_to_jsonb"


def upgrade():  # verdict: fine - a comment
    op.alter_column("orders", "email", existing_type=sa.String(254), comment="where the bill goes")


def downgrade():
    op.alter_column("orders", "email", existing_type=sa.String(254), comment=None)


# file: alembic/versions/r13_own_table.py

revision = "r13_own_table"
down_revision = "r12_comment"


def upgrade():  # verdict: fine - a table of this migration, for a moment
    op.create_table("orders_copy", sa.Column("id", sa.BigInteger(), primary_key=True))
    op.drop_table("orders_copy")


def downgrade():
    op.execute("SELECT 1")


# file: alembic/versions/r14_no_way_back.py

revision = "r14_no_way_back"
down_revision = "r13_own_table"


def upgrade():
    op.create_table("invoices", sa.Column("id", sa.BigInteger(), primary_key=True))


def downgrade():  # verdict: defect - `downgrade` does nothing, so the table stays
    pass


# file: alembic/versions/r15_forgotten.py

revision = "r15_forgotten"
down_revision = "r14_no_way_back"


def upgrade():
    op.add_column("orders", sa.Column("first", sa.Text(), nullable=True))
    op.add_column("orders", sa.Column("second", sa.Text(), nullable=True))


def downgrade():  # verdict: defect - `downgrade` leaves the second column
    op.drop_column("orders", "first")
