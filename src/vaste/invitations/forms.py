"""The form with which staff look up a number, and let it opt out or in."""

from django import forms

from vaste.messaging.numbers import mobile_number


class NumberForm(forms.Form):
    """A mobile number, however it is written; cleaned to E.164."""

    number = forms.CharField(max_length=40)

    def clean_number(self) -> str:
        """Return the number in E.164. Raises ValidationError when it is no mobile number."""
        number = mobile_number(str(self.cleaned_data["number"]))
        if number is None:
            raise forms.ValidationError("not a mobile number")
        return number
