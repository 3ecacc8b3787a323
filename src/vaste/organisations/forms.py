"""The form for signing in."""

from django.contrib.auth.forms import AuthenticationForm


class SignInForm(AuthenticationForm):
    """E-mail and password. One address is one account, however it is typed, also for counting failures."""

    def clean_username(self) -> str:
        return str(self.cleaned_data["username"]).strip().lower()
