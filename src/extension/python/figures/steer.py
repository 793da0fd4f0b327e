# The prediction with and without a vector in the residual: size of h, entropy, KL(before || after), logits, probabilities.
source = {{source}}
ids, tokens = {{ids}}, {{tokens}}
how, strength, position, first, places = {{how}}, {{strength}}, {{position}}, {{first}}, {{places}}
{{model}}
{{words}}
{{measures}}
residuals, logits = run(ids)
residual = lambda layer: final(residuals[layer, position])
row = lambda matrix, id: matrix[id]
unit = lambda vector: vector / length(vector)
vector = torch.tensor({{vector}})
print("vector", vector.norm().item())
def change(_, given, named):
    part, toward = (given[0] if given else named["hidden_states"])[0, first : position + 1], vector / vector.norm()
    part += strength * vector if how == "add" else -strength * (part @ toward)[:, None] * toward
for place in places: [*layers, norm][place].register_forward_pre_hook(change, with_kwargs=True)
changed, other = run(ids)
h = final(np.stack([residuals[-1, position], changed[-1, position]]))
(p, q), raw = bits(np.stack([logits[position], other[position]])), out(torch.tensor(h)).numpy()
for vector, logs in zip(h, (p, q)): print("prediction", length(vector), -(2**logs * logs).sum())
print("divergence", (2**p * (p - q)).sum())
for id in tokens: print("token", id, *raw[:, id], 2 ** p[id], 2 ** q[id], text(id))
