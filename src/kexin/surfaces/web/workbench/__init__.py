"""Workbench 工作台: what now. To-dos due, where customers stand, quick notes; also the choice of language and colours."""
