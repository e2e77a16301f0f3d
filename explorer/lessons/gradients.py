"""What the page about gradients says. Results: the shipped runs and comparisons, and their tests."""

CREDIT, STEPS, SHARES, EXPLODING, TRUNCATED = TABS = (
    "Credit",
    "Step Jacobians",
    "Shares",
    "Exploding",
    "Truncated",
)

OF = "Answer’s"
OFS = {"reach": "margin", "loss_gradient": "loss"}
OF_HELP = (
    "The margin is what still moves the answer. The loss is what training feels: its gradient is the margin’s, times how wrong "
    "the net is, and so goes dark once the net is right."
)
STATE = "State"
CLICK = "Drag the handle to scrub through training; click a cell to read its row and its column below. The scale is absolute. "
BLANK = "Blank: a later state cannot move an earlier answer."
BOTH_BLANK = "Hatched is less than 1e-8: in the top layer the answers take the past from forwards and the future from backwards."
TOP_ANSWER = (
    "Where nothing is asked, a row is about the net’s own top answer at that step; only asked steps teach. "
    "Credit is not use: an untrained net has credit too. One training, one sentence."
)
OUTPUTS = (
    "This module came without a task, so there is no right answer: Σh is the sum of its outputs, the hidden states of the "
    "top layer, at one step. What moves that sum need not be of use to anybody."
)
NUMBERS = (
    "This task asks for a number, and only at asked steps there is one: the other rows are blank."
)
LEFT_OUT = "{left_out} of {all} snapshots are left out, evenly, so that the picture is there in two seconds."
AS_TRAINED = "cut every {window} steps, as in training"

STEP_LEAD = (
    "∂L/∂state walks back through one factor per step, A = ∂state(t) / ∂state(t−1); backwards the state before it is that of t+1. "
    "**All singular values below 1 force it to vanish; above 1 only permits it to explode.**"
)
ONLY_RECURRENCE = (
    "Only the path through this layer’s own recurrence; credit counts all paths. "
    "Norms of products are not use: what passes may be of no use to the answer."
)
ONE_WAY = "The {cell} has one state, so there is one way back. Choose an LSTM above to see two."
PLANES = "Eigenvalues, with the unit circle"
INSIDE_GATES = (
    "W_hh of a gated cell stands inside its gates, so its eigenvalues do not say how the state is carried: "
    "the Jacobians do."
)

SHARE_LEAD = (
    "All steps use the same weights, and their gradient is the sum over the steps: ∂L/∂W = Σ share(t). "
    "Where the error shrinks on its way back, near steps have the say: **the bias to the short term**."
)
MATRIX = "Weights"
MATRICES = {"weight_hh": "W_hh, recurrent", "weight_ih": "W_xh, input"}
NEAREST = "the last {near} steps hold **{share}** of the norms ({state})"
NORMS = "Shares are matrices and may cancel each other, so their norms do not add up to the norm of the gradient."

EXPLODE_LEAD = (
    "The same net, seed and batches, with and without the clip. Without it, in this seed, a few gradients are so large "
    "that the weights are thrown out of all bounds, and nothing more is learned."
)
NO_CLIP, WITH_CLIP = "without a clip", "with the clip at {clip:g}"
ENDED = "diverged"
FINISHED = "Ended after {steps} steps, with {accuracy} of the tests right."
BROKE = "Broke off at training step {steps}: the loss or its gradient was out of all bounds."
NO_CURE_TITLE = "Clipping does not cure vanishing"
NO_CURE = (
    "A clip makes long gradients shorter; it makes none longer. With it or without it, the error from the blank hardly "
    "arrives in the RNN at the word of 40 words ago; in the LSTM it does, and hardly a step needs the clip."
)
OWN = "The net chosen above"
NO_NORMS = "This net came without its training, so there are no norms to show."
TABLE_CLIP = (
    "Net",
    "training steps that were clipped",
    "reach of the word, before training",
    "after",
    "right at gap 40, 5 seeds",
)

CUT_LEAD = (
    "Truncated back-propagation carries the state on, but cuts the gradient every k steps: the net still *remembers* across a "
    "cut, but no error walks back over it."
)
WINDOW = "Window k, in steps"
WHOLE = "no cut"
CUT_NOTE = (
    "Left: what the losses could teach every step, with this window; nothing passes a cut. Right: what the weights get of "
    "it. The pictures cut this net’s gradient now, whatever it was trained with."
)
LEARNED = "What nets learn that were trained with a window (word 40 words back)"
WHY_LEARNED = (
    "They were trained with gaps of 20 to 40 words. A window of 30 steps still holds the shortest of these sentences whole "
    "(29 steps), and what is learned there serves the longer ones; a window of 10 holds none."
)
TABLE_WINDOW = ("Trained with", "right at gap 40, by seed")
BOTH_WAYS = "This net reads both ways, and a net that does is not trained with a window."
NOT_YET = "The prepared runs are not there, or cannot be read."
NEEDS = {
    SHARES: "Shares of the weights’ gradient",
    TRUNCATED: "The cut in the gradient of the loss",
}
