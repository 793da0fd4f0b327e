# A head at a position: its weights on the positions before it, and the size of what it adds to the residual.
source = {{source}}
ids = {{ids}}
position, layer, head = {{position}}, {{layer}}, {{head}}
{{model}}
{{words}}
heads = []
product = kept(kept(layers[layer], "self_attn", "attn", "attention"), "o_proj", "dense", "c_proj")
product.register_forward_pre_hook(lambda _, given: heads.append(given[0][0, position].numpy()))
weights = model(torch.tensor([ids]), use_cache=False, output_attentions=True).attentions[layer][0, head, position]
matrix = product.weight.numpy() if "Conv1D" in type(product).__name__ else product.weight.numpy().T
wide = len(heads[0]) // model.config.num_attention_heads
own = slice(head * wide, head * wide + wide)
print("size", np.linalg.norm(heads[0][own] @ matrix[own]))
for other in range(position + 1):
    print("weight", other, weights[other].item(), text(ids[other]))
