"""Log-in, log-out and a new password."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import views as auth_views
from django.contrib.auth.forms import SetPasswordForm
from django.http import HttpResponse
from django.urls import reverse_lazy

from ..access.marks import only_post, public, signed_in
from ..audit import trail
from . import demo


class PasswordChange(auth_views.PasswordChangeView):
    success_url = reverse_lazy("desk")

    def form_valid(self, form: SetPasswordForm) -> HttpResponse:
        user = form.user
        user.must_change_password = False  # saved by the form together with the new password
        response = super().form_valid(form)
        trail.record(user, "修改密码", user)
        messages.success(self.request, "密码已修改。")
        return response


login = public(
    auth_views.LoginView.as_view(
        redirect_authenticated_user=True,
        extra_context={"demo_accounts": demo.ACCOUNTS if settings.DEMO else ()},
    )
)
logout = public(only_post(settings.LOGOUT_REDIRECT_URL)(auth_views.LogoutView.as_view()))
password_change = signed_in(PasswordChange.as_view())
