"""Types that change. Seen in pretix, wagtail, weblate, label-studio, hyperkitty."""

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
                ("customer", models.ForeignKey("django_types.Customer", models.PROTECT, null=True)),
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


# file: migrations/0002_wider.py


class Migration(migrations.Migration):  # verdict: fine - the length only grows
    dependencies = [("django_types", "0001_initial")]
    operations = [
        migrations.AlterField("order", "email", models.CharField(max_length=254)),
    ]


# file: migrations/0003_text.py


class Migration(migrations.Migration):  # verdict: fine - a text without a limit is stored the same way
    dependencies = [("django_types", "0002_wider")]
    operations = [
        migrations.AlterField("order", "city", models.TextField(null=True)),
    ]


# file: migrations/0004_narrower.py


class Migration(migrations.Migration):  # verdict: defect - every value is checked and written anew
    dependencies = [("django_types", "0003_text")]
    operations = [
        migrations.AlterField("order", "street", models.CharField(max_length=40, null=True)),
    ]


# file: migrations/0005_big.py


class Migration(migrations.Migration):  # verdict: defect - every row is written anew under the lock
    dependencies = [("django_types", "0004_narrower")]
    operations = [
        migrations.AlterField("order", "total", models.BigIntegerField()),
    ]


# file: migrations/0006_number_to_text.py


class Migration(migrations.Migration):  # verdict: defect - another type in every row
    dependencies = [("django_types", "0005_big")]
    operations = [
        migrations.AlterField("order", "customer_ref", models.CharField(max_length=20, null=True)),
    ]


# file: migrations/0007_more_digits.py


class Migration(migrations.Migration):  # verdict: fine - more digits in front of the point change nothing that is stored
    dependencies = [("django_types", "0006_number_to_text")]
    operations = [
        migrations.AlterField("order", "price", models.DecimalField(max_digits=12, decimal_places=2)),
    ]


# file: migrations/0008_more_decimals.py


class Migration(migrations.Migration):  # verdict: defect - another scale: each value is rounded anew
    dependencies = [("django_types", "0007_more_digits")]
    operations = [
        migrations.AlterField("order", "price", models.DecimalField(max_digits=12, decimal_places=4)),
    ]


# file: migrations/0009_url.py


class Migration(migrations.Migration):  # verdict: fine - a URL is a text of the same length
    dependencies = [("django_types", "0008_more_decimals")]
    operations = [
        migrations.AlterField("order", "code", models.URLField(max_length=20)),
    ]


# file: migrations/0010_key.py


class Migration(migrations.Migration):  # verdict: defect - the primary key and its index are written anew
    dependencies = [("django_types", "0009_url")]
    operations = [
        migrations.AlterField("customer", "id", models.BigAutoField(primary_key=True)),
    ]


# file: migrations/0011_day_of_time.py


class Migration(migrations.Migration):  # verdict: defect - the time is cut off each value
    dependencies = [("django_types", "0010_key")]
    operations = [
        migrations.AlterField("order", "placed", models.DateField(null=True)),
    ]


# file: migrations/0012_email.py


class Migration(migrations.Migration):  # verdict: fine - an address is a text of that length
    dependencies = [("django_types", "0011_day_of_time")]
    operations = [
        migrations.AlterField("order", "email", models.EmailField(max_length=254)),
    ]


# file: migrations/0013_name_wider.py


class Migration(migrations.Migration):  # verdict: fine - wider again
    dependencies = [("django_types", "0012_email")]
    operations = [
        migrations.AlterField("customer", "name", models.CharField(max_length=200)),
    ]
