# From one token's vector to another's, straight and along the sphere: size, nearest rows, and the likeliest next tokens.
source = {{source}}
ids, start, end, steps = {{ids}}, {{from}}, {{to}}, {{steps}}
{{model}}
{{words}}
{{measures}}
{{angle}}
embedding = model.get_input_embeddings()
def replace(_, __, result): result[0, -1] = torch.tensor(vector) * getattr(embedding, "embed_scale", 1)
embedding.register_forward_hook(replace)
a, b, turn = E[start], E[end], np.radians(angle(E[start], E[end]))
for t in np.linspace(0, 1, steps):
    straight, size = (1 - t) * a + t * b, (1 - t) * length(a) + t * length(b)
    sphere = np.sin((1 - t) * turn) * a / length(a) + np.sin(t * turn) * b / length(b)
    sphere = size * sphere / np.sin(turn) if abs(np.sin(turn)) > 1e-9 else straight
    for way, vector in [("straight", straight), ("sphere", sphere)]:
        p, dots = 2 ** bits(model(torch.tensor([ids]), use_cache=False).logits[0, -1].numpy()), E @ vector
        cosines = dots / np.maximum(length(E) * length(vector), 1e-300)
        print(way, t, length(vector))
        for name, values, sign in [("euclidean", length(E - vector), 1), ("dot", dots, -1), ("cosine", cosines, -1), ("likeliest", p, -1)]:
            for id in np.argsort(sign * values, kind="stable")[:5]: print(name, id, values[id], text(id))
