import sys


def total(n):
    s = 0.0
    for i in range(n):
        s += 0.5
    return s


for _ in range(int(sys.argv[1])):
    total(100000)
