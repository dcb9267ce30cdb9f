"""What stands over the desk for a moment: a form, a choice, a page to read, a question."""
