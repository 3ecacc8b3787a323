"""Addresses of the page on opt-outs."""

from django.urls import path

from vaste.invitations.views import show_opt_outs

app_name = "invitations"
urlpatterns = [path("staff/opt-outs", show_opt_outs, name="opt_outs")]
