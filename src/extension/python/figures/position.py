# How far each pair of a head's dimensions has turned at a position: full turns, and positions for one turn.
import math
position, base, head_size = {{position}}, {{base}}, {{headSize}}
for pair in range(head_size // 2):
    period = 2 * math.pi * base ** (2 * pair / head_size)
    print("pair", pair, position / period, period)
