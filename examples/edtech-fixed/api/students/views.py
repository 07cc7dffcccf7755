from django.http import JsonResponse
from django.shortcuts import get_object_or_404
from students.models import Attendance, Student


def student(_request, roll_number):
    found = get_object_or_404(Student, roll_number=roll_number)
    return JsonResponse({"rollNumber": found.roll_number, "name": found.name, "section": found.section_id})


def attendance(request, section_id):
    marks = Attendance.objects.filter(student__section_id=section_id, day=request.GET.get("day"))
    return JsonResponse({"present": marks.filter(present=True).count(), "absent": marks.filter(present=False).count()})
