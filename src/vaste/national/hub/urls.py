"""Addresses of the hub."""

from django.urls import path

from vaste.national.hub import views

app_name = "hub"
urlpatterns = [
    path("hub/v1/deliveries", views.deliver, name="deliver"),
    path("hub/v1/deliveries/<str:code>", views.show_own, name="own"),
    path("hub/v1/completeness", views.show_completeness, name="completeness"),
    path("hub/v1/key", views.show_key, name="key"),
    path("toimitukset", views.show_deliveries, {"language": "fi"}, name="deliveries_fi"),
    path("leveranser", views.show_deliveries, {"language": "sv"}, name="deliveries_sv"),
    path("deliveries", views.show_deliveries, {"language": "en"}, name="deliveries_en"),
]
