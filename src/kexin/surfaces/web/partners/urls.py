"""Addresses of practices and of the directory."""

from django.urls import path

from kexin.surfaces.web.partners.views import directory, kinds, practices, steps

app_name = "partners"
urlpatterns = [
    path("", directory.partners, name="list"),
    path("new/", directory.add, name="new"),
    path("<int:partner_id>/", directory.show, name="partner"),
    path("<int:partner_id>/edit/", directory.change, name="change"),
    path("<int:partner_id>/offices/new/", directory.add_office, name="add_office"),
    path("<int:partner_id>/people/new/", directory.add_contact, name="add_contact"),
    path("offices/<int:office_id>/", directory.change_office, name="change_office"),
    path("offices/<int:office_id>/remove/", directory.remove_office, name="remove_office"),
    path("people/<int:partner_contact_id>/", directory.change_contact, name="change_contact"),
    path("people/<int:partner_contact_id>/remove/", directory.remove_contact, name="remove_contact"),
    path("customers/<int:customer_id>/nearest/", directory.nearest, name="nearest"),
    path("customers/<int:customer_id>/report/", practices.report, name="report"),
    path("practices/", practices.practices, name="practices"),
    path("practices/numbers/", practices.numbers, name="numbers"),
    path("practices/kinds/", kinds.kinds, name="kinds"),
    path("practices/kinds/new/", kinds.add, name="add_kind"),
    path("practices/kinds/<int:practice_kind_id>/", kinds.change, name="change_kind"),
    path("practices/kinds/<int:practice_kind_id>/remove/", kinds.remove, name="remove_kind"),
    path("practices/<int:incident_id>/", practices.show, name="incident"),
    path("practices/<int:incident_id>/examine/", steps.examine, name="examine"),
    path("practices/<int:incident_id>/hear/", steps.hear, name="hear"),
    path("practices/<int:incident_id>/judge/", steps.judge, name="judge"),
    path("practices/<int:incident_id>/answer/", steps.answer, name="answer"),
    path("practices/<int:incident_id>/close/", steps.close, name="close"),
    path("practices/<int:incident_id>/evidence/", steps.add_evidence, name="evidence"),
    path("practices/<int:incident_id>/evidence/remove/", steps.remove_evidence, name="remove_evidence"),
]
