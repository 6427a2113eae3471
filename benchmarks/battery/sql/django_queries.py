"""SQL beside Django's models. Seen in reviewboard, geonode, pycsw."""

from django.db import connection, connections, models
from django.db.models import Func
from django.db.models.expressions import RawSQL


class Review(models.Model):
    title = models.CharField(max_length=100)


def by_title(title):  # verdict: defect - the title of a review, by `%`
    return Review.objects.raw("SELECT * FROM review WHERE title = '%s'" % title)


def by_title_bound(title):  # verdict: fine - bound
    return Review.objects.raw("SELECT * FROM review WHERE title = %s", [title])


def next_number(site):  # verdict: fine - the table's name comes from the model
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT MAX(number) FROM {Review._meta.db_table} WHERE site = %s", [site])
        return cursor.fetchone()[0]


def touch(hashes):  # verdict: defect - a list of texts, quoted by hand
    with connections["other"].cursor() as cursor:
        cursor.execute("UPDATE files SET seen = 1 WHERE hash IN (%s)" % ",".join("'%s'" % one for one in hashes))


def touch_bound(hashes):  # verdict: fine - as many placeholders as hashes
    with connections["other"].cursor() as cursor:
        cursor.execute("UPDATE files SET seen = 1 WHERE hash IN (%s)" % ",".join(["%s"] * len(hashes)), hashes)


def searched(queryset, word):  # verdict: defect - a condition with the word in it
    return queryset.extra(where=[f"title LIKE '%{word}%'"])


def searched_bound(queryset, word):  # verdict: fine - the word is a parameter of `extra`
    return queryset.extra(where=["title LIKE %s"], params=[f"%{word}%"])


def distances(queryset, place):  # verdict: defect - a place that somebody entered
    return queryset.annotate(far=RawSQL("distance(spot, '" + place + "')", []))


def distances_bound(queryset, place):  # verdict: fine - a parameter of the expression
    return queryset.annotate(far=RawSQL("distance(spot, %s)", [place]))


def with_count(queryset, user):  # verdict: defect - the key of a user, but in a text that takes parameters
    return queryset.extra(select={"mine": "SELECT COUNT(1) FROM review WHERE user_id = '%s'" % user.username})


def quoted(name, value):  # verdict: fine - the name is quoted by the database's own function
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT 1 FROM {connection.ops.quote_name(name)} WHERE value = %s", [value])


def any_template(template):  # verdict: defect - a template is SQL
    return Func("title", template=template)


def known_template(distinct):  # verdict: fine - one of two constants
    return Func("title", template="COUNT(DISTINCT %(expressions)s)" if distinct else "COUNT(%(expressions)s)")
