"""What the lab says."""

TRAIN = "Train a net"
LEAD = (
    "Choose a task, a net and a training; it is really trained, on this computer. "
    "What you leave alone is what the task and the cell suggest, and trains in seconds."
)
GROUPS = {
    "task": ("Task", "What must be learned, and over how long a gap."),
    "network": ("Network", "Which cell, how large, and how its weights begin."),
    "training": ("Training", "How the weights change, and how often they are kept."),
}
"""Sections of the experiment: title and one line of help."""
WITHOUT_MEMORY = {
    "accuracy": "A net without memory reaches {level}.",
    "loss": "A net without memory reaches a loss of {level}.",
}
CELLS = "Cells"
CELLS_HELP = "network.cell: one net for each; take all of them to compare on equal terms"
SEED = "First seed"
SEEDS = "Seeds"
SEEDS_HELP = "How many nets of each cell: one seed is one case, five show the spread"
EACH = "as suggested for each: {values}"
TAKES = "Takes about {time}, up to {memory} of memory, and {disk} on the disk."
NO_CELLS = "Choose at least one cell to train."
TOO_MANY = "These are {count} nets; {most} at once are the limit: choose fewer cells or seeds."
SAME = "{count} of these are under way already: the same choices and seed give the same net."
FILLED = "The form holds the choices of {name}. Change what you like, then train."
RESET = "Back to what is suggested"
COMMAND = "As a command"
COMMAND_LEAD = (
    "The same training from a terminal; on the same machine it gives the same net, to the last bit."
)
UNDER_WAY = "Under way"
PROBE = "State of {name}, step {step}"
PROBE_REACH = "Reach: how far back a word can still move the answer"
LIBRARY = "Library"
EMPTY = (
    "No runs yet. Train one under **Train a net**, or take in a run that somebody sent you with "
    "**Upload a run**. The shipped nets stand on every other page."
)
NONE_FOUND = "No run fits this filter."
FOUND = "{shown} of {all} runs"
ALL = "Runs: {all}"
PICK = "Pick a row by its box to open, rename, change, download or remove the run; pick several to compare them."
DAMAGED = (
    "({count} damaged parts are left out: the disk lost or changed them; what is shown is whole)"
)
REMOVED = "Removed: {names}. For a day it can be had back."
TRASH = "For a day after it was removed a run can be had back:"
UPLOAD = "Upload a run"
UPLOAD_LEAD = "A file that was downloaded here, or written by “engine.save”; up to 64 MB."
UPLOADED = "Taken in: {name}."
CHANGE = "Change and train again"
TOO_LARGE = "This run takes {size} as a file; 64 MB is the limit."
"""Why a run cannot be downloaded."""
AGAIN = "Train it again"
OPEN = "Open in the workbench"
COMPARE = "Compare in Tricks"
COMPARE_MOST = (
    "Two to six runs of one task can be compared; what nets write is looked at one by one."
)
TOO_LARGE_TO_LOOK = "{name}: its snapshots are too large to look into while it trains."
IN_LIBRARY = "  \nKept in the library."
CURVE = "Score at every snapshot over the training steps; dotted: what a net without memory reaches"
NO_SNAPSHOT = "It has no snapshot yet."
NAME = "Name (empty: its cell, task and seed)"
STILL = "{name} is still in training: cancel it first."
