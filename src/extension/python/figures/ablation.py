# The prediction with and without a part of a layer: size of h, entropy, KL(before || after), logits and probabilities.
source = {{source}}
ids, tokens = {{ids}}, {{tokens}}
position, part, layer, head, by = {{position}}, {{part}}, {{layer}}, {{head}}, {{by}}
{{model}}
{{words}}
{{measures}}
{{parts}}
def replace(given):
    values = given[0] if isinstance(given, tuple) else given
    if part == "head": values = values.unflatten(-1, (model.config.num_attention_heads, -1))[..., head, :]
    values[:] = values.mean(axis=1, keepdim=True) if by == "mean" else 0
residuals, logits = run(ids)
module = (forward if part == "feedForward" else attention)[layer]
if part != "head": module.register_forward_hook(lambda _, __, result: replace(result))
else: kept(module, "o_proj", "dense", "c_proj").register_forward_pre_hook(lambda _, given: replace(given))
{{after}}
