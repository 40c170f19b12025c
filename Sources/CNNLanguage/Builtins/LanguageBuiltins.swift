import CNNCore

/// The rest of the language: output, types, errors, help.
enum LanguageBuiltins {
    static let all: [Builtin] = [print, type, error, assert, help]

    /// Tensors of more elements are written as they are made, in the lines of a run.
    private static let laidOutElements = 10_000

    private static func fullText(_ tensor: Tensor, _ columns: Int) -> String {
        var text = ""
        try? TensorDisplay.writeFull(tensor, columns: columns) { text += $0 }
        return text
    }

    private static let print = Builtin(
        "print", ["*values", "sep=\" \"", "end=\"\\n\"", "full=False"], .language,
        "writes the values in a line; with full=True all elements of a tensor",
        example: ("print(\"loss\", 0.25)\nprint(1, 2, sep=\"-\", end=\"!\\n\")", "loss 0.25\n1-2!\n")
    ) { call in
        let separator = try call.text(1, default: " ")
        let end = try call.text(2, default: "\n")
        let isFull = try call.bool(3, default: false)
        let interpreter = call.interpreter
        for (index, value) in call.variadic.enumerated() {
            if index > 0 { interpreter.write(separator) }
            if isFull, case .tensor(let object) = value, object.rank > 0, object.tensor.count <= laidOutElements {
                let text = fullText(object.tensor, HelpText.usualColumns)
                try WorkMeter.shared.check()
                try WorkMeter.checkInterrupt()
                interpreter.write(text) { fullText(object.tensor, $0) }
            } else if isFull, case .tensor(let object) = value, object.rank > 0 {
                try TensorDisplay.writeFull(object.tensor) { text in
                    try WorkMeter.checkInterrupt()
                    interpreter.write(text)
                }
            } else {
                let text = try interpreter.str(value)
                if case .string = value {
                    interpreter.write(text)
                } else {
                    interpreter.write(text) { ValueDisplay.repr(value, columns: $0) }
                }
            }
        }
        interpreter.write(end)
        return .none
    }

    private static let type = Builtin(
        "type", ["value"], .language, "the name of the value's type, as a str",
        example: ("type(1.5)\ntype([1, 2])", "'float'\n'list'\n")
    ) { call in
        .text(try call.required(0).typeName)
    }

    private static let error = Builtin(
        "error", ["message"], .language, "ends the cell with an error (E0704) that says the message",
        example: ("expect error E0704 { error(\"no data\") }", "")
    ) { call in
        throw CNNError(.raisedByUser, try call.interpreter.str(try call.required(0)))
    }

    private static let assert = Builtin(
        "assert", ["condition", "message=None"], .language, "an error (E0703) unless the condition holds",
        example: ("assert(1 + 1 == 2)\nexpect error E0703 { assert(1 > 2, \"wrong\") }", "")
    ) { call in
        if try call.bool(0) { return .none }
        let message = try call.given(1).map { try call.interpreter.str($0) }
        throw CNNError(.assertionFailed, message ?? "the condition of assert does not hold")
    }

    /// Units of work for a byte that is put together.
    private static let helpWork = 150

    private static let help = Builtin(
        "help", ["topic=None"], .language,
        "explains a built-in, a layer or an error code; as a statement also help len, help E0301, help \"strides\"",
        example: (
            "help(len)",
            """
            len(value)
              how many elements there are: of a tensor along its first axis

              >>> len([1, 2, 3])
              >>> len("abc")
              >>> len(zeros(4x2))
              3
              3
              4

            """
        )
    ) { call in
        let call = call
        func text(_ help: HelpText) throws -> String {
            try call.given(0).map { try help.text($0, call) } ?? help.overview()
        }
        let usual = try text(HelpText())
        try WorkMeter.shared.charge(usual.utf8.count, each: helpWork)
        call.interpreter.write(usual) { columns in (try? text(HelpText(columns: columns))) ?? usual }
        return .none
    }
}
