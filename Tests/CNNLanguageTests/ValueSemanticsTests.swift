import Testing

@testable import CNNLanguage

/// Every value but models, optimizers and data sets is copied on assignment, and changing one costs no copy of the
/// whole.
@Suite(.serialized) struct ValueSemanticsTests {
    private func shown(_ program: String) -> String { TestSession().run(program) }

    @Test func methodsChangeOneVariable() {
        #expect(shown("a = [1]\nb = a\nb.append(2)\nprint(a, b)") == "[1] [1, 2]\n")
        #expect(shown("a = [2, 1]\nb = a\na.sort()\nprint(a, b)") == "[1, 2] [2, 1]\n")
        #expect(shown("a = {\"x\": 1}\nb = a\nb.update({\"y\": 2})\nprint(a, b)") == "{'x': 1} {'x': 1, 'y': 2}\n")
    }

    @Test func elementsBelongToOneVariable() {
        #expect(shown("a = [1, 2]\nb = a\nb[0] = 9\nprint(a, b)") == "[1, 2] [9, 2]\n")
        #expect(
            shown("a = zeros(2)\nb = a\na[0] = 1\nb[1] += 2\nprint(a.list(), b.list())") == "[1.0, 0.0] [0.0, 2.0]\n")
        #expect(
            shown("a = [zeros(1)]\nb = a\na[0][0] = 4\nprint(a, b)")
                == "[tensor 1 float32 [4]] [tensor 1 float32 [0]]\n")
    }

    @Test func slicesBelongToOneVariable() {
        #expect(shown("a = [1, 2, 3]\nb = a\nb[:2] = []\nprint(a, b)") == "[1, 2, 3] [3]\n")
        #expect(shown("a = [1, 2]\na[1:] = a\nprint(a)") == "[1, 1, 2]\n")
        #expect(shown("a = [1, 2]\nexpect error { a[::2] = [1, 2] }\nexpect error { a[:1] = 3 }\na") == "[1, 2]\n")
        #expect(shown("s = \"a\"\nt = s\nt += \"b\"\nt += t\nprint(s, t)") == "a abab\n")
        #expect(shown("c = \"xyz\"[0]\nc += \"b\"\nprint(c, \"xyz\"[0], len(c))") == "xb x 2\n")
    }

    @Test func pathsReachIntoNestedValues() {
        let program = "d = {\"x\": [1], \"y\": {\"z\": [0]}}\ne = d\n"
        #expect(
            shown(program + "e[\"x\"].append(2)\ne[\"y\"][\"z\"].append(9)\nprint(d)\nprint(e)")
                == "{'x': [1], 'y': {'z': [0]}}\n{'x': [1, 2], 'y': {'z': [0, 9]}}\n")
        #expect(shown(program + "d[\"y\"][\"z\"][0] = 5\nprint(d[\"y\"], e[\"y\"])") == "{'z': [5]} {'z': [0]}\n")
        #expect(shown("m = [[1, 2], [3]]\nprint(m[0].pop(), m[1].index(3), m)") == "2 0 [[1], [3]]\n")
    }

    @Test func anErrorLeavesTheValueWhole() {
        #expect(
            shown("m = [[1], [2]]\nexpect error { m[1].pop(5) }\nexpect error { m[5].append(1) }\nm") == "[[1], [2]]\n")
        #expect(
            shown("d = {\"a\": [1]}\nexpect error { d[\"a\"].remove(7) }\nexpect error { d[\"b\"].append(1) }\nd")
                == "{'a': [1]}\n")
        #expect(shown("xs = [1, \"a\"]\nexpect error { xs.sort() }\nxs") == "[1, 'a']\n")
    }

    @Test func aFunctionChangesItsOwn() {
        #expect(shown("def f(xs) { xs.append(1); return xs }\na = [0]\nprint(f(a), a)") == "[0, 1] [0]\n")
        #expect(TestSession().code("a = []\ndef f() { a.append(1) }\nf()") == .misplacedStatement)
        #expect(TestSession().code("d = {\"a\": []}\ndef f() { d[\"a\"].append(1) }\nf()") == .misplacedStatement)
        #expect(shown("d = {\"a\": [7]}\ndef f() { return d[\"a\"].index(7) }\nf()") == "0\n")
    }

    /// Where a reference too many makes every write copy the whole, these take hours.
    @Test(
        .timeLimit(.minutes(2)),
        arguments: [
            "xs = []\nfor i in range(200000) { xs.append(i) }\nlen(xs)",
            "xs = [0] * 200000\nfor i in range(200000) { xs[i] = i }\nlen(xs)",
            "d = {\"a\": []}\nfor i in range(200000) { d[\"a\"].append(i) }\nlen(d[\"a\"])",
            "m = [[0] * 200000]\nfor i in range(200000) { m[0][i] = i }\nlen(m[0])",
            "d = {}\nfor i in range(200000) { d[i] = i }\nfor i in range(200000) { d[i] += 1 }\nlen(d)",
            "m = [0] * 200000\nfor i in range(200000) { m[i:i + 1] = [i] }\nlen(m)",
            "s = \"\"\nfor i in range(200000) { s += \"x\"; if len(s) != i + 1 { print(i) } }\nlen(s)",
            "s = \"ab\" * 100000\nn = 0\nfor i in range(200000) { if s[i] != \"c\" { n += 1 } }\nn",
            "s = \"a\\u00e4\" * 100000\nn = 0\nfor i in range(200000) { if s[i] != \"c\" { n += 1 } }\nn",
            "x = zeros(200000)\nfor i in range(200000) { x[i] = i }\nlen(x)",
            "x = zeros(200x1000x1)\nfor i in range(200) { for j in range(1000) { x[i, j, 0] = 1 } }\nx.size",
        ])
    func changesInPlace(_ program: String) {
        #expect(shown(program) == "200000\n")
    }

    @Test func aDictInLongUseDoesNotGrow() throws {
        let dictionary = DictionaryObject()
        for number in 0..<10_000 {
            try dictionary.insert(.int(number), for: .int(number))
            if number > 0 { #expect(dictionary.remove(.int(number - 1))?.integer == number - 1) }
        }
        #expect(dictionary.count == 1 && dictionary.keys.count < 100)
        #expect(dictionary[.int(9_999)]?.integer == 9_999)
    }

    @Test func keysThatAreEqualAreOne() {
        let equal: [[DictionaryKey]] = [
            [.int(1), .float(1), .float32(1)], [.int(0), .float(-0.0), .float32(0)], [.float(0.5), .float32(0.5)],
            [.float(.nan), .float32(.nan), .float(-.nan)], [.float(.infinity), .float32(.infinity)],
            [.bool(true)], [.bool(false)], [.none], [.string("\u{E9}")], [.string("e\u{301}")], [.string("1")],
            [.float(0.1)], [.float32(0.1)], [.int(.max)], [.float(0x1p63)], [.int(1 << 53 + 1)], [.float(0x1p53)],
        ]
        for (i, first) in equal.enumerated() {
            for (j, second) in equal.enumerated() {
                for a in first {
                    for b in second {
                        #expect((a == b) == (i == j), "\(a) \(b)")
                        #expect(a.hash32 == b.hash32 || i != j, "\(a) \(b)")
                    }
                }
            }
        }
    }

    @Test func deeplyNestedValuesAreFreed() {
        let list = "x = [1]\nfor i in range(300000) { x = [x] }\nx = 0\n"
        let dict = "d = {}\nfor i in range(300000) { d = {\"a\": d} }\nd = 0\n"
        let closure =
            "def f() { g = x -> x; for i in range(100000) { h = g; g = x -> h(x) }; return g }\ng = f()\ng = 0\n"
        #expect(shown(list + dict + closure + "print(1)") == "1\n")
        #expect(
            TestSession().code("x = [1]\ny = [1]\nfor i in range(5000) { x = [x]; y = [y] }\nx == y") == .callTooDeep)
    }
}
