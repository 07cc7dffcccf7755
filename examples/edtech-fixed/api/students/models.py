from django.db import models


class Section(models.Model):
    grade = models.PositiveSmallIntegerField()
    letter = models.CharField(max_length=1)


class Student(models.Model):
    roll_number = models.CharField(max_length=12, unique=True)
    name = models.CharField(max_length=120)
    guardian_phone = models.CharField(max_length=16, blank=True)
    section = models.ForeignKey(Section, on_delete=models.PROTECT)


class Attendance(models.Model):
    student = models.ForeignKey(Student, on_delete=models.CASCADE)
    day = models.DateField()
    present = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["student", "day"], name="one_mark_a_day")]
