"""What all pages of the workbench say."""

QUESTIONS = {
    "France": "Why does one net lose the word?",
    "Recurrence": "Which numbers make this number?",
    "Gradients": "How much error arrives, and from which step?",
    "Memory": "What do the gates keep, and what if I change it?",
    "Tricks": "Which change helped, over seeds?",
    "Attention": "What if the path is one step?",
    "Lab": "Will mine learn it?",
}
"""The pages in their order, each with its question."""
STEP = "Training step"
ASKING = "Asking {net} …"
UNKNOWN = "The net does not know: {words}. Unknown words reach it as zeros."
NO_TASK = "It came without a task, and so without answers, loss and training steps."
NEEDS_TASK = "not shown, because a plain module has no task, and so no right answer."
UNDO, RESET = "Undo", "Reset all"
DIRECTION, BOTH = "Direction", "both"
