import sys


def build(n):
    text = ""
    for i in range(n):
        text += str(i) + ","
    return len(text)


for _ in range(int(sys.argv[1])):
    build(10000)
