"""What the Recurrence page says."""

TITLE = "Recurrence"
SIGNALS = "Signals"
ORDER = "Units"
LIKE, NUMBER = "like beside like", "by number"
ORDERS = (LIKE, NUMBER)
ORDER_HELP = (
    "Like beside like: by how alike their course through this sentence is at the last training step. "
    "The order then stays the same at every training step."
)
NO_SIGNAL = "Choose at least one signal above."
CLICK = "Click a cell: its arithmetic is worked out below. The same weights are used at every step."
WORKED = "Unit {unit} at step {time}, “{word}”{way}, after {step} training steps"
UNIT, TIME, SIGNAL, TERMS = "Unit", "Step of the sentence", "Written out", "Products"
TERM_CHOICES = {0: "none", 3: "largest 3", 6: "largest 6"}
INPUT = {
    "words": "x is the embedding of “{word}”: a one-hot word picks one column of W_x · embedding.",
    "unknown": "The net does not know “{word}”: x is 0.",
    "numbers": "x is what is read at this step.",
    "below": "x is the hidden state of layer {layer} at this step.",
}
START = "This is the first step in this direction: the state before it is the start state, 0."
ANSWER = "The answer, read from the hidden state of the top layer: the likeliest at this step"
POOLED_ANSWER = "The answer, read by {label}: the likeliest at this step"
NUMBER_ANSWER = "The answer, a number, read from the hidden state of the top layer"
ALL = "Every product, the largest first"
ROW = "Row of"
BACKWARD = "Backward: which later answers pull on this unit, and how hard?"
BACKWARD_NOTE = (
    "∂m/∂{symbol} of this unit here: how much the margin m of the right answer at each later step would rise for a "
    "small rise of this number, all paths counted."
)
CODE = "Five lines of PyTorch that make this number"
CODE_NOTE = (
    "Put the run file beside them. They print {value}: the stored weights, the recorded input and the state before "
    "this step, and the cell’s equation by hand. In code, units and steps count from 0."
)
RUN_FILE = "The run file"
NO_CODE = "There is no run file of a module that was brought along: its weights are your own file."
TABS = ("Surprise", "Edit a word", "Weights", "Glossary")
BAD_WORD = "The link’s changed word was not used: it must name a place of this sentence and one word, as in 5.Japan."
SURPRISE, EDIT, WEIGHTS_TAB = TABS[:3]

WEIGHTS = (
    "**{parameters} parameters, whatever the length**: this sentence has T = {length} steps and every one of them uses "
    "the same matrices. So the net also runs on lengths it never saw{gaps}."
)
GAPS = " (its gaps in training were {shortest} to {longest}; choose another one above)"
GATE = "What a word adds to"
PICKED = "Move the cursor above: the framed column is what the word at that step adds there, before anything else."

WORD, NEW = "Word", "becomes"
NO_WORDS = "Trials of this task are drawn, not typed: there is no word to edit. Choose a net that reads sentences."
CHOOSE = "Choose what the word becomes: old and new are then drawn side by side."
SAME = "Choose another word: this one is the same."
OLD, CHANGED = "old", "new"
"""Above the two answers."""
UNKNOWN = "“{word}” is no word that the net knows: it reads zeros there."
SIDE_BY_SIDE = "unit by unit (choose another signal above)"
