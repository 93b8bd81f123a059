"""Every write of the lists room."""

from kexin.ground.lists.actions.counting import count_segment, write_history
from kexin.ground.lists.actions.editing import edit_next, forget_edits_of, start_edit
from kexin.ground.lists.actions.tags import TAG_LENGTH, add_tag, give_tags, remove_tag
from kexin.ground.lists.actions.undoing import start_undo, undo_next
from kexin.ground.lists.actions.views import drop_view, keep_columns, mark_segment, save_view

__all__ = [
    "TAG_LENGTH",
    "add_tag",
    "count_segment",
    "drop_view",
    "edit_next",
    "forget_edits_of",
    "give_tags",
    "keep_columns",
    "mark_segment",
    "remove_tag",
    "save_view",
    "start_edit",
    "start_undo",
    "undo_next",
    "write_history",
]
