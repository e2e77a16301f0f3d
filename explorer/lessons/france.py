"""What the first page says. Results: the shipped runs (``assets/seeds.json``, ``assets/gaps.json``)."""

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
