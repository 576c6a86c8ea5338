"""All of the REST API, under /api/v1/."""

from __future__ import annotations

from api_rest import (
    appointments,
    auth,
    availability,
    docs,
    doctors,
    hospitals,
    me,
    members,
    patients,
    schedules,
)

# The busiest first: paths are tried one after the other.
urlpatterns = [
    *schedules.urlpatterns,
    *appointments.urlpatterns,
    *patients.urlpatterns,
    *doctors.urlpatterns,
    *availability.urlpatterns,
    *hospitals.urlpatterns,
    *members.urlpatterns,
    *auth.urlpatterns,
    *me.urlpatterns,
    *docs.urlpatterns,
]
