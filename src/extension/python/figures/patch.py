# Text B with a vector of A in its place: the difference of two logits in A, in B, in B patched; and the share of A's.
source = {{source}}
a = {{a}}
b = {{b}}
position, other, start, at, one, two, part, layer, head = {{place}}
{{model}}
{{parts}}
vector, step = None, "read"
def work(given):
    global vector
    values = (given[0] if isinstance(given, tuple) else given)[0]
    if part == "head": values = values.unflatten(-1, (model.config.num_attention_heads, -1))[:, head]
    if step == "read": vector = values[start].clone()
    if step == "write": values[at] = vector
module = ({"residual": [*layers, norm], "feedForward": forward}).get(part, attention)[layer]
if part == "head": module = kept(module, "o_proj", "dense", "c_proj")
if part in ("attention", "feedForward"): module.register_forward_hook(lambda _, __, result: work(result))
else: module.register_forward_pre_hook(lambda _, given, named: work(given or named["hidden_states"]), with_kwargs=True)
difference = lambda ids, index: out(torch.tensor(final(run(ids)[0][-1, index])))[[two, one]].diff().numpy()[0]
A, step = difference(a, position), "none"
B, step = difference(b, other), "write"
print("difference", A, B, C := difference(b, other), (C - B) / (A - B))
