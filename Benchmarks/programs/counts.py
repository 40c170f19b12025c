import sys


def count(n):
    counts = {}
    x = 12345
    for i in range(n):
        x = (x * 1103515245 + 12345) % 2147483648
        key = x % 1000
        if key in counts:
            counts[key] += 1
        else:
            counts[key] = 1
    return counts[7]


for _ in range(int(sys.argv[1])):
    count(20000)
