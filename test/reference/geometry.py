"""Vectors beside the rows of the vocabulary: sizes, angles and nearest rows."""
import numpy as np


def size(x):
    return np.linalg.norm(x, axis=-1)


def angle(a, b):
    """Degrees."""
    return np.degrees(np.arccos(np.clip((a * b).sum(-1) / (size(a) * size(b)), -1, 1)))


def first(values, count):
    """Indices of the smallest values; the lower index comes first among equals."""
    return np.argsort(values, kind="stable")[:count]


def percentile(sizes, own):
    """The share of the vocabulary that is smaller, in percent."""
    return 100 * (sizes < own).mean()


def neighbours(query, rows, tokens, count=10):
    distances = size(rows - query)
    dots = rows @ query
    cosines = dots / (size(rows) * size(query))
    listed = lambda values, ids: [{"id": id, "token": tokens[id], "value": values[id]} for id in ids.tolist()]
    return {
        "euclidean": listed(distances, first(distances, count)),
        "dot": listed(dots, first(-dots, count)),
        "cosine": listed(cosines, first(-cosines, count)),
    }


def round_trip_misses(queries, rows, step=256):
    """How many queries are nearest to another row than their own, by metric."""
    sizes = size(rows)
    misses = {"euclidean": 0, "dot": 0, "cosine": 0}
    for start in range(0, len(queries), step):
        dots = queries[start : start + step] @ rows.T
        own = np.arange(start, start + len(dots))
        for metric, scores in (("euclidean", 2 * dots - sizes**2), ("dot", dots), ("cosine", dots / sizes)):
            misses[metric] += int((scores.argmax(1) != own).sum())
    return misses
