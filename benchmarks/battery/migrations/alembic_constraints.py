"""Constraints of Alembic. Seen in apache-superset, apache-airflow, mlflow, prefect, neutron."""

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


# file: alembic/versions/r02_foreign_key.py

revision = "r02_foreign_key"
down_revision = "a1"


def upgrade():  # verdict: defect - both tables wait while each row is compared
    op.create_foreign_key("orders_ref_fk", "orders", "customers", ["customer_ref"], ["id"])


def downgrade():
    op.drop_constraint("orders_ref_fk", "orders")


# file: alembic/versions/r03_key_not_valid.py

revision = "r03_key_not_valid"
down_revision = "r02_foreign_key"


def upgrade():  # verdict: fine - new rows only
    op.create_foreign_key("orders_owner_fk", "orders", "customers", ["owner_id"], ["id"], postgresql_not_valid=True)


def downgrade():
    op.drop_constraint("orders_owner_fk", "orders")


# file: alembic/versions/r04_key_validated.py

revision = "r04_key_validated"
down_revision = "r03_key_not_valid"


def upgrade():  # verdict: fine - others read and write meanwhile
    op.execute("ALTER TABLE orders VALIDATE CONSTRAINT orders_owner_fk")


def downgrade():
    op.execute("SELECT 1")


# file: alembic/versions/r05_check.py

revision = "r05_check"
down_revision = "r04_key_validated"


def upgrade():  # verdict: defect - each row is checked while nobody reads
    op.create_check_constraint("total_positive", "orders", "total >= 0")


def downgrade():
    op.drop_constraint("total_positive", "orders")


# file: alembic/versions/r06_check_not_valid.py

revision = "r06_check_not_valid"
down_revision = "r05_check"


def upgrade():  # verdict: fine - new rows only
    op.create_check_constraint("zip_set", "orders", "zip IS NOT NULL", postgresql_not_valid=True)


def downgrade():
    op.drop_constraint("zip_set", "orders")


# file: alembic/versions/r07_check_validated.py

revision = "r07_check_validated"
down_revision = "r06_check_not_valid"


def upgrade():  # verdict: fine - others read and write meanwhile
    op.execute("ALTER TABLE orders VALIDATE CONSTRAINT zip_set")


def downgrade():
    op.execute("SELECT 1")


# file: alembic/versions/r08_not_null_proved.py

revision = "r08_not_null_proved"
down_revision = "r07_check_validated"


def upgrade():  # verdict: fine - the validated check proves it
    op.alter_column("orders", "zip", existing_type=sa.String(10), nullable=False)


def downgrade():
    op.alter_column("orders", "zip", existing_type=sa.String(10), nullable=True)


# file: alembic/versions/r09_not_null.py

revision = "r09_not_null"
down_revision = "r08_not_null_proved"


def upgrade():  # verdict: defect - the table is read under the lock
    op.alter_column("orders", "city", existing_type=sa.String(50), nullable=False)


def downgrade():
    op.alter_column("orders", "city", existing_type=sa.String(50), nullable=True)


# file: alembic/versions/r10_nullable.py

revision = "r10_nullable"
down_revision = "r09_not_null"


def upgrade():  # verdict: fine - an instant
    op.alter_column("orders", "code", existing_type=sa.String(20), nullable=True)


def downgrade():
    op.execute("ALTER TABLE orders ADD CONSTRAINT code_set CHECK (code IS NOT NULL) NOT VALID")


# file: alembic/versions/r11_unique.py

revision = "r11_unique"
down_revision = "r10_nullable"


def upgrade():  # verdict: defect - the index is built while nobody reads
    op.create_unique_constraint("orders_code_key", "orders", ["code"])


def downgrade():
    op.drop_constraint("orders_code_key", "orders")


# file: alembic/versions/r12_unique_using_index.py

revision = "r12_unique_using_index"
down_revision = "r11_unique"


def upgrade():  # verdict: fine - the constraint takes an index that is there
    op.execute("ALTER TABLE orders ADD CONSTRAINT orders_uid_key UNIQUE USING INDEX ux_orders_uid")


def downgrade():
    op.drop_constraint("orders_uid_key", "orders")


# file: alembic/versions/r13_unique_in_batch.py

revision = "r13_unique_in_batch"
down_revision = "r12_unique_using_index"


def upgrade():  # verdict: defect - a batch builds the same index under the same lock
    with op.batch_alter_table("orders") as batch_op:
        batch_op.create_unique_constraint("orders_phone_key", ["phone"])


def downgrade():
    with op.batch_alter_table("orders") as batch_op:
        batch_op.drop_constraint("orders_phone_key")


# file: alembic/versions/r14_together.py

revision = "r14_together"
down_revision = "r13_unique_in_batch"


def upgrade():  # verdict: defect - the first statement's lock is held while the second reads the table
    op.create_check_constraint("total_limit", "orders", "total < 1000000", postgresql_not_valid=True)
    op.execute("ALTER TABLE orders VALIDATE CONSTRAINT total_limit")


def downgrade():
    op.drop_constraint("total_limit", "orders")


# file: alembic/versions/r15_primary_key.py

revision = "r15_primary_key"
down_revision = "r14_together"


def upgrade():  # verdict: defect - an index is built while nobody reads
    op.create_primary_key("order_tags_pkey", "order_tags", ["order_id", "tag_id"])


def downgrade():
    op.drop_constraint("order_tags_pkey", "order_tags")


# file: alembic/versions/r16_new_table.py

revision = "r16_new_table"
down_revision = "r15_primary_key"


def upgrade():  # verdict: fine - all of it is new
    op.create_table("refunds", sa.Column("id", sa.BigInteger(), primary_key=True), sa.Column("code", sa.String(9)))
    op.create_unique_constraint("refunds_code_key", "refunds", ["code"])
    op.create_check_constraint("refunds_code_long", "refunds", "length(code) = 9")


def downgrade():
    op.drop_table("refunds")


# file: alembic/versions/r17_raw_not_null.py

revision = "r17_raw_not_null"
down_revision = "r16_new_table"


def upgrade():  # verdict: defect - the same in SQL
    op.execute("ALTER TABLE orders ALTER COLUMN street SET NOT NULL")


def downgrade():
    op.execute("ALTER TABLE orders ALTER COLUMN street DROP NOT NULL")
