from glob import escape, glob
import numpy as np
from gguf import GGUFReader  # pip install numpy gguf
from gguf.quants import dequantize
parts = sorted(glob(escape(file).replace("-00001-of-", "-?????-of-")))
tensors = {tensor.name: tensor for part in parts for tensor in GGUFReader(part).tensors}
read = lambda name: dequantize(tensors[name].data, tensors[name].tensor_type).astype(np.float64)
