"""Addresses of who looks after whom."""

from django.urls import path

from kexin.surfaces.web.ownership.views import covers, handover, one, pool, ruling

app_name = "ownership"
urlpatterns = [
    path("", pool.pool, name="pool"),
    path("pool/<int:stay_id>/", pool.show, name="stay"),
    path("pool/<int:stay_id>/claim/", pool.claim, name="claim"),
    path("pool/<int:stay_id>/assign/", pool.assign, name="assign"),
    path("numbers/", pool.numbers, name="numbers"),
    path("preview/", ruling.preview, name="preview"),
    path("rules/", ruling.rules, name="rules"),
    path("rules/limits/", ruling.limits, name="limits"),
    path("rules/<int:tier_rule_id>/", ruling.rule, name="rule"),
    path("customers/<int:customer_id>/release/", one.release, name="release"),
    path("customers/<int:customer_id>/hold/", one.hold, name="hold"),
    path("customers/<int:customer_id>/lift/", one.lift, name="lift"),
    path("customers/<int:customer_id>/team/", one.join, name="join"),
    path("team/<int:member_id>/leave/", one.leave, name="leave"),
    path("covers/", covers.covers, name="covers"),
    path("covers/new/", covers.name, name="cover_new"),
    path("covers/<int:cover_id>/end/", covers.end, name="cover_end"),
    path("handover/", handover.everything, name="handover"),
]
