import Testing

@testable import CNNLanguage

/// The tree of one program, or its errors.
func tree(_ text: String) -> String {
    let result = Parser.parse(SourceText(name: "t", text))
    let errors = result.diagnostics.map { "\($0.error.code.rawValue) \($0.error.message)" }
    return errors.isEmpty ? SyntaxPrinter.print(result.statements) : errors.joined(separator: "; ")
}

@Suite struct ParserExpressionTests {
    @Test func literals() {
        #expect(tree("42") == "42")
        #expect(tree("1_000") == "1000")
        #expect(tree("0xff") == "255")
        #expect(tree("0xFF_FF") == "65535")
        #expect(tree("9223372036854775807") == "9223372036854775807")
        #expect(tree("3.14") == "3.14")
        #expect(tree(".5") == "0.5")
        #expect(tree("5.") == "5.0")
        #expect(tree("1e-3") == "0.001")
        #expect(tree("1e-999") == "0.0")
        #expect(tree("inf") == "inf")
        #expect(tree("nan") == "nan")
        #expect(tree("True") == "True")
        #expect(tree("False") == "False")
        #expect(tree("None") == "None")
        #expect(tree("5x5") == "5x5")
        #expect(tree("32x32x3") == "32x32x3")
        #expect(tree("3x0") == "3x0")
        #expect(tree("0x10") == "16")
    }

    @Test func strings() {
        #expect(tree(#""a\n\t\r\0\\\'\"""#) == "a\n\t\r\0\\'\"".debugDescription)
        #expect(tree(#""\x41\u00e4\U0001F44D""#) == "\"Aä👍\"")
        #expect(tree("'a\"b'") == #""a\"b""#)
        #expect(tree("\"\"\"a\n\"b\"\"\"") == #""a\n\"b""#)
        #expect(tree("'''a'''") == "\"a\"")
        #expect(tree("\"a\\\nb\"") == "\"ab\"")
        #expect(tree("\"\"\"a\r\nb\"\"\"") == #""a\nb""#)
        #expect(tree("\"\"\"\"\"\"") == "\"\"")
        #expect(tree("''") == "\"\"")
    }

    @Test func interpolations() {
        #expect(tree(#"f"loss {loss:.4f}""#) == #"(f "loss " loss:".4f")"#)
        #expect(tree(#"f"{{x}} {x}""#) == #"(f "{x} " x)"#)
        #expect(tree(#"f"{d['k']}{[1, 2][0]:>8}""#) == #"(f ([] d "k") ([] [1 2] 0):">8")"#)
        #expect(tree(#"f"{a != b} {a == b} {a <= b}""#) == #"(f (!= a b) " " (== a b) " " (<= a b))"#)
        #expect(tree(#"f"{f'{a}'} {g({'k': 1})}""#) == #"(f (f a) " " (call g (dict "k":1)))"#)
        #expect(tree(#"f"{if a { 1 } else { 2 }}""#) == "(f (if a {1} else {2}))")
        #expect(tree(#"f"{'\n'.join(xs)}""#) == #"(f (call (. "\n" join) xs))"#)
        #expect(tree("f\"\"\"{\n  x +\n  1}\"\"\"") == "(f (+ x 1))")
        #expect(tree(#"f"""#) == "(f)")
        #expect(tree(#"f"\u00e4\n""#) == #"(f "ä\n")"#)
    }

    @Test func formatsHoldValues() {
        #expect(tree(#"f"{x:{w}}""#) == "(f x:(f w))")
        #expect(tree(#"f"{x:>{w + 1}.{p}f}|""#) == #"(f x:(f ">" (+ w 1) "." p "f") "|")"#)
        #expect(tree(#"f"{x:{w:d}}""#) == #"(f x:(f w:"d"))"#)
        #expect(tree(#"f"{x:{'}'}<{d['w']}}""#) == #"(f x:(f "}" "<" ([] d "w")))"#)
        #expect(tree(#"f"{x:}""#) == #"(f x:"")"#)
    }

