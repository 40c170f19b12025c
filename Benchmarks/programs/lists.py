import sys


def total(n):
    xs = []
    for i in range(n):
        xs.append(i)
    s = 0
    for x in xs:
        s += x
    return s


for _ in range(int(sys.argv[1])):
    total(100000)
