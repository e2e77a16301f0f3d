"""What the page about memory says. Results: the shipped runs, with the tests of `exchanges` and `retention`."""

CONVENTION = {
    "lstm": (
        "The forget gate f multiplies the *old* memory; the input gate i, *store* in the notes, lets the candidate g in. "
        "*Update* is the notes’ word for this line, the step that writes c: what it adds, i · g, is the panel “update”."
    ),
    "gru": (
        "In this net z multiplies the *old* state: z = 1 keeps. The notes write the opposite role, "
        "h = (1 − z) · old + z · new; the picture shows the equation that runs, PyTorch’s."
    ),
}
NO_GATES = (
    "The {cell} has no gates: at every step the matrix writes the whole hidden state anew. "
    "That is why it is *hard to learn* for it to keep a word. Choose an LSTM or GRU above to see gates."
)
NONE_SHUT = "The {cell} has no gates that could be open or shut."
NONE_KEEPS = "The {cell} has no gate that keeps its state: the matrix writes it anew at every step."
USE = (
    "Move over a cell for its value; drag the lower handle through training and watch the net learn. "
    "The pictures below are of the same training step."
)
TABS = ("Saturation", "What is left", "Slopes", "Change it", "Exchange")
CHANGE, EXCHANGE = TABS[3], TABS[4]
ONE_PATH = (
    "Only the path straight through the gate: what the matrix carries along is not counted here, "
    "and is in the reach on the page about gradients."
)
LEFT = (
    "**{looks:g} looks open; over {gap} words {left} is left.** Here {keeping} of {units} units keep more than half; "
    "the unit in the middle has a half-life of {median}."
)
FACTORS = "One training, one seed, one sentence. A small slope is not an error: it only lets little of the error through."

LEAD = "Change what happens inside, and see what it does to the answer. Nothing is trained again: the weights stay the same."
KIND = "Change"
KINDS = {
    "hold": "Hold a gate",
    "silence": "Silence units",
    "erase": "Erase the memory",
    "put": "Put in another memory",
}
SIGNAL, VALUE = "Signal", "Value"
UNITS, STEPS, STEP = "Units", "Steps", "At the word"
ALL = "all; or 1, 5-8"
SOURCE, PART = "Memory of", "Part"
WHOLE = "whole state"
ALONE = "{state} alone"
ADD, REMOVE = "Add this change", "Remove"
EXAMPLES = {
    "hold": "Hold the {gate} at 0.9",
    "erase": "Erase the memory half-way",
    "put": "Put in the memory of {other} half-way",
}
NOTHING = "Nothing is changed yet. Add a change, or try one of the examples."
TWO_NEEDED = (
    "A memory to put in comes from a second sentence: choose the far or the near sentence above."
)
OUTCOME = "#### {before} {was} → {after} {now}"
MARGINS = "\n\nMargin of the right answer: **{was} → {now}** nats; above 0 it has more than half of the probability."
SIGNAL_SHOWN = "Signal, before and after"

MAP_LEAD = (
    "At each word, once, part of the memory of one sentence is put into the other. Both sentences go on with the same "
    "words, so with the *whole* state the answer has to follow; the question is how little of it is enough."
)
MAP_LEAD_DRAWN = (
    "At each step, once, part of the memory of one trial is put into another, which goes on with its own filler. "
    "The question is how little of it is enough for the answer to follow."
)
GROUPS = {"most": "units that differ most", "blocks": "units by number"}
GROUPS_LABEL = "Which units"
FROM = "Put the memory of"
FLIPS = "Enough to turn {target} into {source} in the middle of the gap: **{few}**."
NEVER = "In the middle of the gap no part of the memory, nor all of it, makes {source} the answer."
ALREADY = "This net answers {source} already, without any exchange: it has not learned the sentence, and nothing can flip."
ALL_PAIRS = "All pairs of sentences, at mid-gap"
TABLE_NOTE = "At step {time}, {pairs} ordered pairs; one training each."
TABLE_NOTE_CELL = "Exchanging c also changes h at that step, as h = o · tanh(c)."
TABLE_NOTE_FAR = "The shipped nets that only guess the far sentence say the same whatever memory they get: chance is 11 of 132."
