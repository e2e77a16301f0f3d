"""What the tabs on read-outs and on two directions say."""

LEAD = (
    "A review is positive or negative by three words, “good not bad” or “bad not good”, that stand early, late or anywhere among "
    "others. The same plain RNN is read in four ways."
)
ANY_ORDER = "The words without their order tell {bag}, exactly: both verdicts are the same words, so their mean cannot do better."
MIXED = (
    "Read by its last state and trained with the evidence anywhere, the net finds it early too, in {early} (median of five seeds, the "
    "least and the most in brackets)."
)
GATED = "For comparison, one seed of an LSTM read by its last state: {reached}."
LOOK = "One review, four read-outs"
SHOWN = "All four were trained with the evidence early; the median seed of each."
REVIEW = "Review"
DRAWN, OWN = "drawn", "your own"
KINDS = (DRAWN, OWN)
PLACE, TRIAL = "Evidence", "Trial"
WHEN = "Training"
TIMES = {False: "before", True: "after"}
TYPED = "Your own review"
TYPED_AT_FIRST = "we saw a film … and it was good not bad …"
UNASKED = "Without words such as “good not bad” and the question at its end, this review asks nothing, and there is no gradient."
NO_STATES = "The mean of the words reads no state: nothing goes back through the recurrence."

BLANK_LEAD = "“in the village … the old ___ … climbs”: the place stands before the blank, the deed behind it. The answer is asked at the blank itself."
CEILING = (
    "Over five seeds: both directions {both}, forwards only {forwards}. No reader of the words up to the blank can exceed {ceiling}: "
    "that is computed from the task, not measured."
)
SENTENCE = "Sentence"
BLANK_TYPED = "in the village … the old ___ … climbs"
NAMES = {"blank-both": "both directions", "blank-forwards": "forwards only"}
"""Names of the two nets in a picture."""
BLANK_UNASKED = "This sentence has no place before the blank or no deed behind it, so no answer is marked as right."
