from django.db import migrations

from messaging import search


def make(apps, schema_editor):
    search.make(schema_editor)


class Migration(migrations.Migration):
    """The tables and indexes of the search. What there is to find is taken in afterwards, by the minute's job."""

    dependencies = [('messaging', '0005_pins')]

    # MongoDB makes no indexes in a transaction; elsewhere the migration has one of its own.
    operations = [migrations.RunPython(make, migrations.RunPython.noop, atomic=False)]
