"""What the page on tricks says."""

TITLE = "Tricks"
COMPARISON = "Compare"
OWN = "own"
OWN_LABEL = "nets of my choice"
NETS = "Nets"
TOO_FEW = "Choose two to six nets."
OTHER_TASK = "Not shown, because the other nets were trained on another task: {nets}."
UNLIKE = (
    "These nets were trained on sequences of unlike lengths, so no sequence is one for all of them."
)
SIGNAL = "Inside"
NO_SIGNAL = "{nets}: no {signal} in the equation."
COLUMNS = (
    "net",
    "parameters",
    "ms per training step",
    "steps to 95 %",
    "accuracy over seeds",
)
MEASURE = "Measure the time here"
MEASURING = "Training {net} for a second …"
MEASURED = (
    "Milliseconds are the median of up to 60 training steps on this machine, just now, one net after the other; "
    "another training meanwhile makes them longer."
)
OVER_SEEDS = "Median over seeds, the least and the most in brackets. The test is at gap {gap}."
ONE_SEED = "Own nets have one seed each: another seed may turn the result round."
FILM = (
    "All nets have one colour scale, and reach is absolute: how far a change at a word still moves the answer. Reach is "
    "not use: an untrained net has some."
)
