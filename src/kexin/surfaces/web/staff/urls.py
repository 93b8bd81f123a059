from django.urls import path

from kexin.surfaces.web.staff import views

app_name = "staff"
urlpatterns = [
    path("", views.people_list, name="list"),
    path("invite/", views.invite, name="invite"),
    path("people/<int:user_id>/", views.person, name="person"),
    path("people/<int:user_id>/link/", views.give_link, name="link"),
    path("people/<int:user_id>/<str:deed>/", views.person_deed, name="deed"),
    path("branches/", views.branches, name="branches"),
    path("branches/new/", views.new_branch, name="new_branch"),
    path("branches/<int:branch_id>/", views.branch, name="branch"),
    path("branches/<int:branch_id>/move/", views.move_branch, name="move_branch"),
    path("branches/<int:branch_id>/coordinates/", views.locate_branch, name="locate_branch"),
    path("branches/<int:branch_id>/active/", views.branch_active, name="branch_active"),
    path("branches/<int:branch_id>/week/", views.week, name="week"),
    path("branches/<int:branch_id>/day/", views.single_day, name="day"),
]
