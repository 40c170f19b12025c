import sys


def product(a, b, n):
    c = [[0.0] * n for _ in range(n)]
    for i in range(n):
        for j in range(n):
            total = 0.0
            for k in range(n):
                total += a[i][k] * b[k][j]
            c[i][j] = total
    return c


a = [[0.5 * i + j for j in range(40)] for i in range(40)]
for _ in range(int(sys.argv[1])):
    product(a, a, 40)
