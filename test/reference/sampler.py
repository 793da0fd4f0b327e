"""The steps of llama.cpp's sampler over whole arrays, in float64: a mask and logits go from step to step."""

import numpy as np

names = ["repeatPenalty", "topK", "typical", "topP", "minP", "temperature"]
vocabulary = 64


def softmax(logits, alive):
    powers = np.where(alive, np.exp(logits - logits[alive].max()), 0.0)
    return powers / powers.sum()


def up_to(order, reached):
    """The mask of the entries of an order up to the first that is reached, or of all."""
    mask = np.zeros(vocabulary, bool)
    last = np.argmax(reached) if reached.any() else len(order) - 1
    mask[order[: last + 1]] = True
    return mask


def falling(scores, alive):
    """Ids by falling score; ties go to the lower id."""
    ids = np.flatnonzero(alive)
    return ids[np.lexsort((ids, -scores[ids]))]


def repeatPenalty(logits, alive, value, recent):
    penalised = np.where(logits <= 0, logits * value, logits / value)
    return np.where(np.isin(np.arange(vocabulary), recent), penalised, logits), alive


def topK(logits, alive, value, recent):
    order = falling(logits, alive)
    return logits, alive if value == 0 else up_to(order, np.arange(1, len(order) + 1) >= value)


def typical(logits, alive, value, recent):
    p = softmax(logits, alive)
    surprisal = -np.log(np.where(p > 0, p, 1))
    order = falling(-np.abs(surprisal - (p * surprisal).sum()), alive)
    return logits, alive if value >= 1 else up_to(order, np.cumsum(p[order]) > value)


def topP(logits, alive, value, recent):
    p = softmax(logits, alive)
    order = falling(logits, alive)
    return logits, alive if value >= 1 else up_to(order, np.cumsum(p[order]) >= value)


def minP(logits, alive, value, recent):
    return logits, alive if value == 0 else alive & (logits >= logits[alive].max() + np.log(value))


def temperature(logits, alive, value, recent):
    if value > 0:
        return logits / value, alive
    return logits, up_to(falling(logits, alive), np.ones(1, bool))


chain = {step.__name__: step for step in [repeatPenalty, topK, typical, topP, minP, temperature]}


def sampled(given):
    logits, alive = np.array(given["eighths"]) / 8, np.ones(vocabulary, bool)
    own, stages = softmax(logits, alive), []
    for name in given["sampler"]["order"]:
        logits, alive = chain[name](logits, alive, given["sampler"][name], given["recent"])
        stages.append([int(alive.sum()), own[alive].sum()])
    ids = falling(logits, alive)
    return given | {"stages": stages, "ids": ids, "probabilities": softmax(logits, alive)[ids]}


def samplers():
    random = np.random.default_rng(48)
    share = lambda least: round(float(random.uniform(least, 1)), 3)
    maybe = lambda value, off: value if random.random() < 0.7 else off

    def setting():
        order = random.permutation(names)[: random.integers(1, 7)].tolist()
        return {
            "repeatPenalty": maybe(round(float(random.uniform(0.7, 1.6)), 3), 1),
            "topK": maybe(int(random.integers(1, vocabulary + 9)), 0),
            "typical": maybe(share(0.2), 1),
            "topP": maybe(share(0.3), 1),
            "minP": maybe(round(float(random.uniform(0, 0.3)), 3), 0),
            "temperature": random.choice([0, 0.5, 0.8, 1, 1.7]).item(),
            "order": order if random.random() < 0.5 else names,
        }

    # Few distinct values, so that some logits are equal.
    eighths = lambda: random.normal(0, random.uniform(8, 40), vocabulary).astype(int).tolist()
    return [
        sampled({"eighths": eighths(), "recent": random.integers(0, vocabulary, 12).tolist(), "sampler": setting()})
        for _ in range(200)
    ]
