"""Addresses of the comparison on the hub."""

from django.urls import path, register_converter

from vaste.national.comparison.views import (
    QuarterConverter,
    show_calls,
    show_comparison,
    show_csv,
    show_json,
    show_package,
    show_pdf,
    show_reference,
    show_signed,
)

register_converter(QuarterConverter, "quarter")
app_name = "comparison"
urlpatterns = [
    path("vertailu", show_comparison, {"language": "fi"}, name="page_fi"),
    path("jamforelse", show_comparison, {"language": "sv"}, name="page_sv"),
    path("comparison", show_comparison, {"language": "en"}, name="page_en"),
    path("comparison/signed.json", show_signed, name="signed"),
    path("comparison/<quarter:quarter>/data.csv", show_csv, name="csv"),
    path("comparison/<quarter:quarter>/data.json", show_json, name="json"),
    path("comparison/<quarter:quarter>/calls.csv", show_calls, name="calls"),
    path("comparison/<quarter:quarter>/datapackage.json", show_package, name="package"),
    path("comparison/<quarter:quarter>/reference.csv", show_reference, name="reference"),
    path("comparison/<quarter:quarter>/comparison-<str:language>.pdf", show_pdf, name="pdf"),
]
