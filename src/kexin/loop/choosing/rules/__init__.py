"""Pure decisions: what a score is and how far it can still move, what a checklist may say, whether conditions hold."""
