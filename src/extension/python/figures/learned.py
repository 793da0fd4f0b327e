# The learned vectors of positions: their sizes; then for one position its angle to the token, and its share of r0.
source = {{source}}
ids = {{ids}}
position = {{position}}
{{model}}
{{measures}}
{{angle}}
vectors, token = body.wpe.weight.numpy(), E[ids[position]]
for index, size in enumerate(length(vectors)):
    print("size", index, size)
p, r0 = vectors[position], vectors[position] + token
print("position", angle(p, token), p @ r0 / (r0 @ r0))
