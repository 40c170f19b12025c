import sys

x = [[(i * 64 + j) * 7 % 13 / 13 - 0.5 for j in range(64)] for i in range(64)]


def pool(x):
    z = [[0.0] * 32 for _ in range(32)]
    for i in range(32):
        for j in range(32):
            best = x[2 * i][2 * j]
            for k in range(2):
                for l in range(2):
                    value = x[2 * i + k][2 * j + l]
                    if value > best:
                        best = value
            z[i][j] = best
    return z


for _ in range(int(sys.argv[1])):
    pool(x)
