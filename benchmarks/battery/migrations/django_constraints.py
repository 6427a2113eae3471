"""Constraints and foreign keys. Seen in pretix, wagtail, label-studio, weblate, django-oauth-toolkit."""

from django.contrib.postgres.operations import AddConstraintNotValid, ValidateConstraint
from django.db import migrations, models

# file: migrations/0001_initial.py


class Migration(migrations.Migration):
    initial = True
    operations = [
        migrations.CreateModel(
            "Customer",
            fields=[
                ("id", models.AutoField(primary_key=True)),
                ("name", models.CharField(max_length=100)),
            ],
        ),
        migrations.CreateModel(
            "Order",
            fields=[
                ("id", models.AutoField(primary_key=True)),
                ("email", models.CharField(max_length=100)),
                ("code", models.CharField(max_length=20)),
                ("note", models.TextField(null=True)),
                ("total", models.IntegerField()),
                ("price", models.DecimalField(max_digits=8, decimal_places=2)),
                ("customer_ref", models.IntegerField(null=True)),
                ("customer", models.ForeignKey("django_constraints.Customer", models.PROTECT, null=True)),
                ("placed", models.DateTimeField(null=True)),
                ("state", models.CharField(max_length=10, default="new")),
                ("city", models.CharField(max_length=50, null=True)),
                ("zip", models.CharField(max_length=10, null=True)),
                ("street", models.CharField(max_length=80, null=True)),
                ("phone", models.CharField(max_length=20, null=True)),
                ("tags", models.JSONField(default=dict)),
            ],
        ),
    ]


# file: migrations/0002_total_positive.py


class Migration(migrations.Migration):  # verdict: defect - every row is checked while readers and writers wait
    dependencies = [("django_constraints", "0001_initial")]
    operations = [
        migrations.AddConstraint(
            "order", models.CheckConstraint(condition=models.Q(total__gte=0), name="total_positive")
        ),
    ]


# file: migrations/0003_price_positive.py


class Migration(migrations.Migration):  # verdict: fine - new rows only
    dependencies = [("django_constraints", "0002_total_positive")]
    operations = [
        AddConstraintNotValid("order", models.CheckConstraint(condition=models.Q(price__gte=0), name="price_positive")),
    ]


# file: migrations/0004_validate_price.py


class Migration(migrations.Migration):  # verdict: fine - looks at the old rows, and others read and write meanwhile
    dependencies = [("django_constraints", "0003_price_positive")]
    operations = [
        ValidateConstraint("order", name="price_positive"),
    ]


# file: migrations/0005_unique_code.py


class Migration(migrations.Migration):  # verdict: defect - even readers wait until the index is built
    dependencies = [("django_constraints", "0004_validate_price")]
    operations = [
        migrations.AlterField("order", "code", models.CharField(max_length=20, unique=True)),
    ]


# file: migrations/0006_unique_pair.py


class Migration(migrations.Migration):  # verdict: defect - the same for two columns
    dependencies = [("django_constraints", "0005_unique_code")]
    operations = [
        migrations.AddConstraint("order", models.UniqueConstraint(fields=["email", "placed"], name="email_placed")),
    ]


# file: migrations/0007_pair_index.py


class Migration(migrations.Migration):  # verdict: fine - the index is built while others write, and the constraint takes it
    atomic = False
    dependencies = [("django_constraints", "0006_unique_pair")]
    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    "CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS city_zip ON django_constraints_order (city, zip)",
                    "DROP INDEX CONCURRENTLY city_zip",
                )
            ],
            state_operations=[
                migrations.AddConstraint("order", models.UniqueConstraint(fields=["city", "zip"], name="city_zip"))
            ],
        ),
    ]


# file: migrations/0008_seller.py


class Migration(migrations.Migration):  # verdict: defect - the key's index is built while the table is locked
    dependencies = [("django_constraints", "0007_pair_index")]
    operations = [
        migrations.AddField(
            "order",
            "seller",
            models.ForeignKey("django_constraints.Customer", models.SET_NULL, null=True, related_name="+"),
        ),
    ]


