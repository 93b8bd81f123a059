"""Addresses of the pages of web hooks."""

from django.urls import path

from kexin.surfaces.web.hooks import views

app_name = "hooks"
urlpatterns = [
    path("", views.hooks, name="list"),
    path("new/", views.new, name="new"),
    path("deliveries/", views.deliveries, name="deliveries"),
    path("deliveries/<int:delivery_id>/", views.delivery, name="delivery"),
    path("deliveries/<int:delivery_id>/again/", views.again, name="again"),
    path("<int:hook_id>/", views.hook, name="hook"),
    path("<int:hook_id>/edit/", views.edit, name="edit"),
    path("<int:hook_id>/on/", views.switch_on, name="on"),
    path("<int:hook_id>/off/", views.switch_off, name="off"),
    path("<int:hook_id>/secret/", views.renew, name="secret"),
    path("<int:hook_id>/test/", views.test, name="test"),
    path("<int:hook_id>/again/", views.all_again, name="all_again"),
    path("<int:hook_id>/remove/", views.remove, name="remove"),
]
