"""The demo's pages; they are there only while a demo lives in this process."""

from django.urls import path

from vaste.simulator import views

urlpatterns = [
    path("demo", views.phones, name="demo"),
    path("demo/phone", views.new_phone, name="demo-new-phone"),
    path("demo/phone/<int:place>", views.own_phone, name="demo-own-phone"),
]
