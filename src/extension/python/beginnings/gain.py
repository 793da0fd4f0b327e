gain = read("output_norm.weight")
