# Two texts, A and B: the surprisal and entropy of B's tokens, and the angles between the h and residuals that correspond.
source = {{source}}
a = {{a}}
b = {{b}}
pairs = {{pairs}}
{{model}}
{{words}}
{{measures}}
{{angle}}
(ra, _), (rb, logits) = run(a), run(b)
logs = bits(logits)
for i in range(len(b)):
    print("token", b[i], -(2 ** logs[i] * logs[i]).sum(), -logs[i - 1, b[i]] if i > 0 else np.nan, text(b[i]))
i, j = np.array(pairs).T
for pair, degrees in zip(pairs, angle(final(ra[-1, i]), final(rb[-1, j]))): print("pair", *pair, degrees)
for layer in range(len(ra)): print("layer", layer, *angle(ra[layer, i], rb[layer, j]))
