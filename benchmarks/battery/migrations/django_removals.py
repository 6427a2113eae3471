"""What is dropped or renamed. Seen in pretix, wagtail, weblate, label-studio, django-celery-beat, hyperkitty."""

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
            "Log",
            fields=[
                ("id", models.AutoField(primary_key=True)),
            ],
        ),
        migrations.CreateModel(
            "Tag",
            fields=[
                ("id", models.AutoField(primary_key=True)),
            ],
        ),
        migrations.CreateModel(
            "Event",
            fields=[
                ("id", models.AutoField(primary_key=True)),
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
                ("customer", models.ForeignKey("django_removals.Customer", models.PROTECT, null=True)),
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


# file: migrations/0002_drop_phone.py


class Migration(migrations.Migration):  # verdict: defect - the version that still runs selects the column
    dependencies = [("django_removals", "0001_initial")]
    operations = [
        migrations.RemoveField("order", "phone"),
    ]


# file: migrations/0003_forget_note.py


class Migration(migrations.Migration):  # verdict: fine - first Django forgets it
    dependencies = [("django_removals", "0002_drop_phone")]
    operations = [
        migrations.SeparateDatabaseAndState(state_operations=[migrations.RemoveField("order", "note")]),
    ]


# file: migrations/0004_drop_note.py


class Migration(migrations.Migration):  # verdict: fine - then, a release later, the database does
    dependencies = [("django_removals", "0003_forget_note")]
    operations = [
        migrations.RunSQL(
            "ALTER TABLE django_removals_order DROP COLUMN note",
            "ALTER TABLE django_removals_order ADD COLUMN note text",
        ),
    ]


# file: migrations/0005_drop_table.py


class Migration(migrations.Migration):  # verdict: defect - the version that still runs reads the table
    dependencies = [("django_removals", "0004_drop_note")]
    operations = [
        migrations.DeleteModel("Log"),
    ]


# file: migrations/0006_rename.py


class Migration(migrations.Migration):  # verdict: defect - no version knows both names
    dependencies = [("django_removals", "0005_drop_table")]
    operations = [
        migrations.RenameField("order", "zip", "postcode"),
    ]


# file: migrations/0007_keep_column.py


class Migration(migrations.Migration):  # verdict: fine - the column keeps its name
    dependencies = [("django_removals", "0006_rename")]
    operations = [
        migrations.AlterField("order", "street", models.CharField(max_length=80, null=True, db_column="street")),
        migrations.RenameField("order", "street", "address"),
    ]


# file: migrations/0008_rename_model.py


class Migration(migrations.Migration):  # verdict: defect - the table is renamed under the version that still runs
    dependencies = [("django_removals", "0007_keep_column")]
    operations = [
        migrations.RenameModel("Customer", "Client"),
    ]


# file: migrations/0009_rename_kept_table.py


class Migration(migrations.Migration):  # verdict: fine - the table keeps its name
    dependencies = [("django_removals", "0008_rename_model")]
    operations = [
        migrations.AlterModelTable("Tag", "django_removals_tag"),
        migrations.RenameModel("Tag", "Label"),
    ]


# file: migrations/0010_table_name.py


class Migration(migrations.Migration):  # verdict: defect - another name for a table in use
    dependencies = [("django_removals", "0009_rename_kept_table")]
    operations = [
        migrations.AlterModelTable("order", "orders"),
    ]


# file: migrations/0011_drop_required.py


class Migration(migrations.Migration):  # verdict: defect - gone for the version that still runs, and no way back on a table with rows
    dependencies = [("django_removals", "0010_table_name")]
    operations = [
        migrations.RemoveField("order", "code"),
    ]


# file: migrations/0012_proxy.py


class Migration(migrations.Migration):  # verdict: fine - a proxy has no table
    dependencies = [("django_removals", "0011_drop_required")]
    operations = [
        migrations.CreateModel("OpenOrder", fields=[], options={"proxy": True}, bases=("django_removals.order",)),
    ]


# file: migrations/0013_drop_proxy.py


class Migration(migrations.Migration):  # verdict: fine - a proxy has no table
    dependencies = [("django_removals", "0012_proxy")]
    operations = [
        migrations.DeleteModel("OpenOrder"),
    ]


# file: migrations/0014_forget_model.py


class Migration(migrations.Migration):  # verdict: fine - nothing reaches the database
    dependencies = [("django_removals", "0013_drop_proxy")]
    operations = [
        migrations.SeparateDatabaseAndState(state_operations=[migrations.DeleteModel("Event")]),
    ]


# file: migrations/0015_drop_key.py


class Migration(migrations.Migration):  # verdict: defect - the column goes, and both tables are locked for it
    dependencies = [("django_removals", "0014_forget_model")]
    operations = [
        migrations.RemoveField("order", "customer"),
    ]
