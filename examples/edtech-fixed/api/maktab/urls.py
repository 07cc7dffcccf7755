from django.db import connection
from django.http import HttpResponse
from django.urls import path
from students import views


def healthz(_request):
    connection.ensure_connection()
    return HttpResponse("ok", content_type="text/plain")


urlpatterns = [
    path("healthz", healthz),
    path("students/<str:roll_number>", views.student),
    path("sections/<int:section_id>/attendance", views.attendance),
]
