"""Addresses of choosing customers."""

from django.urls import path

from kexin.surfaces.web.choosing.views import checklists, everybody, granting, keeping, one

app_name = "choosing"
urlpatterns = [
    path("", everybody.page, name="page"),
    path("customers/", everybody.scores, name="scores"),
    path("score/", everybody.score, name="score"),
    path("grants/", everybody.grants, name="grants"),
    path("customers/<int:customer_id>/", one.show, name="customer"),
    path("customers/<int:customer_id>/score/", one.score, name="score_customer"),
    path("customers/<int:customer_id>/answer/<int:question_id>/", one.answer, name="answer"),
    path("customers/<int:customer_id>/terms/<int:terms_id>/", granting.give, name="give"),
    path("grants/<int:grant_id>/", granting.show, name="grant"),
    path("grants/<int:grant_id>/approve/", granting.approve, name="approve"),
    path("grants/<int:grant_id>/refuse/", granting.refuse, name="refuse"),
    path("grants/<int:grant_id>/end/", granting.end, name="end"),
    path("grants/<int:grant_id>/recheck/", granting.recheck, name="recheck"),
    path("rules/", keeping.rules, name="rules"),
    path("checklists/new/", checklists.new, name="checklist_new"),
    path("checklists/<int:checklist_id>/", checklists.checklist, name="checklist"),
    path("checklists/<int:checklist_id>/draft/", checklists.draft, name="draft"),
    path("versions/<int:version_id>/", checklists.version, name="version"),
    path("versions/<int:version_id>/try/", checklists.try_it, name="try"),
    path("versions/<int:version_id>/publish/", checklists.publish, name="publish"),
    path("versions/<int:version_id>/discard/", checklists.discard, name="discard"),
    path("questions/new/", keeping.question, name="question_new"),
    path("questions/<int:question_id>/", keeping.question, name="question"),
    path("terms/new/", keeping.terms, name="terms_new"),
    path("terms/<int:terms_id>/", keeping.terms, name="terms"),
    path("propositions/new/", keeping.proposition, name="proposition_new"),
    path("propositions/<int:proposition_id>/", keeping.proposition, name="proposition"),
]
