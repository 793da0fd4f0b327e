# Each token of a text: the size of its vector, the size of h, the entropy after it, and its own surprisal (bits).
source = {{source}}
ids = {{ids}}
first = {{first}}
{{model}}
{{words}}
{{measures}}
residuals, logits = run(ids)
logs = bits(logits)
entropy = -(2**logs * logs).sum(-1)
for i in range(first, len(ids)):
    surprisal = -logs[i - 1, ids[i]] if i > 0 else np.nan
    print("token", ids[i], length(E[ids[i]]), length(final(residuals[-1, i])), entropy[i], surprisal, text(ids[i]))
