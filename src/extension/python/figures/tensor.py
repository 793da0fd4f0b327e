# Tensors of the file: count, least, greatest, mean, standard deviation, share of zeros; and the sizes of their rows.
file = {{file}}
names = {{names}}
{{tensors}}
for name in names:
    values = read(name)
    print("tensor", values.size, values.min(), values.max(), values.mean(), values.std(), np.mean(values == 0))
    if values.ndim > 1:
        sizes = np.linalg.norm(values.reshape(-1, values.shape[-1]), axis=1)
        print("rows", len(sizes), sizes.min(), sizes.max(), sizes.mean())
