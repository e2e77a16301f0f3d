"""What the tab on the bottleneck says."""

LEAD = (
    "Without attention, one vector of fixed size is all that the decoder has of the source. Both nets here are the same but for "
    "that, down to the seeds; none of the tested sources was trained."
)
TASK, COUNTED = "Task", "Counted"
FIELDS = {"strings": "whole strings", "symbols": "single symbols"}
SUMMARY = (
    "At a length of {length}: with attention {attending} of {field} right, through one vector {bare}. Median of five seeds, the least "
    "and the most in brackets."
)
BEYOND = "At {length}, which no training had: {attending} and {bare}."
ALL = "{title} over all its lengths, exact strings: with attention {attending}, through one vector {bare}."
STEPS = "Both were trained for {steps} steps."
LONG = "One vector, trained {times} times as long: {reached} of whole strings over all lengths of the training, {seeds} seeds."
SAME_NEWS = (
    "A date says no more when it is written longer, and with more training it fits into one vector."
)
LOOKS = (
    "Where it looks, at length {length}: the largest weight lies on the right source in {looking} of the steps. "
    "Overwritten: {follows} of {count} random overwrites make it write the symbol that it is made to look at."
)
STATES = "The states on either side of the vector have {read} and {write} numbers: a vector larger than they are cannot say more."
TITLES = {"dates": "Dates", "reversal": "Reversal", "phrases": "Phrases"}
TRAIN = "Train them again"
TRAIN_LEAD = "The same net with your choices. It trains here, on this computer; then it stands in both pictures and in the list of nets above."
ATTENTION = "Attention"
NO_ATTENTION = "none: one vector"
VECTOR = "Numbers in the vector"
VECTOR_HELP = "Empty: as many as the decoder has units."
LONGEST = "Longest source"
ENDED = "{net}: {right} of strings right."
FAILED = "{net}: {why}"
MOST_OWN = 4
"""Own nets in the pictures, the newest."""
CUT_OWN = "Of your nets the newest {count} are drawn."
