import CNNCore
import CNNLanguage

/// Commands that look and change nothing.
enum InspectionCommands {
    static let all: [Command] = [variables, time, shapes]

    private static let variables = Command(":vars", .none, "the variables: kind, shape, bytes") { call in
        let session = call.session
        let list = session.interpreter.variables.filter { $0.name != "_" }
        guard !list.isEmpty else { return session.answer("there are no variables yet") }
        var lines = table(list, columns: session.columns)
        lines[0] = session.painter.heading(lines[0])
        let bytes = list.reduce(0) { $0 &+ $1.bytes }
        session.answer(lines + ["\(list.count) variable\(list.count == 1 ? "" : "s"), \(ByteCount.text(bytes))"])
    }

    /// Where there is no room for four columns, what a variable is stands below its name.
    private static func table(_ list: [VariableSummary], columns: Int) -> [String] {
        let rows = list.map { [$0.name, $0.kind, $0.detail, $0.bytes == 0 ? "" : ByteCount.text($0.bytes)] }
        let whole = [["name", "kind", "shape", "bytes"]] + rows
        let table = TextTable(rightColumns: [3], flexibleColumn: 2)
        if table.fits(whole, columns: columns) { return table.lines(whole, columns: columns) }
        let heads = TextTable(rightColumns: [2])
        let shortRows = whole.map { [$0[0], $0[1], $0[3]] }
        if heads.isOneLineEach(shortRows, columns: columns) {
            let lines = heads.lines(shortRows, columns: columns)
            return lines.prefix(1)
                + zip(lines.dropFirst(), rows).flatMap { head, row in
                    [head] + TextTable.wrapped(row[2], indent: 4, columns: columns)
                }
        }
        return ["name: kind, shape, bytes"]
            + rows.flatMap { row in
                let what = row[1...].filter { !$0.isEmpty }.joined(separator: ", ")
                return WordWrap.lines("\(row[0]): \(what)", width: columns)
            }
    }

    private static let time = Command(
        ":time EXPR", .expression, "the median time of several runs; the variables stay as they are"
    ) { call in
        guard let code = call.required("conv2d(x, w)") else { return }
        Stopwatch(call.session).time(code)
    }

    private static let shapes = Command(":shapes EXPR", .expression, "the shapes alone, nothing computed") { call in
        guard let code = call.required("net(x)") else { return }
        ShapeTable(call.session).show(code)
    }
}
