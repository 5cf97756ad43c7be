"""Officers and reviewers: tasks, findings, review."""
