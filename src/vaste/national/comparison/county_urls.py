"""The address of the page on which a county sees itself beside the country."""

from django.urls import path

from vaste.national.late_views import late

app_name = "own_county"
urlpatterns = [path("staff/comparison", late("vaste.national.comparison.county_views", "show_own_county"), name="comparison")]
