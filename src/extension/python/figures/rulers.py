# The nearest rows to a token by each metric, and the share that two lists have in common: for it, and for a sample.
file = {{file}}
id, k, sample, one_length = {{id}}, {{k}}, {{sample}}, {{oneLength}}
{{geometry}}
{{words}}
rows = E / np.linalg.norm(E, axis=1, keepdims=True) if one_length else E
sizes = np.linalg.norm(rows, axis=1)
def lists(id):
    dots = rows @ rows[id]
    scores = {"euclidean": sizes**2 - 2 * dots, "dot": -dots, "cosine": -dots / np.maximum(sizes, 1e-300)}
    return {name: [int(i) for i in np.argsort(score, kind="stable")[:k]] for name, score in scores.items()}
def overlap(found):
    pairs = [("euclidean", "dot"), ("euclidean", "cosine"), ("dot", "cosine")]
    return [len(set(found[a]) & set(found[b])) / k for a, b in pairs]
own = lists(id)
for name, ids in own.items():
    for other in ids: print(name, other, text(other))
print("overlap", *overlap(own))
if sample: print("sample", *np.mean([overlap(lists(one)) for one in {{spaced}}], axis=0))
