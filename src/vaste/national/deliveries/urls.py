"""Addresses of the pages on deliveries."""

from django.urls import path

from vaste.national.deliveries.views import fetch_package, show_deliveries, show_delivery

app_name = "deliveries"
urlpatterns = [
    path("staff/deliveries", show_deliveries, name="deliveries"),
    path("staff/deliveries/<uuid:delivery_id>", show_delivery, name="delivery"),
    path("staff/deliveries/<uuid:delivery_id>/package", fetch_package, name="package"),
]
