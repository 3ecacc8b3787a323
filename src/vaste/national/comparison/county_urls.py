"""The address of the page on which a county sees itself beside the country."""

from django.urls import path

from vaste.national.comparison.county_views import show_own_county

app_name = "own_county"
urlpatterns = [path("staff/comparison", show_own_county, name="comparison")]
