# The predictions after a position of text A and one of text B: size of h, entropy, KL(A || B), angle of the two h, tokens.
source = {{source}}
a, position = {{a}}, {{position}}
b, other = {{b}}, {{other}}
tokens = {{tokens}}
{{model}}
{{words}}
{{measures}}
{{angle}}
(ra, la), (rb, lb) = run(a), run(b)
h = final(np.stack([ra[-1, position], rb[-1, other]]))
raw = out(torch.tensor(h)).numpy()
p, q = bits(la[position]), bits(lb[other])
for vector, logs in zip(h, [p, q]): print("prediction", length(vector), -(2**logs * logs).sum())
print("between", (2**p * (p - q)).sum(), angle(*h))
for id in tokens: print("token", id, *raw[:, id], 2 ** p[id], 2 ** q[id], text(id))
