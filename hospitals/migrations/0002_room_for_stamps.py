from django.db import migrations

from scheduler.partitioning import leave_room


class Migration(migrations.Migration):

    dependencies = [
        ('hospitals', '0001_initial'),
    ]

    operations = [leave_room('schedule_stamps', percent=75)]
