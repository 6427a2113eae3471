"""Indexes that Django builds. Seen in wagtail, pretix, weblate, label-studio, hyperkitty."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models.functions import Lower

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
                ("customer", models.ForeignKey("django_indexes.Customer", models.PROTECT, null=True)),
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


# file: migrations/0002_email.py


class Migration(migrations.Migration):  # verdict: defect - writes wait while the index is built
    dependencies = [("django_indexes", "0001_initial")]
    operations = [
        migrations.AddIndex("order", models.Index(fields=["email"], name="order_email")),
    ]


# file: migrations/0003_city.py


class Migration(migrations.Migration):  # verdict: fine - built while others write
    atomic = False
    dependencies = [("django_indexes", "0002_email")]
    operations = [
        AddIndexConcurrently("order", models.Index(fields=["city"], name="order_city")),
    ]


# file: migrations/0004_zip.py


class Migration(migrations.Migration):  # verdict: defect - cannot run inside a transaction
    dependencies = [("django_indexes", "0003_city")]
    operations = [
        AddIndexConcurrently("order", models.Index(fields=["zip"], name="order_zip")),
    ]


# file: migrations/0005_code_indexed.py


class Migration(migrations.Migration):  # verdict: defect - `db_index` is an index as any other
    dependencies = [("django_indexes", "0004_zip")]
    operations = [
        migrations.AlterField("order", "code", models.CharField(max_length=20, db_index=True)),
    ]


# file: migrations/0006_invoice.py


class Migration(migrations.Migration):  # verdict: fine - the table is new
    dependencies = [("django_indexes", "0005_code_indexed")]
    operations = [
        migrations.CreateModel(
            "Invoice",
            fields=[("id", models.BigAutoField(primary_key=True)), ("number", models.CharField(max_length=20))],
        ),
        migrations.AddIndex("invoice", models.Index(fields=["number"], name="invoice_number")),
    ]


# file: migrations/0007_lower_street.py


class Migration(migrations.Migration):  # verdict: defect - an index on an expression blocks like any other
    dependencies = [("django_indexes", "0006_invoice")]
    operations = [
        migrations.AddIndex("order", models.Index(Lower("street"), name="order_street")),
    ]


# file: migrations/0008_rename_index.py


class Migration(migrations.Migration):  # verdict: fine - a name in the catalogue
    dependencies = [("django_indexes", "0007_lower_street")]
    operations = [
        migrations.RenameIndex("order", new_name="order_email_idx", old_name="order_email"),
    ]


# file: migrations/0009_one_open.py


class Migration(migrations.Migration):  # verdict: defect - a unique constraint with a condition is an index, and writes wait
    dependencies = [("django_indexes", "0008_rename_index")]
    operations = [
        migrations.AddConstraint(
            "order", models.UniqueConstraint(fields=["phone"], condition=models.Q(state="open"), name="one_open")
        ),
    ]


# file: migrations/0010_two_at_once.py


class Migration(migrations.Migration):  # verdict: fine - both are built while others write
    atomic = False
    dependencies = [("django_indexes", "0009_one_open")]
    operations = [
        AddIndexConcurrently("order", models.Index(fields=["placed", "state"], name="order_placed")),
        AddIndexConcurrently("order", models.Index(fields=["total"], name="order_total")),
    ]


# file: migrations/0011_remove_index.py


class Migration(migrations.Migration):  # verdict: fine - dropped in an instant
    dependencies = [("django_indexes", "0010_two_at_once")]
    operations = [
        migrations.RemoveIndex("order", name="order_city"),
    ]


# file: migrations/0012_tags.py


class Migration(migrations.Migration):  # verdict: defect - a GIN index takes even longer
    dependencies = [("django_indexes", "0011_remove_index")]
    operations = [
        migrations.AddIndex("order", GinIndex(fields=["tags"], name="order_tags")),
    ]


# file: migrations/0013_recent.py


class Migration(migrations.Migration):  # verdict: defect - two columns, the same lock
    dependencies = [("django_indexes", "0012_tags")]
    operations = [
        migrations.AddIndex("order", models.Index(models.F("state"), models.F("placed").desc(), name="order_recent")),
    ]


# file: migrations/0014_state_only.py


class Migration(migrations.Migration):  # verdict: fine - nothing reaches the database
    dependencies = [("django_indexes", "0013_recent")]
    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[migrations.AddIndex("order", models.Index(fields=["note"], name="order_note"))]
        ),
    ]


# file: migrations/0015_slug_field.py


class Migration(migrations.Migration):  # verdict: defect - a slug is indexed, twice, and the table stays locked from the first statement to the last
    dependencies = [("django_indexes", "0014_state_only")]
    operations = [
        migrations.AddField("order", "slug", models.SlugField(null=True)),
    ]


# file: migrations/0016_index_of_customer.py


class Migration(migrations.Migration):  # verdict: defect - many customers wait as well
    dependencies = [("django_indexes", "0015_slug_field")]
    operations = [
        migrations.AddIndex("customer", models.Index(fields=["name"], name="customer_name")),
    ]
