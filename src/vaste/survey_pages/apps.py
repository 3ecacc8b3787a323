from django.apps import AppConfig


class SurveyPagesConfig(AppConfig):
    """Survey pages; stores nothing of its own."""

    name = "vaste.survey_pages"
    label = "survey_pages"