    @Test func interpolationSpansPointIntoTheFile() {
        let source = SourceText(name: "t", "x = f\"ab {count + 1}\"")
        let result = Parser.parse(source)
        guard case .assign(_, let value)? = result.statements.first?.kind, case .interpolated(let parts) = value.kind,
            case .value(let sum, nil)? = parts.last
        else {
            Issue.record("no interpolation")
            return
        }
        #expect(source.text(sum.span) == "count + 1")
    }

    @Test func precedence() {
        #expect(tree("1 + 2 * 3") == "(+ 1 (* 2 3))")
        #expect(tree("a - b - c") == "(- (- a b) c)")
        #expect(tree("a / b // c % d @ e") == "(@ (% (// (/ a b) c) d) e)")
        #expect(tree("-2 ** 2") == "(- (** 2 2))")
        #expect(tree("2 ** -1 ** 2") == "(** 2 (- (** 1 2)))")
        #expect(tree("a ** b ** c") == "(** a (** b c))")
        #expect(tree("-a * b") == "(* (- a) b)")
        #expect(tree("- - + a") == "(- (- (+ a)))")
        #expect(tree("not a and b or c") == "(or (and (not a) b) c)")
        #expect(tree("a or b and not c == d") == "(or a (and b (not (== c d))))")
        #expect(tree("not not a") == "(not (not a))")
        #expect(tree("a + b < c * d") == "(< (+ a b) (* c d))")
        #expect(tree("a ~= b + 1e-3") == "(~= a (+ b 0.001))")
        #expect(tree("a in b and c not in d") == "(and (in a b) (not in c d))")
        #expect(tree("(1 < 2) == True") == "(== (< 1 2) True)")
        #expect(tree("a == (not b)") == "(== a (not b))")
        #expect(tree("-x.y[0](1) ** 2") == "(- (** (call ([] (. x y) 0) 1) 2))")
    }

    @Test func pipes() {
        #expect(tree("x |> f(a)") == "(call f x a)")
        #expect(tree("x |> f") == "(call f x)")
        #expect(tree("a + b |> f |> g(1)") == "(call g (call f (+ a b)) 1)")
        #expect(tree("x |> (y -> y + 1)") == "(call (-> (y) (+ y 1)) x)")
        #expect(tree("x |> (f(a))") == "(call (call f a) x)")
        #expect(tree("x |> net.f(a=1)") == "(call (. net f) x a=1)")
        #expect(tree("x |> f(1)(2)") == "(call (call f 1) x 2)")
        #expect(tree("x\n  |> f\n\n  # then\n  |> g") == "(call g (call f x))")
        #expect(tree("f(x |> g, 1)") == "(call f (call g x) 1)")
    }

    @Test func lambdas() {
        #expect(tree("x -> x + 1") == "(-> (x) (+ x 1))")
        #expect(tree("(a, b) -> a * b") == "(-> (a b) (* a b))")
        #expect(tree("() -> 3") == "(-> () 3)")
        #expect(tree("(a) -> a") == "(-> (a) a)")
        #expect(tree("x -> y -> x") == "(-> (x) (-> (y) x))")
        #expect(tree("map(x -> x |> f, xs)") == "(call map (-> (x) (call f x)) xs)")
        #expect(tree("x -> {\"a\": x}") == "(-> (x) (dict \"a\":x))")
        #expect(tree("x -> {}") == "(-> (x) (dict))")
    }

    @Test func listsAndDicts() {
        #expect(tree("[]") == "[]")
        #expect(tree("[1, [2, 3],]") == "[1 [2 3]]")
        #expect(tree("[x * 2 for x in xs if x > 0]") == "(comprehend (* x 2) (x) xs if (> x 0))")
        #expect(tree("[a + b for a, b in zip(p, q)]") == "(comprehend (+ a b) (a b) (call zip p q))")
        #expect(tree("[f(x -> x, y) for y in ys]") == "(comprehend (call f (-> (x) x) y) (y) ys)")
        #expect(tree("x = {}") == "(= x (dict))")
        #expect(tree("{\"a\": 1, \"b\": [2],}") == "(dict \"a\":1 \"b\":[2])")
        #expect(tree("d = {\n  \"a\": 1,\n  \"b\":\n 2\n}") == "(= d (dict \"a\":1 \"b\":2))")
    }

