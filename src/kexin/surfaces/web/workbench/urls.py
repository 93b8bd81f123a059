from django.urls import path

from kexin.surfaces.web.workbench import notes, todos, views

app_name = "workbench"
urlpatterns = [
    path("", views.page, name="page"),
    path("appearance/", views.appearance, name="appearance"),
    path("note/", notes.note, name="note"),
    path("note/customers/", notes.find_customers, name="note_customers"),
    path("note/asks/", notes.asks, name="note_asks"),
    path("todos/", todos.table, name="todos"),
    path("todos/new/", todos.new, name="todo_new"),
    path("todos/<int:todo_id>/", todos.change, name="todo"),
    path("todos/<int:todo_id>/finish/", todos.finish, name="todo_finish"),
    path("todos/<int:todo_id>/reopen/", todos.reopen, name="todo_reopen"),
    path("todos/<int:todo_id>/postpone/", todos.postpone, name="todo_postpone"),
    path("todos/<int:todo_id>/reassign/", todos.reassign, name="todo_reassign"),
    path("todos/<int:todo_id>/drop/", todos.drop, name="todo_drop"),
]
