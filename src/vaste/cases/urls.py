"""Addresses of contact requests."""

from django.urls import path

from vaste.cases.views import list_requests, show_request

app_name = "cases"
urlpatterns = [
    path("staff/requests", list_requests, name="requests"),
    path("staff/requests/<uuid:request_id>", show_request, name="request"),
]
