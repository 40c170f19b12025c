import CNNCore

/// How often each class was answered for each true class.
public struct ConfusionCounts: Sendable {
    public let classNames: [String]
    /// `[classes, classes]` row by row: rows are the truth.
    public let counts: [Int]

    public var total: Int { counts.reduce(0, +) }
    public var right: Int { classNames.indices.reduce(0) { $0 + count($1, $1) } }
    public var accuracy: Double { total > 0 ? Double(right) / Double(total) : 0 }
    public func count(_ truth: Int, _ answer: Int) -> Int { counts[truth * classNames.count + answer] }

    /// The share of a class's pictures that were answered so, 0 to 1.
    public func share(_ truth: Int, _ answer: Int) -> Double {
        let all = classNames.indices.reduce(0) { $0 + count(truth, $1) }
        return all > 0 ? Double(count(truth, answer)) / Double(all) : 0
    }

    /// The class's number, and its name where that says more.
    public func rowName(_ label: Int) -> String {
        let name = classNames[label]
        return name == String(label) ? name : "\(label) \(DiagnosticRenderer.printable(name))"
    }

    /// Classes that were taken for others, the most frequent first; of equal ones the first classes come first.
    public var mistakes: [(truth: Int, answer: Int, count: Int)] {
        var mistakes: [(truth: Int, answer: Int, count: Int)] = []
        for truth in classNames.indices {
            for answer in classNames.indices where truth != answer && count(truth, answer) > 0 {
                mistakes.append((truth, answer, count(truth, answer)))
            }
        }
        let order = mistakes.indices.sorted {
            mistakes[$0].count != mistakes[$1].count ? mistakes[$0].count > mistakes[$1].count : $0 < $1
        }
        return order.map { mistakes[$0] }
    }

    /// `346 of 359 right: 0.9638; rows are true, columns answered`
    public var head: String {
        "\(right) of \(total) right: \(NumberFormatter.fixed(accuracy, 4)); rows are true, columns answered"
    }

    public var alternativeText: String {
        let worst = mistakes.first.map {
            "; most often \(classNames[$0.truth]) is taken for \(classNames[$0.answer]), \($0.count) times"
        }
        return "Confusion matrix of \(classNames.count) classes: \(right) of \(total) right\(worst ?? "")"
    }
}

/// The counts as a table; where that is too wide, the mistakes that were made most often.
public struct ConfusionText {
    /// A cell of the table that is shaded.
    public struct Cell {
        /// Of the pictures of the row's class.
        public let share: Double
        public let isRight: Bool
    }

    private let columns: Int
    private let paint: ((Cell, String) -> String)?

    /// - Parameter paint: puts the text of a cell, with the blanks around it, on its shade.
    public init(columns: Int = 80, paint: ((Cell, String) -> String)? = nil) {
        self.columns = columns
        self.paint = paint
    }

    public func lines(_ counts: ConfusionCounts) -> [String] {
        let head = WordWrap.packed(
            counts.head.split(separator: " ").map(String.init), separator: " ", columns: columns)
        // On a narrow screen the columns may stand closer.
        return head + (table(counts, gap: 2) ?? (columns < 80 ? table(counts, gap: 1) : nil) ?? mistakes(counts))
    }

    /// Columns are headed by numbers; rows have the class's name too where it says more. nil where it is too wide.
    private func table(_ counts: ConfusionCounts, gap: Int) -> [String]? {
        let classes = counts.classNames.indices
        let names = classes.map(counts.rowName)
        let nameWidth = names.map(DisplayWidth.of).max() ?? 0
        let widths = classes.map { answer in
            max(String(answer).count, classes.map { String(counts.count($0, answer)).count }.max() ?? 0)
        }
        // With shades a column has a blank on either side where there is room, else all before it.
        let isCentred = paint != nil && gap > 1
        guard nameWidth + widths.reduce(0, +) + gap * widths.count + (isCentred ? 1 : 0) <= columns else { return nil }
        func cell(_ text: String, _ answer: Int) -> String {
            let text = DisplayWidth.padded(text, widths[answer])
            return isCentred ? " \(text) " : String(repeating: " ", count: gap) + text
        }
        let blanks = String(repeating: " ", count: nameWidth + (isCentred ? 1 : 0))
        var lines = [blanks + classes.map { cell(String($0), $0) }.joined()]
        while lines[0].last == " " { lines[0].removeLast() }
        for truth in classes {
            var line = names[truth] + String(repeating: " ", count: blanks.count - DisplayWidth.of(names[truth]))
            for answer in classes {
                let text = cell(String(counts.count(truth, answer)), answer)
                line += paint?(Cell(share: counts.share(truth, answer), isRight: truth == answer), text) ?? text
            }
            lines.append(line)
        }
        return lines
    }

    private func mistakes(_ counts: ConfusionCounts) -> [String] {
        let room = max(8, (columns - 12) / 2)
        let rows = counts.mistakes.prefix(20).map {
            [
                DisplayWidth.cut(counts.classNames[$0.truth], to: room),
                DisplayWidth.cut(counts.classNames[$0.answer], to: room), String($0.count),
            ]
        }
        return ["\(counts.classNames.count) classes; the most frequent mistakes:"]
            + TextTable.lines(["true", "answered", "times"], rows)
    }
}
