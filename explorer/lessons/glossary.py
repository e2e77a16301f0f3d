"""The recurrence in the three notations of the notes, and how PyTorch calls the same things."""

NOTATIONS = r"""
**One recurrence, three ways to write it.** All three are the same arithmetic; the pictures here use the first.

| | one matrix for each arrow | three letters | one matrix for both |
|---|---|---|---|
| new state | $h_t = \tanh(W_{xh} x_t + W_{hh} h_{t-1} + b)$ | $h_t = \tanh(U x_t + W h_{t-1} + b)$ | $h_t = \tanh(W \cdot [h_{t-1}, x_t] + b)$ |
| answer | $y_t = \mathrm{softmax}(W_{hy} h_t + b_y)$ | $y_t = \mathrm{softmax}(V h_t + c)$ | $y_t = \mathrm{softmax}(V h_t + c)$ |
| input → state | $W_{xh}$ | $U$ | the right columns of $W$ |
| state → state | $W_{hh}$ | $W$ | the left columns of $W$ |
| state → answer | $W_{hy}$ | $V$ | $V$ |

**In PyTorch** every cell keeps two matrices and *two* biases, whose sum is the b of the notes. Layer 0 is `_l0`, the
second direction `_reverse`.

| here | PyTorch | shape | rows |
|---|---|---|---|
| $W_{x\cdot}$ | `weight_ih_l0` | gates · units × inputs | one block for each gate |
| $W_{h\cdot}$ | `weight_hh_l0` | gates · units × units | in the same order |
| $b_{x\cdot}$, $b_{h\cdot}$ | `bias_ih_l0`, `bias_hh_l0` | gates · units | added to each other (but see $n$ of the GRU) |
| $W_{hy}$, $b_y$ | `readout.weight`, `readout.bias` | answers × units | one row for each answer |

**Order of the blocks.** LSTM: $i, f, g, o$. GRU: $r, z, n$. RNN: one block.

**LSTM, in the words of the notes.** *Forget* is $f$, *store* (input gate) is $i$, the *candidate* is $g$, *output* is
$o$; *update* is not a gate but the line that writes $c_t = f_t \cdot c_{t-1} + i_t \cdot g_t$.

**GRU, where the notes and PyTorch part.** The notes write $h_t = (1-z_t)\, h_{t-1} + z_t\, \tilde h_t$; PyTorch
(and every picture here) writes $h_t = (1-z_t)\, n_t + z_t\, h_{t-1}$: **$z = 1$ keeps the old state**. The notes
let the reset gate act before the matrix, $W (r_t \cdot h_{t-1})$; here it acts after it and after a bias of its own,
$r_t \cdot (W_{hn} h_{t-1} + b_{hn})$.

**One-hot and embedding.** A word is a one-hot vector, and a matrix times a one-hot vector is one of its columns. With
an embedding $E$ the column that word $k$ picks is that of $W_{xh} E$.
"""
