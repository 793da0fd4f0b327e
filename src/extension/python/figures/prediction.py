# The prediction after a position, each logit as size of h, size of u and cosine; and the rows nearest to h.
source = {{source}}
ids = {{ids}}
position, count = {{position}}, {{count}}
{{model}}
{{words}}
{{measures}}
residuals, logits = run(ids)
h, logs = final(residuals[-1, position]), bits(logits[position])
sizes, dots = length(U), U @ h
print("hidden", length(h), -(2**logs * logs).sum())
for id in np.argsort(-logs, kind="stable")[:count]:
    print("token", id, 2 ** logs[id], logits[position, id], sizes[id], dots[id] / sizes[id] / length(h), text(id))
for name, values in [("euclidean", length(U - h)), ("cosine", -dots / sizes / length(h))]:
    for id in np.argsort(values, kind="stable")[:10]:
        print(name, id, abs(values[id]), text(id))
