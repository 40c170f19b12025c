import Testing

@testable import CNNLanguage

@Suite struct ParserStatementTests {
    @Test func expressionsAndSilence() {
        #expect(tree("x") == "x")
        #expect(tree("x;") == "(silent x)")
        #expect(tree("x; y") == "(silent x) y")
        #expect(tree(";;x;;") == "(silent x)")
        #expect(tree("f(x) # shown") == "(call f x)")
    }

    @Test func assignments() {
        #expect(tree("x = 3") == "(= x 3)")
        #expect(tree("a, b = [b, a]") == "(= a b [b a])")
        #expect(tree("a,\nb = f()") == "(= a b (call f))")
        #expect(tree("x[0, 1:2] = y") == "(= ([] x 0 1:2) y)")
        #expect(tree("net.conv1.weight = w") == "(= (. (. net conv1) weight) w)")
        #expect(tree("d[\"a\"], x.y, z = v") == "(= ([] d \"a\") (. x y) z v)")
        #expect(tree("x += 1; x -= 2; x *= 3; x /= 4") == "(+= x 1) (-= x 2) (*= x 3) (/= x 4)")
        #expect(tree("x[i] += a * b") == "(+= ([] x i) (* a b))")
    }

    @Test func conditionals() {
        #expect(tree("if a < 1 { b }") == "(if (< a 1) {b})")
        #expect(
            tree("if a { b } elif c { d } elif e { f } else { g; h }")
                == "(if a {b} elif c {d} elif e {f} else {(silent g) h})")
        #expect(tree("if a {\n b\n}\nelif c {\n d\n}\n\nelse {\n e\n}") == "(if a {b} elif c {d} else {e})")
        #expect(tree("if a { }") == "(if a {})")
        #expect(tree("if x { if y { z } else { w } }") == "(if x {(if y {z} else {w})})")
        #expect(tree("if {\"a\": 1} == d { x }") == "(if (== (dict \"a\":1) d) {x})")
    }

    @Test func loops() {
        #expect(tree("for x in xs { x }") == "(for (x) xs {x})")
        #expect(
            tree("for i, x in enumerate(xs) { continue; break }")
                == "(for (i x) (call enumerate xs) {(continue) (break)})")
        #expect(tree("while x > 0 { x -= 1 }") == "(while (> x 0) {(-= x 1)})")
        #expect(tree("for k in {\"a\": 1} { k }") == "(for (k) (dict \"a\":1) {k})")
    }

    @Test func functions() {
        #expect(tree("def f() { }") == "(def f () {})")
        #expect(tree("def f(x, y=2) { return x + y }") == "(def f (x y=2) {(return (+ x y))})")
        #expect(
            tree("def f(x: [N, H, _, 3], w: [5]=z) -> [N, 10] {\n return\n}")
                == "(def f (x:[N H _ 3] w:[5]=z) -> [N 10] {(return)})")
        #expect(tree("def f(a,\n  b) { def g(c) { return a } }") == "(def f (a b) {(def g (c) {(return a)})})")
        #expect(tree("return\nx") == "(return) x")
    }

    @Test func imports() {
        #expect(tree("import filters") == "(import filters)")
        #expect(tree("import numpy as np") == "(import numpy as np)")
        #expect(tree("import \"a/b.cnnbook\" as q") == "(import \"a/b.cnnbook\" as q)")
    }

    @Test func expectations() {
        #expect(tree("expect x") == "(expect x)")
        #expect(tree("expect a == b within 1e-3, \"close\"") == "(expect (== a b) within 0.001 \"close\")")
        #expect(tree("expect a >= 0.5, f\"got {a}\"") == "(expect (>= a 0.5) (f \"got \" a))")
        #expect(tree("expect error { f(x) }") == "(expect-error _ {(call f x)})")
        #expect(tree("expect error E0301 { f(x) }, \"fits\"") == "(expect-error E0301 {(call f x)} \"fits\")")
        #expect(tree("expect error(\"x\") == 3") == "(expect (== (call error \"x\") 3))")
        #expect(tree("expect error == 3") == "(expect (== error 3))")
    }

    @Test func contextualWordsAreNamesElsewhere() {
        #expect(tree("repeat = 3; within = 2; error(\"x\")") == "(= repeat 3) (= within 2) (call error \"x\")")
        #expect(tree("repeat(3) + within") == "(+ (call repeat 3) within)")
    }

    @Test func notebookMarkersAreComments() {
        #expect(tree("# ---\n# title: x\n# ---\n\n# %% id=a\nx = 1\n#> 1\n# %% [markdown]\n# # Title\n") == "(= x 1)")
    }

    @Test func carriageReturns() {
        #expect(tree("x = 3\r\nif x {\r\n  y\r\n}\r\nelse { z }\r\n") == "(= x 3) (if x {y} else {z})")
    }

    // MARK: - Models

    private func layers(_ text: String) -> String {
        let whole = tree("model A { \(text) }")
        return whole.hasPrefix("(model A () ") ? String(whole.dropFirst("(model A () ".count).dropLast()) : whole
    }

    @Test func modelHeads() {
        #expect(tree("model A { }") == "(model A ())")
        #expect(tree("model A(classes=10, w) { }").hasPrefix("E0101"))
        #expect(tree("model A(w, classes=10) { relu }") == "(model A (w classes=10) (relu))")
    }

    @Test func layerArguments() {
        #expect(layers("input 28x28x1") == "(input 28x28x1)")
        #expect(layers("conv 16, 5x5, pad=same; relu; maxpool 2") == "(conv 16 5x5 pad=same) (relu) (maxpool 2)")
        #expect(layers("conv(16, 5x5, pad=\"same\")") == "(conv 16 5x5 pad=\"same\")")
        #expect(layers("Block(16)") == "(Block 16)")
        #expect(layers("Block()") == "(Block)")
        #expect(layers("conv 16, init=normal(0.1)") == "(conv 16 init=(call normal 0.1))")
        #expect(layers("conv 32 * 2 ** i, 3x3") == "(conv (* 32 (** 2 i)) 3x3)")
        #expect(layers("dense (n + 1) * 2, bias=False") == "(dense (* (+ n 1) 2) bias=False)")
        #expect(layers("dense (n + 1)") == "(dense (+ n 1))")
        #expect(layers("leaky_relu -0.1") == "(leaky_relu (- 0.1))")
        #expect(layers("reshape [2, 3]") == "(reshape [2 3])")
        #expect(layers("conv 16,\n  5x5,\n  stride=2\nrelu") == "(conv 16 5x5 stride=2) (relu)")
        #expect(layers("conv(16,\n 5x5\n)\nrelu") == "(conv 16 5x5) (relu)")
    }

    @Test func layerLabels() {
        #expect(layers("stem: conv 16, 7x7") == "stem:(conv 16 7x7)")
        #expect(layers("repeat: conv 3, 3x3") == "repeat:(conv 3 3x3)")
        #expect(layers("block: residual { relu }") == "block:(residual {(relu)})")
    }

    @Test func layerBlocks() {
        #expect(layers("residual { conv 16, 3x3; relu }") == "(residual {(conv 16 3x3) (relu)})")
        #expect(layers("residual projection=True { relu }") == "(residual projection=True {(relu)})")
        #expect(layers("residual(projection=True) { relu }") == "(residual projection=True {(relu)})")
        #expect(layers("branch { { conv 1, 1x1 } { conv 1, 3x3 } }") == "(branch {{(conv 1 1x1)} {(conv 1 3x3)}})")
        #expect(layers("branch {\n a: { relu }\n b: { elu }\n}") == "(branch {a:{(relu)} b:{(elu)}})")
        #expect(layers("repeat 3 { relu }") == "(repeat 3 {(relu)})")
        #expect(layers("repeat 2 * n as i { conv i }") == "(repeat (* 2 n) as i {(conv i)})")
        #expect(layers("repeat(3) { relu }") == "(repeat 3 {(relu)})")
        #expect(layers("if big { relu } else { elu }") == "(if big {(relu)} else {(elu)})")
        #expect(layers("if big { relu }\nelse { elu }") == "(if big {(relu)} else {(elu)})")
        #expect(layers("if a { relu } elif b { elu }") == "(if a {(relu)} else {(if b {(elu)})})")
    }
}
