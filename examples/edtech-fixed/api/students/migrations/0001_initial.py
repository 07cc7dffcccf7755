import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name="Section",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("grade", models.PositiveSmallIntegerField()),
                ("letter", models.CharField(max_length=1)),
            ],
        ),
        migrations.CreateModel(
            name="Student",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("roll_number", models.CharField(max_length=12, unique=True)),
                ("name", models.CharField(max_length=120)),
                ("guardian_phone", models.CharField(blank=True, max_length=16)),
                ("section", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="students.section")),
            ],
        ),
        migrations.CreateModel(
            name="Attendance",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField()),
                ("present", models.BooleanField(default=True)),
                ("student", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="students.student")),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("student", "day"), name="one_mark_a_day")],
            },
        ),
    ]
