import Foundation
import Testing

@testable import CNNLanguage

/// The layout of one text, or its errors.
func formatted(_ text: String) -> String {
    let source = SourceText(name: "t", text)
    switch CodeFormatter.format(source, range: 0..<source.bytes.count) {
    case .formatted(let bytes): return String(decoding: bytes, as: UTF8.self)
    case .refused(let diagnostics): return diagnostics.map(\.error.code.rawValue).joined(separator: " ")
    case .kept: return "kept"
    }
}

/// Small texts, before and after; what is formatted stays.
@Suite struct FormatPairTests {
    private func expect(_ before: String, _ after: String, sourceLocation: SourceLocation = #_sourceLocation) {
        #expect(formatted(before) == after, sourceLocation: sourceLocation)
        if !after.hasPrefix("E0") { #expect(formatted(after) == after, sourceLocation: sourceLocation) }
    }

    @Test func operators() {
        expect("x=1+2*3", "x = 1 + 2 * 3\n")
        expect("x  +=  - 1", "x += -1\n")
        expect("a-b- -c", "a - b - -c\n")
        expect("- - x", "- -x\n")
        expect("-x**- 2", "-x ** -2\n")
        expect("a@b|>f( 2 )|>g", "a @ b |> f(2) |> g\n")
        expect("not(a)and(b)or not   c", "not (a) and (b) or not c\n")
        expect("a not   in[1,2]", "a not in [1, 2]\n")
        expect("a~=b", "a ~= b\n")
        expect("f=(a,b)->a+b", "f = (a, b) -> a + b\n")
        expect("x->- x", "x -> -x\n")
        expect("expect a==b,\"x\"+c", "expect a == b, \"x\" + c\n")
        let sum = (0..<40).map { "-x\($0)" }.joined()
        expect("y=x\(sum)", "y = x\(sum.replacing("-", with: " - "))\n")
        expect("[ - 1,+ 2 , - 3 ]", "[-1, +2, -3]\n")
        expect("return_=[x*2for x in xs if x>0]", "E0104")
        expect("y=[x*2 for x in xs if x>0]", "y = [x * 2 for x in xs if x > 0]\n")
    }

    @Test func literalsStayAsWritten() {
        expect("x=0xFF+1_000+.5+1E-3", "x = 0xFF + 1_000 + .5 + 1E-3\n")
        expect("zeros( 5x5 )", "zeros(5x5)\n")
        expect("'a'+\"b\"+f'{ x :.2f}'", "'a' + \"b\" + f'{ x :.2f}'\n")
        expect("print( \"\"\"a\n   b  \n\"\"\" )", "print(\"\"\"a\n   b  \n\"\"\")\n")
        expect("5 .item()", "5 .item()\n")
        expect("5. .item()", "5. .item()\n")
        expect("5.5 .item()", "5.5.item()\n")
        expect("0x5 .item()", "0x5.item()\n")
    }

    @Test func brackets() {
        expect("f (x , stride = 2)", "f(x, stride=2)\n")
        expect("x [ 0 ] [ 1 : n+1 , : , ::2 , ... ]", "x[0][1:n + 1, :, ::2, ...]\n")
        expect("d={\"a\" :1,'b':[ 2 ]}", "d = {\"a\": 1, 'b': [2]}\n")
        expect("f( { } )", "f({})\n")
        expect("( {1:2} )", "({1: 2})\n")
        expect("x . train . on ( 3 )", "x.train.on(3)\n")
        expect("[1,2,]", "[1, 2,]\n")
        expect("gradient ( w ) {w}", "gradient(w) { w }\n")
    }

    @Test func definitions() {
        expect("def f(a,b = 2,x:[N,_,3])->[N]{return a}", "E0101")
        expect("def f(x:[N,_,3],b = 2)->[N]{return x}", "def f(x: [N, _, 3], b=2) -> [N] { return x }\n")
        expect("def f(x:[N] = y){ }", "def f(x: [N]=y) {}\n")
        expect("import   \"a b.cnnbook\"  as  h", "import \"a b.cnnbook\" as h\n")
        expect("expect a==b within(1e-3),\"no\"", "expect a == b within (1e-3), \"no\"\n")
        expect("expect error  E0403{x[9]}", "expect error E0403 { x[9] }\n")
        expect("for a,b in zip(x,y){print(a)}", "for a, b in zip(x, y) { print(a) }\n")
        expect("a ,b=f()", "a, b = f()\n")
    }

    @Test func layers() {
        expect("model M(k = 3){input[8,8,k];dense k;relu}", "model M(k=3) { input [8, 8, k]; dense k; relu }\n")
        expect(
            "model M{\ninput 8x8x1\nstem:conv 6,5x5,pad = same;relu\ndense -n}",
            "model M {\n    input 8x8x1\n    stem: conv 6, 5x5, pad=same;  relu\n    dense -n\n}\n")
        expect("model M{dense(n+1)*2}", "model M { dense (n + 1) * 2 }\n")
        expect("model M{dense (n+1)}", "model M { dense(n + 1) }\n")
        expect("model M{conv (3),5x5}", "model M { conv (3), 5x5 }\n")
        expect("model M{repeat(3)as i{relu}}", "model M { repeat (3) as i { relu } }\n")
        expect("model M{branch{{conv 1,1x1}{relu}}relu}", "model M { branch { { conv 1, 1x1 } { relu } } relu }\n")
        expect(
            "model M {\nif a{relu}else{\ntanh}\n}",
            "model M {\n    if a {\n        relu\n    } else {\n        tanh\n    }\n}\n")
        expect(
            "model M {\nrepeat 2 { relu;tanh }\nresidual projection=True{relu}\n}",
            "model M {\n    repeat 2 { relu;  tanh }\n    residual projection=True { relu }\n}\n")
    }

    @Test func training() {
        expect(
            "h=train net on d,epochs = 5 {on epoch{stop()}}", "h = train net on d, epochs=5 { on epoch { stop() } }\n")
        expect(
            "h = train net on d,\n epochs=5,\n  batch=3 {\n on epoch { stop() }\n}",
            "h = train net on d,\n          epochs=5,\n          batch=3 {\n    on epoch { stop() }\n}\n")
    }

    @Test func semicolonsThatMeanSomething() {
        expect("a ;", "a;\n")
        expect("a;b;c", "a; b; c\n")
        expect("a\n;\nb", "a;\nb\n")
        expect("a # why\n;", "a;  # why\n")
        expect("f() ;;", "f();\n")
        expect("a  # b\n;  # c\nd", "a;  # b\n# c\nd\n")
        expect("if x { a; }", "if x { a; }\n")
        expect("if x { a;\nb; }", "if x {\n    a;\n    b;\n}\n")
    }

    @Test func semicolonsThatMeanNothing() {
        expect("a = 1;", "a = 1\n")
        expect("a = 1; # why", "a = 1  # why\n")
        expect("a = 1;;b = 2;", "a = 1; b = 2\n")
        expect(";;a", "a\n")
        expect("if x { a = 1; }", "if x { a = 1 }\n")
        expect("if x {;a}", "if x { a }\n")
        expect("a = 1;\n;b", "a = 1\nb\n")
        expect("model M { relu;; tanh; }", "model M { relu; tanh }\n")
        expect("a = 1;;\n\nb", "a = 1\n\nb\n")
        expect(";\na", "a\n")
        expect(";", "")
    }

    @Test func blocks() {
        expect("if x {a} else{b}", "if x { a } else { b }\n")
        expect("if x { a\nb }", "if x {\n    a\n    b\n}\n")
        expect("if x {\na\n}\nelif y {\nb\n}\nelse\n{ c }", "E0101")
        expect("if x {\na\n}\nelif y { b }\nelse { c }", "if x {\n    a\n} elif y {\n    b\n} else {\n    c\n}\n")
        expect("if x {a}\n  # why\nelse {b}", "if x { a }\n# why\nelse { b }\n")
        expect("while x {\n}", "while x {}\n")
        expect("while x { # why\n}", "while x {  # why\n}\n")
        expect("while x {\n# why\n}", "while x {\n    # why\n}\n")
        expect("def f() { return g(1,\n2) }", "def f() {\n    return g(1,\n             2)\n}\n")
        expect("\t\tif x {\n\tif y { a }\n      }", "if x {\n    if y { a }\n}\n")
    }

    @Test func longLinesBreakAtSemicolonsThenAtBraces() {
        let long = String(repeating: "a", count: 60)
        expect("\(long) = 1; b = \(long)", "\(long) = 1\nb = \(long)\n")
        expect("if \(long) { b = 1; c; \(long) }", "if \(long) {\n    b = 1\n    c;\n    \(long)\n}\n")
        expect(
            "y = if \(long) { 1 } else { \(long) }",
            "y = if \(long) {\n    1\n} else {\n    \(long)\n}\n")
        expect("f(\(long), \(long))", "f(\(long), \(long))\n")
        expect("if \(long) { b }  # \(long)", "if \(long) { b }  # \(long)\n")
    }

    @Test func linesWithinBracketsStay() {
        expect("f(a,\nb)", "f(a,\n  b)\n")
        expect("f(\na,\nb\n)", "f(\n    a,\n    b\n)\n")
        expect("f([\na,\nb])", "f([\n    a,\n    b])\n")
        expect("m = [[1, 2],\n[3, 4]]", "m = [[1, 2],\n     [3, 4]]\n")
        expect("x = a+\nb", "x = a +\n    b\n")
        expect("if a and\nb {\nc\n}", "if a and\n        b {\n    c\n}\n")
        expect("x\n|> f\n|> g", "x\n    |> f\n    |> g\n")
        expect("model M {\nconv 6,\n5x5\n}", "model M {\n    conv 6,\n         5x5\n}\n")
        expect("f(a, # one\n# two\nb)", "f(a,  # one\n  # two\n  b)\n")
        expect("y = f(if a {\n1\n} else {\n2\n})", "y = f(if a {\n    1\n} else {\n    2\n})\n")
    }

    @Test func commentsAndBlankLines() {
        expect("a#b", "a  #b\n")
        expect("   # b  \n  a", "# b\na\n")
        expect("a\n\n\n\n\nb\n\n\n\n", "a\n\n\nb\n")
        expect("\n\n\n\na", "\n\na\n")
        expect("def f() {\n a\n\n  # b\n}\n # c", "def f() {\n    a\n\n    # b\n}\n# c\n")
        expect("", "")
        expect("# only", "# only\n")
    }

    @Test func strangeBlanks() {
        expect("x\u{A0}=\u{A0}3", "x = 3\n")
        expect("\u{FEFF}x=3", "\u{FEFF}x = 3\n")
        expect("x\t=\u{C}3\r\ny=4\r\n", "x = 3\ny = 4\n")
    }

    @Test func errorsAreTold() {
        expect("x = = 3", "E0101")
        #expect(formatted("print('never closed)") == "E0102")
    }

    @Test func deepAndLongProgramsAreLaidOut() {
        var results: [String] = []
        let deep = String(repeating: "(", count: 150) + "x" + String(repeating: ")", count: 150)
        let long = Array(repeating: "1", count: 4_000).joined(separator: "+")
        BigStack.run { results = [formatted(deep), formatted(long)] }
        #expect(results == [deep + "\n", long.replacingOccurrences(of: "+", with: " + ") + "\n"])
    }
}
