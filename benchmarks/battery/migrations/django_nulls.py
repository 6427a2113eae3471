"""Columns that become NOT NULL, and options that reach no database. Seen in pretix, wagtail, weblate, label-studio."""

from django.contrib.postgres.operations import AddConstraintNotValid, ValidateConstraint
from django.db import migrations, models
from django.utils import timezone

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
                ("customer", models.ForeignKey("django_nulls.Customer", models.PROTECT, null=True)),
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


# file: migrations/0002_city_required.py


class Migration(migrations.Migration):  # verdict: defect - the table is read under the lock
    dependencies = [("django_nulls", "0001_initial")]
    operations = [
        migrations.AlterField("order", "city", models.CharField(max_length=50)),
    ]


# file: migrations/0003_zip_check.py


class Migration(migrations.Migration):  # verdict: fine - new rows only
    dependencies = [("django_nulls", "0002_city_required")]
    operations = [
        AddConstraintNotValid("order", models.CheckConstraint(condition=models.Q(zip__isnull=False), name="zip_set")),
    ]


# file: migrations/0004_zip_validated.py


class Migration(migrations.Migration):  # verdict: fine - others read and write meanwhile
    dependencies = [("django_nulls", "0003_zip_check")]
    operations = [
        ValidateConstraint("order", name="zip_set"),
    ]


# file: migrations/0005_zip_required.py


class Migration(migrations.Migration):  # verdict: fine - the validated check proves it, and PostgreSQL does not look again
    dependencies = [("django_nulls", "0004_zip_validated")]
    operations = [
        migrations.AlterField("order", "zip", models.CharField(max_length=10)),
    ]


# file: migrations/0006_street_filled.py


class Migration(migrations.Migration):  # verdict: defect - updates all empty rows, then reads the table, all under one lock
    dependencies = [("django_nulls", "0005_zip_required")]
    operations = [
        migrations.AlterField("order", "street", models.CharField(max_length=80, default="")),
    ]


# file: migrations/0007_note_check_only.py


class Migration(migrations.Migration):  # verdict: defect - no migration ever looks at the old rows
    dependencies = [("django_nulls", "0006_street_filled")]
    operations = [
        AddConstraintNotValid("order", models.CheckConstraint(condition=models.Q(note__isnull=False), name="note_set")),
    ]


# file: migrations/0008_note_required.py


class Migration(migrations.Migration):  # verdict: defect - a check that was never validated proves nothing
    dependencies = [("django_nulls", "0007_note_check_only")]
    operations = [
        migrations.AlterField("order", "note", models.TextField()),
    ]


# file: migrations/0009_code_nullable.py


class Migration(migrations.Migration):  # verdict: fine - an instant
    dependencies = [("django_nulls", "0008_note_required")]
    operations = [
        migrations.AlterField("order", "code", models.CharField(max_length=20, null=True)),
    ]


# file: migrations/0010_choices.py


class Migration(migrations.Migration):  # verdict: fine - no SQL
    dependencies = [("django_nulls", "0009_code_nullable")]
    operations = [
        migrations.AlterField(
            "order", "state", models.CharField(max_length=10, default="new", choices=[("new", "New"), ("paid", "Paid")])
        ),
    ]


# file: migrations/0011_help_text.py


class Migration(migrations.Migration):  # verdict: fine - no SQL
    dependencies = [("django_nulls", "0010_choices")]
    operations = [
        migrations.AlterField(
            "order", "email", models.CharField(max_length=100, help_text="Where the bill goes", verbose_name="e-mail")
        ),
    ]


# file: migrations/0012_options.py


class Migration(migrations.Migration):  # verdict: fine - no SQL
    dependencies = [("django_nulls", "0011_help_text")]
    operations = [
        migrations.AlterModelOptions("order", {"ordering": ["-placed"], "verbose_name": "order"}),
    ]


# file: migrations/0013_related_name.py


class Migration(migrations.Migration):  # verdict: fine - no SQL
    dependencies = [("django_nulls", "0012_options")]
    operations = [
        migrations.AlterField(
            "order",
            "customer",
            models.ForeignKey("django_nulls.Customer", models.PROTECT, null=True, related_name="orders"),
        ),
    ]


# file: migrations/0014_comment.py


class Migration(migrations.Migration):  # verdict: fine - a comment
    dependencies = [("django_nulls", "0013_related_name")]
    operations = [
        migrations.AlterModelTableComment("order", "What customers have ordered"),
    ]


# file: migrations/0015_placed_now.py


class Migration(migrations.Migration):  # verdict: defect - a default of Python: all empty rows are updated first
    dependencies = [("django_nulls", "0014_comment")]
    operations = [
        migrations.AlterField("order", "placed", models.DateTimeField(default=timezone.now)),
    ]