    @Test func callsAndArguments() {
        #expect(tree("f()") == "(call f)")
        #expect(tree("f(1, stride=2, pad=\"same\",)") == "(call f 1 stride=2 pad=\"same\")")
        #expect(tree("f(a == b)") == "(call f (== a b))")
        #expect(tree("digits.train.images") == "(. (. digits train) images)")
        #expect(tree("net.train()") == "(call (. net train))")
        #expect(tree("x.if.model") == "(. (. x if) model)")
    }

    @Test func subscripts() {
        #expect(tree("x[0]") == "([] x 0)")
        #expect(tree("x[-1, i + 1]") == "([] x (- 1) (+ i 1))")
        #expect(tree("x[:]") == "([] x :)")
        #expect(tree("x[1:, :2, 1:2, ::2, 1:2:3, :, ...]") == "([] x 1: :2 1:2 ::2 1:2:3 : ...)")
        #expect(tree("w[:, :, 0, 0]") == "([] w : : 0 0)")
        #expect(tree("x[0][1].y") == "(. ([] ([] x 0) 1) y)")
    }

    @Test func conditionalsAsValues() {
        #expect(tree("y = if a { 1 } else { 2 } + 3") == "(= y (+ (if a {1} else {2}) 3))")
        #expect(
            tree("f(if a { b = 1; b } elif c { 2 } else { 3 })") == "(call f (if a {(= b 1) b} elif c {2} else {3}))")
        #expect(
            tree("[if x > 0 { x } else { 0 } for x in xs if x]") == "(comprehend (if (> x 0) {x} else {0}) (x) xs if x)"
        )
    }

    @Test func gradients() {
        #expect(
            tree("loss, g = gradient(net) { cross_entropy(net(x), y) }")
                == "(= loss g (gradient (net) {(call cross_entropy (call net x) y)}))")
        #expect(tree("gradient(w, b) {\n  l = f(w)\n  l + b\n}") == "(gradient (w b) {(= l (call f w)) (+ l b)})")
        #expect(tree("gradient(w) { {\"a\": 1} }") == "(gradient (w) {(dict \"a\":1)})")
    }

    @Test func training() {
        #expect(tree("train net on data") == "(train net data)")
        #expect(
            tree(
                "h = train net on digits.train, epochs=5,\n  optimizer=sgd(lr=0.1) {\n on epoch { stop() }\n on batch { x } }"
            )
                == "(= h (train net (. digits train) epochs=5 optimizer=(call sgd lr=0.1) on epoch {(call stop)} on batch {x}))"
        )
        #expect(tree("[train a on b, train c on d, epochs=2]") == "[(train a b) (train c d epochs=2)]")
        #expect(tree("train net on data { }") == "(train net data)")
    }

    @Test func lineEnds() {
        #expect(tree("x = (1 +\n  2)") == "(= x (+ 1 2))")
        #expect(tree("y = 1 +\n\n  # more\n  2") == "(= y (+ 1 2))")
        #expect(tree("z = f(1\n  , 2\n)") == "(= z (call f 1 2))")
        #expect(tree("a\n-b") == "a (- b)")
        #expect(tree("f\n(x)") == "(call f) x" || tree("f\n(x)") == "f x")
        #expect(tree("x = a and\n not b") == "(= x (and a (not b)))")
        #expect(tree("x = [\n1\n,\n2\n]") == "(= x [1 2])")
        #expect(tree("x = [a\n(b)]") == "(= x [(call a b)])")
    }
}
