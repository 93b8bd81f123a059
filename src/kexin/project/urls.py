"""Addresses of the whole product. Each surface lists its own."""

from django.urls import include, path

urlpatterns = [path("", include("kexin.surfaces.api.urls")), path("", include("kexin.surfaces.web.urls"))]

handler400 = "kexin.surfaces.frame.errors.bad_request"
handler403 = "kexin.surfaces.frame.errors.forbidden"
handler404 = "kexin.surfaces.frame.errors.not_found"
handler500 = "kexin.surfaces.frame.errors.broken"
