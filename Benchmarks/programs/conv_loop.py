# The same on lists of lists, for CPython.
import sys

x = [[(i * 64 + j) * 7 % 13 / 13 - 0.5 for j in range(64)] for i in range(64)]
w = [[(i * 5 + j) * 5 % 11 / 11 - 0.5 for j in range(5)] for i in range(5)]


def convolve(x, w):
    z = [[0.0] * 60 for _ in range(60)]
    for i in range(60):
        for j in range(60):
            s = 0.0
            for k in range(5):
                for l in range(5):
                    s += w[k][l] * x[i + k][j + l]
            z[i][j] = s
    return z


for _ in range(int(sys.argv[1])):
    convolve(x, w)
