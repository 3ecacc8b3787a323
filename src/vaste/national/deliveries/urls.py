"""Addresses of the pages on deliveries."""

from django.urls import path

from vaste.national.late_views import late

_VIEWS = "vaste.national.deliveries.views"
app_name = "deliveries"
urlpatterns = [
    path("staff/deliveries", late(_VIEWS, "show_deliveries"), name="deliveries"),
    path("staff/deliveries/<uuid:delivery_id>", late(_VIEWS, "show_delivery"), name="delivery"),
    path("staff/deliveries/<uuid:delivery_id>/package", late(_VIEWS, "fetch_package"), name="package"),
]
