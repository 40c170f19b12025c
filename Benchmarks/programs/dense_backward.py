import sys


def numbers(rows, columns):
    return [[(i * columns + j) * 7 % 13 / 13 - 0.5 for j in range(columns)] for i in range(rows)]


def zeros(rows, columns):
    return [[0.0] * columns for _ in range(rows)]


def backward(x, w, dy):
    dw, db, dx = zeros(40, 20), [0.0] * 20, zeros(16, 40)
    for n in range(16):
        for o in range(20):
            g = dy[n][o]
            db[o] += g
            for i in range(40):
                dw[i][o] += x[n][i] * g
                dx[n][i] += w[i][o] * g
    return dw


x, w, dy = numbers(16, 40), numbers(40, 20), numbers(16, 20)
for _ in range(int(sys.argv[1])):
    backward(x, w, dy)
