"""The textbook's routes: the product's own paths, so that one client asks both."""

from django.http import HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from rest_framework_simplejwt.views import TokenObtainPairView

from benchmarks.textbook.graph import View
from benchmarks.textbook.rest import AppointmentViewSet, OpeningViewSet, ScheduleViewSet

HOSPITAL = "api/v1/hospitals/<int:hospital_id>/"
urlpatterns = [
    path("readyz", lambda request: HttpResponse()),
    path("token", TokenObtainPairView.as_view(permission_classes=[])),
    path(HOSPITAL + "schedules", ScheduleViewSet.as_view({"get": "list"})),
    path(HOSPITAL + "openings", OpeningViewSet.as_view({"get": "list"})),
    path(HOSPITAL + "appointments", AppointmentViewSet.as_view({"get": "list", "post": "create"})),
    path("graphql/", csrf_exempt(View.as_view())),
]
