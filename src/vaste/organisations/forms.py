"""The form for signing in."""

from django.contrib.auth.forms import AuthenticationForm

_LONGEST_ADDRESS = 254


class SignInForm(AuthenticationForm):
    """E-mail and password. One address is one account, however it is typed, also for counting failures."""

    def clean_username(self) -> str:
        typed = str(self.cleaned_data["username"]).strip().lower()
        if len(typed) > _LONGEST_ADDRESS:  # nobody's; and no database counts failures under so long a name
            raise self.get_invalid_login_error()
        return typed
