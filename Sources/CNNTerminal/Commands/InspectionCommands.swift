import CNNCore
import CNNLanguage

/// Commands that look and change nothing.
enum InspectionCommands {
    static let all: [Command] = [variables, time, shapes]

    private static let variables = Command(":vars", .none, "the variables: kind, shape, bytes") { call in
        let session = call.session
        let list = session.interpreter.variables.filter { $0.name != "_" }
        guard !list.isEmpty else { return session.answer("there are no variables yet") }
        var rows = [["name", "kind", "shape", "bytes"]]
        rows += list.map { [$0.name, $0.kind, $0.detail, $0.bytes == 0 ? "" : ByteCount.text($0.bytes)] }
        let table = TextTable(rightColumns: [3], flexibleColumn: 2)
        var lines = table.lines(rows, columns: session.columns)
        lines[0] = session.painter.heading(lines[0])
        let bytes = list.reduce(0) { $0 &+ $1.bytes }
        session.answer(lines + ["\(list.count) variable\(list.count == 1 ? "" : "s"), \(ByteCount.text(bytes))"])
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
