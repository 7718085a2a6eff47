import core.ids
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('moderation', '0004_showing'),
    ]

    operations = [
        migrations.CreateModel(
            name='EvidenceFile',
            fields=[
                ('id', core.ids.SnowflakeAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('case_id', models.BigIntegerField(db_index=True)),
                ('report_id', models.BigIntegerField()),
                ('file_id', models.BigIntegerField(db_index=True)),
                ('is_private', models.BooleanField(default=False)),
            ],
        ),
    ]
