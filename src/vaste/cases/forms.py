"""The form with which a contact request is marked as answered."""

from django import forms


class AnsweredForm(forms.Form):
    """A note on what was agreed, which may be left empty."""

    note = forms.CharField(max_length=2000, required=False)
