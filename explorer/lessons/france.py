"""What the first page says. Results: the shipped runs (``assets/seeds.json``, ``gaps.json``, ``second_act.json``)."""

TITLE = "Why does one net lose the word?"
LEAD = (
    "“I grew up in **France** … I speak fluent ▁▁▁.” Each row is a really trained net. "
    "For a plain RNN the far word is *hard to learn*; gated cells can keep the path open."
)
USE = (
    "Not attention: bright filler only means that the path is open. "
    "Whether a net *uses* the word is shown by swapping it."
)
NEVER_SEEN = (
    "The nets were trained with gaps of {shortest} to {longest} words: this one is new to them."
)
OWN = "Type a sentence; “…” stands for 40 words of filler."
UNKNOWN = "The nets do not know: {words}. Unknown words reach them as zeros."
NOTHING_ASKED = (
    "No word here settles an answer, so reach is measured for the net’s own top answer. "
    "Try “I grew up in Japan …”."
)
NO_ROWS = "Choose at least one net above, under “Rows”."
NO_SWAP = "no swap"
TRAIN = "Train it yourself"
TRAIN_LEAD = (
    "Real training, on this computer, in a process of its own. "
    "Watch it below the form; a net that has ended becomes a row of the [picture above](#rows)."
)
RECOMMENDED = "recommended (LSTM: chrono, others: usual)"
ENDED = "Trained: {nets}; chance is {chance}. Now [in the rows above](#rows)."
NO_CELLS = "Choose at least one cell to train."
WHY = "Distance, gap, and how they learned"

SECOND = "Second act: with attention the word is one step away"
SECOND_LEAD = (
    "The same plain RNN, trained on the same sentences; only its answer also looks back at the states of all words before it. "
    "That path has one step, however far the word lies back."
)
THROUGH = "Path through the recurrence"
AT_ONCE = "Path through attention"
AS_ROW = "Show it as a row above"
ANSWER = "Answer of the RNN with attention"
SWAP = "Swap the word"
STEPS = "{steps} steps"
STEP = "1 step"
ARRIVES = "reach of “{word}”: {reach}"
SURE = "{share} sure"
FOLLOWS = "{followed} of {of}"
FOLLOWING = "other words in its place: the answer follows"
IN_PLACE = "“{word}” in its place: {share} sure"
FARTHER = (
    "Up to gap {whole} the RNN with attention makes no mistake in the test, whatever its seed. But attention has a limit of its own: at gap {far} "
    "it is right in {attending} (median; LSTM {lstm}). The softmax shares its weight among all words, and the country and the next word keep "
    "{weight_far} of it ({weight} at gap 40). Made to look at those two alone, it is right in {only_two} at gap {far}; at all the others, "
    "in {without_two}."
)
NEXT = (
    "In {on_country} of {seeds} seeds most of the weight lies on the country, in the others on the next word, whose state has just read "
    "the country, or on both. Weights say where the net looks; that it uses the word, the swap says."
)
