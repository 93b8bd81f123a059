from django.urls import path

from kexin.surfaces.web.privacy.views import consent, person, report

app_name = "privacy"
urlpatterns = [
    path("", report.show, name="report"),
    path("export/", report.export, name="export"),
    path("retention/<str:kept>/", report.keep, name="keep"),
    path("purposes/", consent.purposes, name="purposes"),
    path("purposes/new/", consent.add_purpose, name="add_purpose"),
    path("purposes/<int:purpose_id>/", consent.change_purpose, name="purpose"),
    path("erasures/<int:erasure_id>/", person.certificate, name="erasure"),
    path("customers/<int:customer_id>/consents/", consent.consents, name="consents"),
    path("customers/<int:customer_id>/copy/", person.copy, name="copy"),
    path("customers/<int:customer_id>/erase/", person.erase, name="erase"),
    path("contacts/<int:contact_id>/erase/", person.erase_contact, name="erase_contact"),
    path("customers/<int:customer_id>/looks/", person.looks, name="looks"),
]
