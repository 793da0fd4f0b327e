state = np.uint32(seed * 0.618033988749895 % 1 * 2**32)
powers = np.cumprod(np.full(2**20, 1664525, np.uint32), dtype=np.uint32)
sums = np.uint32(1013904223) * np.cumsum(np.append(np.uint32(1), powers[:-1]), dtype=np.uint32)
def normals():
    global state
    while True:
        stream = powers * state + sums
        state, pairs = stream[-1], stream.reshape(-1, 2) / 2**31 - 1
        pairs = pairs[(pairs**2).sum(-1) <= 1]
        r = (pairs**2).sum(-1, keepdims=True)
        yield from (pairs[:, ::-1] * np.sqrt(-2 * np.log(r) / r)).ravel()
