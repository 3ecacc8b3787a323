"""Addresses that HTTP operators call."""

from django.urls import path

from vaste.messaging import views

app_name = "messaging"
urlpatterns = [
    path("operators/<slug:account>/receipts", views.receipts, name="receipts"),
    path("operators/<slug:account>/replies", views.replies, name="replies"),
]
