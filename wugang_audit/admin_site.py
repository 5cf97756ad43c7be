"""Django's admin under one gate: only the roles that keep registries or accounts come in."""

from django.contrib import admin

from .roles import ADMIN_SITE_ROLES


class Site(admin.AdminSite):
    site_header = site_title = "舞钢双随机 · 名录维护"
    index_title = "名录与设置"

    def has_permission(self, request):
        return request.user.is_active and request.user.has_role(*ADMIN_SITE_ROLES)
