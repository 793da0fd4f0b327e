{{tensors}}
E = read("token_embd.weight")
U = read("output.weight") if "output.weight" in tensors else E
if np.array_equal(E, U): U = E
