"""What the Attention page says."""

TITLE = "Attention"
NET = "Net"
SOURCE = "Source"
DRAWN, OWN = "drawn", "your own"
SOURCES = (DRAWN, OWN)
LENGTH, EVERY, NEVER_SEEN = "Length", "every length", "{length} · never seen"
LENGTH_HELP = "Of the drawn sources. Never seen: no source of this length was trained."
TRIAL = "Trial"
TYPED = "Your own source"
EMPTY = "Type a source above, for example: {example}"
READS = "Reads"
READ_AS = {0: "what it wrote", 1: "the right words"}
READS_HELP = (
    "At every step the decoder reads the word before. What it wrote: words that are fed back are constants, no gradient goes "
    "through them. The right words: as in training, whatever it wrote."
)
NOT_TOLD = "This source is none of the task, so its right words are not known: the net reads what it wrote."
BEAM = "Beam width"
BEAM_HELP = (
    "Beginnings that are kept while it writes; 1 is greedy, the likeliest word at every step."
)
NO_BEAM = "Told the right words, nothing is searched."

WRITTEN, RIGHT, UNKNOWN = "written", "right", "not known"
WITHOUT, WITH = "without attention", "with attention"
TWIN_STEP, TWIN_SEED = "step {step}", "seed {seed}"
NO_TWIN = "What the same net writes {twin} would stand here: train it in the Lab with the same choices and attention “{choice}”."
MORE = "… {count} more"
LEGEND = "{sign}: wrong word"

NO_ATTENTION = (
    "This net has no attention: all that its decoder has of the source is one vector of {size} numbers. "
    "Choose a net with attention above, or see below what pulls on the source through the recurrence alone."
)
CLICK = "Click a cell: its arithmetic is worked out below. Each row is 1 in all; the words are those of the training step that is shown."
CUT = "Only the first {count} steps of writing are shown."

WORKED = "Arithmetic of one weight: “{written}” (step {time}) looks at “{source}” (place {place})"
TERMS = "Products"
TERM_CHOICES = {0: "none", 3: "largest 3", 6: "largest 6"}
SCORE = "**Score**, {label}: how well the decoder’s state fits what the encoder says of this word"
SOFTMAX = "**Weight**: the score’s share among all places of the source"
BROUGHT = (
    "**What it brings**: its share of the context, and what that adds to the logit of “{word}”"
)

OVERWRITE = "Overwrite"
NOT_PROOF = "Where it looks is not proof of why it writes. The overwrite tests it, on this source: the rest of the row is rescaled to 1 in all, and the net decodes again."
ALL_HERE = "All weight here"
EVENLY = "This row evenly"
WEIGHT = "Weight of “{source}” (place {place}) when step {time} is written"
ROW_RESET = "Reset this row"
NOTHING = "Nothing is overwritten yet: choose a cell above, then give it all the weight."
ONE = "step {time} “{written}”: {weight:.2g} on “{source}” (place {place})"
WHOLE_ROW = "step {time} “{written}”: the whole row"
REMOVE = "Remove this change"
OLD, NEW = "as it is", "overwritten"
CHANGED = "At {changed} of {all} steps another word is written; they are framed."
SAME = "No word changed."
STILL = "Where does each written word look, with weights overwritten?"
OVERWRITTEN_TOLD = "Attention as it is and overwritten, after {step} training steps. Told the right words, the net does not read what it now writes: only overwritten rows differ."
OVERWRITTEN = "Attention as it is and overwritten, after {step} training steps. Rows after the first changed word differ too: the net reads what it now wrote."

TABS = ("What pulls", "The bottleneck", "Read-outs", "Two directions")
PULLS = (
    "How hard each written word pulls on what the encoder says of each word of the source: $\\lVert \\partial m_t / \\partial \\bar h_s \\rVert$, "
    "where m is the margin of the written word. **Direct** is the path of one step, through this word’s own attention; all other paths go "
    "**through the recurrence**. The scale is logarithmic and absolute. Words that are fed back are constants."
)
NO_PULLS = "Shown as soon as there is a net and a source above."
PULLS_STEP = "After {step} training steps."
