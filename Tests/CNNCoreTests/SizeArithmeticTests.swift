import Testing

@testable import CNNCore

@Suite struct SizeArithmeticTests {
    /// The windows that fit, found by moving one along.
    private func moved(_ n: Int, _ f: Int, _ s: Int, _ p: (Int, Int), _ d: Int, _ rounding: Rounding) -> Int? {
        let extent = d * (f - 1) + 1
        let length = n + p.0 + p.1
        var starts: [Int] = []
        var start = 0
        while start + extent <= length {
            starts.append(start)
            start += s
        }
        guard let last = starts.last else {
            // In ceil rounding a first window may hang over, but by less than a stride.
            return rounding == .ceil && extent - length < s ? 1 : nil
        }
        let rest = length - (last + extent)
        switch rounding {
        case .exact: return rest == 0 ? starts.count : nil
        case .floor: return starts.count
        case .ceil:
            if rest > 0 { starts.append(last + s) }
            return starts.filter { $0 < n + p.0 }.count
        }
    }

    @Test(arguments: Rounding.allCases) func outputSizesAreThoseOfAMovedWindow(rounding: Rounding) throws {
        for n in 1...13 {
            for f in 1...6 {
                for s in 1...5 {
                    for p in [(0, 0), (1, 1), (2, 1), (0, 2), (3, 3)] {
                        for d in 1...2 {
                            let expected = moved(n, f, s, p, d, rounding)
                            let size = try? SizeArithmetic.outputSize(
                                n, window: f, stride: s, padding: p, dilation: d, rounding: rounding)
                            #expect(size == expected, "n \(n), f \(f), s \(s), p \(p), d \(d)")
                        }
                    }
                }
            }
        }
    }

    @Test func samePaddingGivesTheQuotientRoundedUp() throws {
        for n in 1...20 {
            for f in 1...7 {
                for s in 1...5 {
                    for d in 1...2 {
                        let (before, after) = try SizeArithmetic.samePadding(n, window: f, stride: s, dilation: d)
                        let size = try SizeArithmetic.outputSize(
                            n, window: f, stride: s, padding: (before, after), dilation: d, rounding: .floor)
                        #expect(size == (n + s - 1) / s)
                        // An odd pixel goes to the end, and there is no pixel more than needed.
                        #expect(after - before == 0 || after - before == 1)
                        if before + after > 0, s == 1 { #expect(before + after == d * (f - 1)) }
                    }
                }
            }
        }
    }

    @Test func theLecturesExamples() throws {
        func size(_ n: Int, _ f: Int, _ s: Int, _ p: Int) throws -> Int {
            try SizeArithmetic.outputSize(n, window: f, stride: s, padding: (p, p), rounding: .exact)
        }
        #expect(try size(7, 3, 1, 0) == 5)
        #expect(try size(7, 3, 2, 0) == 3)
        #expect(try size(32, 5, 1, 2) == 32)
        #expect(
            errorText { _ = try size(7, 3, 3, 0) } == """
                E0301: the output size is not a whole number
                ^ (N + 2P - F)/S + 1 = (7 + 2*0 - 3)/3 + 1 = 2.33
                = try stride=2 (3), stride=4 (2), or pad=1 (3)
                """)
        #expect(
            errorText { _ = try size(3, 5, 1, 0) } == """
                E0304: the window 5 is larger than the input 3
                ^ N + 2P = 3 + 2*0 = 3 is less than F = 5
                = try a window of 3 (1), or pad=1 (1)
                """)
    }

    /// Every hint of every error, tried.
    @Test func hintsFit() throws {
        var tried = 0
        for n in 3...12 {
            for f in 1...6 {
                for s in 1...5 {
                    let fit = WindowFit(
                        input: Size2D(n, n + 1), window: Size2D(f), stride: Size2D(s), padding: .valid, dilation: .one,
                        rounding: .exact)
                    guard fit.output == nil else { continue }
                    let error = fit.error(for: .layer("conv1"))
                    let note = try #require(error.notes.first)
                    for part in note.dropFirst(4).split(separator: ",") {
                        let words = part.split(separator: " ").filter { $0 != "or" }
                        var changed = fit
                        switch words[0].split(separator: "=").first {
                        case "stride": changed.stride = Size2D(Int(words[0].dropFirst(7)) ?? 0)
                        case "pad":
                            changed.padding = Int(words[0].dropFirst(4)).map { .uniform($0) } ?? .same
                        case "rounding": changed.rounding = .floor
                        default: changed.window = Size2D(min(f, n), min(f, n + 1))
                        }
                        #expect("(\(try #require(changed.output)))" == words.last ?? "")
                        tried += 1
                    }
                }
            }
        }
        #expect(tried > 200)
    }

    @Test func numbersWithoutSenseAreErrors() {
        func code(_ n: Int, _ f: Int, _ s: Int, _ p: Int, _ d: Int) -> ErrorCode? {
            do {
                _ = try SizeArithmetic.outputSize(
                    n, window: f, stride: s, padding: (p, p), dilation: d, rounding: .floor)
                return nil
            } catch { return error.code }
        }
        #expect(code(5, 0, 1, 0, 1) == .invalidValue)
        #expect(code(5, 3, 0, 0, 1) == .invalidValue)
        #expect(code(5, 3, 1, -1, 1) == .invalidValue)
        #expect(code(5, 3, 1, 0, 0) == .invalidValue)
        #expect(code(-1, 3, 1, 0, 1) == .invalidValue)
        #expect(code(.max, 3, 1, 0, 1) == .tooLarge)
        #expect(code(5, .max, 1, 0, .max) == .tooLarge)
        #expect(code(5, 3, .max, 0, 1) == .tooLarge)
        #expect(code(5, 1 << 20, 1, 0, 1 << 20) == .tooLarge)
    }

    @Test func quotientsAreRoundedAsPeopleDo() {
        #expect(Quotient.text(9, 2, plus: 1) == "5.5")
        #expect(Quotient.text(4, 3, plus: 1) == "2.33")
        #expect(Quotient.text(5, 3, plus: 1) == "2.67")
        #expect(Quotient.text(1, 20) == "0.05")
        #expect(Quotient.text(1999, 2000) == "1")
        #expect(Quotient.text(6, 3) == "2")
    }
}
