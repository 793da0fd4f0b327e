# How far each pair of a head's dimensions has turned at a position: full turns, and positions for one turn.
import math
for pair in range(width // 2):
    period = 2 * math.pi * base ** (2 * pair / width)
    print("pair", pair, position / period, period)
