changed, other = run(ids)
p, q = bits(logits[position]), bits(other[position])
for states, logs in [(residuals, p), (changed, q)]:
    print("prediction", length(final(states[-1, position])), -(2**logs * logs).sum())
print("divergence", (2**p * (p - q)).sum())
for id in tokens: print("token", id, logits[position, id], other[position, id], 2 ** p[id], 2 ** q[id])
