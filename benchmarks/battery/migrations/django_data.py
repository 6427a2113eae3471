"""Data moved by migrations. Seen in pretix, wagtail, weblate, label-studio, hyperkitty, django-helpdesk."""

from django.db import migrations, models

# file: models.py


class Customer(models.Model):
    name = models.CharField(max_length=100)


# file: shop/constants.py

GUEST_NAME = "Guest"


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
                ("customer", models.ForeignKey("django_data.Customer", models.PROTECT, null=True)),
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


# file: migrations/0002_all_at_once.py


def fill(apps, schema_editor):
    Order = apps.get_model("django_data", "Order")
    Order.objects.filter(city=None).update(city="")


class Migration(migrations.Migration):  # verdict: defect - one statement holds the locks of all rows until the end
    dependencies = [("django_data", "0001_initial")]
    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]


# file: migrations/0003_batches.py


def fill(apps, schema_editor):
    Order = apps.get_model("django_data", "Order")
    while True:
        batch = list(Order.objects.filter(city=None).values_list("pk", flat=True)[:1000])
        if not batch:
            break
        Order.objects.filter(pk__in=batch).update(city="")


class Migration(migrations.Migration):  # verdict: fine - batches, each in a transaction of its own
    atomic = False
    dependencies = [("django_data", "0002_all_at_once")]
    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]


# file: migrations/0004_row_by_row.py


def shorten(apps, schema_editor):
    Order = apps.get_model("django_data", "Order")
    for order in Order.objects.all():
        order.code = order.code[:10]
        order.save()


class Migration(migrations.Migration):  # verdict: defect - every row is loaded and saved by itself, in one transaction
    dependencies = [("django_data", "0003_batches")]
    operations = [
        migrations.RunPython(shorten, migrations.RunPython.noop),
    ]


# file: migrations/0005_one_row.py


def rename(apps, schema_editor):
    Customer = apps.get_model("django_data", "Customer")
    Customer.objects.filter(pk=1).update(name="Anonymous")


class Migration(migrations.Migration):  # verdict: fine - one row of settings
    dependencies = [("django_data", "0004_row_by_row")]
    operations = [
        migrations.RunPython(rename, migrations.RunPython.noop),
    ]


# file: migrations/0006_no_way_back.py


def create(apps, schema_editor):
    apps.get_model("django_data", "Customer").objects.get_or_create(name="System")


class Migration(migrations.Migration):  # verdict: defect - cannot be undone, and does not say that it need not
    dependencies = [("django_data", "0005_one_row")]
    operations = [
        migrations.RunPython(create),
    ]


# file: migrations/0007_both_ways.py


def create(apps, schema_editor):
    apps.get_model("django_data", "Customer").objects.get_or_create(name="Robot")


def delete(apps, schema_editor):
    apps.get_model("django_data", "Customer").objects.filter(name="Robot").delete()


class Migration(migrations.Migration):  # verdict: fine - there and back
    dependencies = [("django_data", "0006_no_way_back")]
    operations = [
        migrations.RunPython(create, delete),
    ]


# file: migrations/0008_live_model.py
from ..models import Customer


def create(apps, schema_editor):
    Customer.objects.get_or_create(name="Guest")


class Migration(migrations.Migration):  # verdict: defect (missed) - the model of tomorrow is not the table of today
    dependencies = [("django_data", "0007_both_ways")]
    operations = [
        migrations.RunPython(create, migrations.RunPython.noop),
    ]


# file: migrations/0009_live_constant.py
from shop.constants import GUEST_NAME


def create(apps, schema_editor):
    apps.get_model("django_data", "Customer").objects.get_or_create(name=GUEST_NAME)


class Migration(migrations.Migration):  # verdict: fine - a constant, no model
    dependencies = [("django_data", "0008_live_model")]
    operations = [
        migrations.RunPython(create, migrations.RunPython.noop),
    ]


# file: migrations/0010_schema_and_data.py


def fill(apps, schema_editor):
    Order = apps.get_model("django_data", "Order")
    Order.objects.update(region="eu")


class Migration(migrations.Migration):  # verdict: defect - the table stays locked while its rows are filled
    dependencies = [("django_data", "0009_live_constant")]
    operations = [
        migrations.AddField("order", "region", models.CharField(max_length=9, null=True)),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]


# file: migrations/0011_new_table.py


def fill(apps, schema_editor):
    Region = apps.get_model("django_data", "Region")
    Region.objects.bulk_create([Region(name="eu"), Region(name="us")])


class Migration(migrations.Migration):  # verdict: fine - the table was created a line above
    dependencies = [("django_data", "0010_schema_and_data")]
    operations = [
        migrations.CreateModel(
            "Region", fields=[("id", models.BigAutoField(primary_key=True)), ("name", models.CharField(max_length=9))]
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]


# file: migrations/0012_sql_update.py


class Migration(migrations.Migration):  # verdict: defect - one UPDATE of the whole table
    dependencies = [("django_data", "0011_new_table")]
    operations = [
        migrations.RunSQL("UPDATE django_data_order SET state = 'new' WHERE state = ''", migrations.RunSQL.noop),
    ]


# file: migrations/0013_sql_no_way_back.py


class Migration(migrations.Migration):  # verdict: defect - no `reverse_sql`
    dependencies = [("django_data", "0012_sql_update")]
    operations = [
        migrations.RunSQL("CREATE VIEW django_data_open AS SELECT id FROM django_data_order WHERE state = 'open'"),
    ]


# file: migrations/0014_sql_view.py


class Migration(migrations.Migration):  # verdict: fine - a view, there and back
    dependencies = [("django_data", "0013_sql_no_way_back")]
    operations = [
        migrations.RunSQL(
            "CREATE VIEW django_data_paid AS SELECT id FROM django_data_order WHERE state = 'paid'",
            "DROP VIEW django_data_paid",
        ),
    ]


# file: migrations/0015_bulk.py


def double(apps, schema_editor):
    Order = apps.get_model("django_data", "Order")
    orders = list(Order.objects.all())
    for order in orders:
        order.total *= 2
    Order.objects.bulk_update(orders, ["total"])


class Migration(migrations.Migration):  # verdict: defect - all rows in memory and in one transaction
    dependencies = [("django_data", "0014_sql_view")]
    operations = [
        migrations.RunPython(double, migrations.RunPython.noop),
    ]


# file: migrations/0016_noop.py


class Migration(migrations.Migration):  # verdict: fine - nothing in either direction
    dependencies = [("django_data", "0015_bulk")]
    operations = [
        migrations.RunPython(migrations.RunPython.noop, migrations.RunPython.noop),
    ]
