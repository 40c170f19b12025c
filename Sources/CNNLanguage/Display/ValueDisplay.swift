import CNNCore
import CNNKernels

/// What values look like (LANGUAGE §7): tensors by `TensorDisplay`, all else as Python's `repr`.
enum ValueDisplay {
    /// Lists deeper than this are shown as `[...]`.
    static let maximumDepth = 100
    /// Parts of a list may be shared, so that a small value could be written out to any length.
    static let maximumBytes = 64 << 20

    // The work of showing is counted as it is done. Once it is used up the rest is left out: whoever asked throws, by
    // `WorkMeter.check`, and nobody sees the text.

    /// As a statement shows it.
    static func repr(_ value: Value, in interpreter: Interpreter) -> String {
        repr(value, columns: HelpText.usualColumns)
    }

    /// The same in lines of other columns, as a terminal has them.
    static func repr(_ value: Value, columns: Int) -> String {
        switch value {
        case .tensor(let object) where object.rank > 0: return TensorDisplay.summary(object.tensor, columns: columns)
        case .native(let object):
            return columns < HelpText.usualColumns ? object.display(columns: columns) : object.display()
        default: return LineWrapping(columns: columns).text(value)
        }
    }

    /// As `print` and f-strings show it: a str as it is.
    static func str(_ value: Value, in interpreter: Interpreter) -> String {
        if case .string(let object) = value { return object.text }
        return repr(value, in: interpreter)
    }

    /// The value in one line, as it stands in a list. An interrupt cuts it short: whoever asks looks at that.
    static func inLine(_ value: Value) -> String {
        var text = ""
        write(value, to: &text, depth: 0)
        return text
    }

    /// Units of work for a number or a name, for a list's or dict's entry, for a byte of a text in quotes.
    private enum Cost { static let (number, entry, byte) = (400, 120, 30) }

    private static func write(_ value: Value, to text: inout String, depth: Int) {
        if case .string(let object) = value {
            WorkMeter.shared.spend(Cost.byte * object.text.utf8.count)
        } else {
            WorkMeter.shared.spend(Cost.number)
        }
        switch value {
        case .none: text += "None"
        case .bool(let flag): text += flag ? "True" : "False"
        case .int(let number): text += String(number)
        case .float(let number): text += NumberFormatter.shortest(number)
        case .float32(let number): text += NumberFormatter.shortest(number)
        case .string(let object): text += quoted(object.text)
        case .list(let list): write(list, to: &text, depth: depth)
        case .dictionary(let dictionary): write(dictionary, to: &text, depth: depth)
        case .tensor(let object): text += TensorDisplay.inLine(object.tensor)
        case .range(let range):
            text += "range(\(range.start), \(range.stop)\(range.step == 1 ? "" : ", \(range.step)"))"
        case .function(let function): text += "<function \(function.asciiSignature)>"
        case .builtin(let object):
            text += "<built-in \(object.receiver == nil ? "function" : "method") \(object.builtin.name)>"
        case .native(let object):
            let display = object.display()
            text += display.contains("\n") ? "<\(object.typeName)>" : display
        }
    }

    private static func write(_ list: ListObject, to text: inout String, depth: Int) {
        guard depth < maximumDepth else {
            text += "[...]"
            return
        }
        text += "["
        for (index, element) in list.elements.enumerated() {
            if index > 0 { text += ", " }
            guard text.utf8.count < maximumBytes, !WorkMeter.shared.endsEarly else {
                text += "..."
                break
            }
            WorkMeter.shared.spend(Cost.entry)
            write(element, to: &text, depth: depth + 1)
        }
        text += "]"
    }

    private static func write(_ dictionary: DictionaryObject, to text: inout String, depth: Int) {
        guard depth < maximumDepth else {
            text += "{...}"
            return
        }
        text += "{"
        for (index, entry) in dictionary.entries.enumerated() {
            if index > 0 { text += ", " }
            guard text.utf8.count < maximumBytes, !WorkMeter.shared.endsEarly else {
                text += "..."
                break
            }
            WorkMeter.shared.spend(Cost.entry)
            write(entry.key.value, to: &text, depth: depth + 1)
            text += ": "
            write(entry.value, to: &text, depth: depth + 1)
        }
        text += "}"
    }

    /// Python's repr of a str: in single quotes unless it holds some and no double ones.
    static func quoted(_ text: String) -> String {
        let quote: Unicode.Scalar =
            text.unicodeScalars.contains("'") && !text.unicodeScalars.contains("\"") ? "\"" : "'"
        var result = String(Character(quote))
        for scalar in text.unicodeScalars {
            switch scalar {
            case quote, "\\": result += "\\\(scalar)"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            default:
                if isPrintable(scalar) { result.unicodeScalars.append(scalar) } else { result += escape(scalar) }
            }
        }
        result.unicodeScalars.append(quote)
        return result
    }

    private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.isASCII { return scalar.value >= 0x20 && scalar.value != 0x7F }
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator,
            .spaceSeparator:
            return false
        default: return true
        }
    }

    private static func escape(_ scalar: Unicode.Scalar) -> String {
        let digits = String(scalar.value, radix: 16)
        let (prefix, width) = scalar.value < 0x100 ? ("\\x", 2) : scalar.value < 0x10000 ? ("\\u", 4) : ("\\U", 8)
        return prefix + String(repeating: "0", count: width - digits.count) + digits
    }
}

extension FunctionObject {
    /// `f(x, stride=...)`
    var asciiSignature: String {
        let list = prototype.tables.parameters.map { $0.defaultIndex == nil ? $0.name : "\($0.name)=..." }
        return "\(name)(\(list.joined(separator: ", ")))"
    }
}
