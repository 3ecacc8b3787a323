"""Addresses that all staff pages share."""

from django.contrib.auth.views import LogoutView
from django.urls import path

from vaste.organisations.views import SignIn, choose_language, show_stylesheet

app_name = "organisations"
urlpatterns = [
    path("staff/sign-in", SignIn.as_view(), name="sign_in"),
    path("staff/sign-out", LogoutView.as_view(), name="sign_out"),
    path("staff/language", choose_language, name="language"),
    path("staff/style-<str:content_hash>.css", show_stylesheet, name="stylesheet"),
]