# file: migrations/0009_buyer.py


class Migration(migrations.Migration):  # verdict: fine - a nullable key without an index: nothing to read
    dependencies = [("django_constraints", "0008_seller")]
    operations = [
        migrations.AddField(
            "order",
            "buyer",
            models.ForeignKey(
                "django_constraints.Customer", models.SET_NULL, null=True, db_index=False, related_name="+"
            ),
        ),
    ]


# file: migrations/0010_key_with_default.py


class Migration(migrations.Migration):  # verdict: defect - the key is checked for every row
    dependencies = [("django_constraints", "0009_buyer")]
    operations = [
        migrations.AddField(
            "order",
            "shop",
            models.ForeignKey("django_constraints.Customer", models.CASCADE, default=1, related_name="+"),
        ),
    ]


# file: migrations/0011_unchecked_key.py


class Migration(migrations.Migration):  # verdict: fine - no constraint, no index
    dependencies = [("django_constraints", "0010_key_with_default")]
    operations = [
        migrations.AddField(
            "order",
            "agent",
            models.ForeignKey(
                "django_constraints.Customer",
                models.DO_NOTHING,
                null=True,
                db_constraint=False,
                db_index=False,
                related_name="+",
            ),
        ),
    ]


# file: migrations/0012_in_one_go.py


class Migration(migrations.Migration):  # verdict: defect - the lock of the first statement is held while the second reads the table
    dependencies = [("django_constraints", "0011_unchecked_key")]
    operations = [
        AddConstraintNotValid("order", models.CheckConstraint(condition=models.Q(total__lt=10**6), name="total_limit")),
        ValidateConstraint("order", name="total_limit"),
    ]


# file: migrations/0013_becomes_key.py


class Migration(migrations.Migration):  # verdict: defect - a number that becomes a key is compared with the other table
    dependencies = [("django_constraints", "0012_in_one_go")]
    operations = [
        migrations.AlterField(
            "order",
            "customer_ref",
            models.ForeignKey("django_constraints.Customer", models.CASCADE, null=True, db_column="customer_ref"),
        ),
    ]


# file: migrations/0014_new_with_key.py


class Migration(migrations.Migration):  # verdict: fine - a new table alone holds the lock for an instant
    dependencies = [("django_constraints", "0013_becomes_key")]
    operations = [
        migrations.CreateModel(
            "Refund",
            fields=[
                ("id", models.BigAutoField(primary_key=True)),
                ("order", models.ForeignKey("django_constraints.Order", models.CASCADE)),
            ],
        ),
    ]


# file: migrations/0015_unique_on_new.py


class Migration(migrations.Migration):  # verdict: fine - the table is new
    dependencies = [("django_constraints", "0014_new_with_key")]
    operations = [
        migrations.CreateModel(
            "Coupon", fields=[("id", models.BigAutoField(primary_key=True)), ("code", models.CharField(max_length=9))]
        ),
        migrations.AddConstraint("coupon", models.UniqueConstraint(fields=["code"], name="coupon_code")),
    ]


# file: migrations/0016_remove_check.py


class Migration(migrations.Migration):  # verdict: fine - an instant
    dependencies = [("django_constraints", "0015_unique_on_new")]
    operations = [
        migrations.RemoveConstraint("order", name="total_positive"),
    ]


# file: migrations/0017_together.py


class Migration(migrations.Migration):  # verdict: defect - the older word for a unique constraint
    dependencies = [("django_constraints", "0016_remove_check")]
    operations = [
        migrations.AlterUniqueTogether("order", {("phone", "email")}),
    ]


# file: migrations/0018_profile.py


class Migration(migrations.Migration):  # verdict: defect - its unique index is built under the lock that keeps readers away
    dependencies = [("django_constraints", "0017_together")]
    operations = [
        migrations.AddField(
            "order",
            "profile",
            models.OneToOneField("django_constraints.Customer", models.CASCADE, null=True, related_name="+"),
        ),
    ]
