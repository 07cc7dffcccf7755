"""Bulk messages to parents: `celery -A maktab.worker worker`."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "maktab.settings")
app = Celery("maktab")
app.config_from_object("django.conf:settings", namespace="CELERY")


@app.task(rate_limit="30/m")
def announce(section_id: int, text: str) -> int:
    from students.models import Student

    numbers = Student.objects.filter(section_id=section_id).values_list("guardian_phone", flat=True)
    return len([number for number in numbers if number])
