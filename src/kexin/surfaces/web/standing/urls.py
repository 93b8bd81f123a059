from __future__ import annotations

from django.urls import path

from kexin.surfaces.web.standing.views import everybody, overview, ruling

app_name = "standing"

urlpatterns = [
    path("", overview.page, name="page"),
    path("assess/", overview.assess, name="assess"),
    path("customers/", everybody.customers, name="customers"),
    path("runs/", overview.runs, name="runs"),
    path("runs/<int:run_id>/", overview.run, name="run"),
    path("movers/", overview.movers, name="movers"),
    path("moves/<int:move_id>/todo/", overview.next_step, name="next-step"),
    path("rules/", ruling.versions, name="versions"),
    path("rules/new/", ruling.new, name="new"),
    path("rules/<int:rules_id>/", ruling.rules, name="rules"),
    path("rules/<int:rules_id>/simulate/", ruling.simulate, name="simulate"),
    path("rules/<int:rules_id>/affected/", ruling.affected, name="affected"),
    path("rules/<int:rules_id>/looked/", ruling.looked, name="looked"),
    path("rules/<int:rules_id>/apply/", ruling.apply, name="apply"),
    path("rules/<int:rules_id>/discard/", ruling.discard, name="discard"),
]
