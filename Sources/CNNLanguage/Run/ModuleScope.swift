#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The variables of a session or an imported module. A variable's number is the register that a cell's code uses for it,
/// so that loops at the top level run as fast as in a function.
public final class ModuleScope {
    /// Registers from here on are a cell's temporaries.
    static let temporaries = 32_768
    static let capacity = 65_536

    let slots: UnsafeMutablePointer<Slot>
    private var numbers: [String: Int] = [:]
    private(set) var names: [String] = []
    private var assignedNames: Set<String> = []
    /// What was compiled for these variables, in order: for errors that tell where one was set.
    private(set) var programs: [Program] = []

    /// A program's place in its text.
    struct Program {
        let source: SourceText
        let span: SourceSpan
    }

    init() {
        // calloc gives zeroed pages that take no memory until they are touched; zero is an undefined register.
        slots = UnsafeMutableRawPointer(calloc(ModuleScope.capacity, MemoryLayout<Slot>.stride))
            .assumingMemoryBound(to: Slot.self)
    }

    deinit {
        removeValues()
        free(slots)
    }

    /// Leaves every variable undefined. A function keeps the scope that it is a variable of, so whoever owns a scope
    /// calls this in the end.
    func removeValues() {
        for number in names.indices {
            let slot = slots[number]
            slots[number] = .undefined
            slot.release()
        }
    }

    func number(of name: String) -> Int? { numbers[name] }

    /// The variable's number, new if need be; nil when there are too many.
    func declare(_ name: String) -> Int? {
        if let number = numbers[name] { return number }
        guard names.count < ModuleScope.temporaries else { return nil }
        numbers[name] = names.count
        names.append(name)
        return names.count - 1
    }

    /// Notes that the program assigns to a name somewhere, so that an error can tell "not yet" from "nowhere".
    func markAssigned(_ name: String) { assignedNames.insert(name) }

    func note(_ program: Program) { programs.append(program) }

    func isAssigned(_ name: String) -> Bool { assignedNames.contains(name) }

    func isDefined(_ number: Int) -> Bool { slots[number].tag != Slot.Tag.undefined }

    /// The value of a variable, nil where it has none.
    public subscript(name: String) -> Value? {
        guard let number = numbers[name], isDefined(number) else { return nil }
        return slots[number].value
    }

    /// The first variable that holds an object.
    func name(of object: NativeObject) -> String? {
        definedNames.first { name in
            guard name != "_", case .native(let held)? = self[name] else { return false }
            return held === object
        }
    }

    /// Gives a variable a value.
    /// - Returns: false where there are too many variables.
    @discardableResult
    public func assign(_ name: String, _ value: Value) -> Bool {
        guard let number = declare(name) else { return false }
        markAssigned(name)
        (slots + number).put(value)
        return true
    }

    /// The names and values as they are, to be put back.
    struct Snapshot {
        fileprivate let names: [String]
        fileprivate let assignedNames: Set<String>
        fileprivate let programs: [Program]
        /// In the order of `names`; nil for what has no value.
        let values: [Value?]
    }

    func snapshot() -> Snapshot {
        Snapshot(
            names: names, assignedNames: assignedNames, programs: programs,
            values: names.indices.map { isDefined($0) ? slots[$0].value : nil })
    }

    /// Names that came later are names of nothing again: they may hide a built-in.
    func restore(_ snapshot: Snapshot) {
        for number in 0..<max(names.count, snapshot.names.count) {
            if number < snapshot.values.count, let value = snapshot.values[number] {
                (slots + number).put(value)
            } else {
                (slots + number).put(Slot.undefined)
            }
        }
        names = snapshot.names
        numbers = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($0.element, $0.offset) })
        assignedNames = snapshot.assignedNames
        programs = snapshot.programs
    }

    /// Variables that have a value, in the order of their first mention.
    public var definedNames: [String] { names.enumerated().filter { isDefined($0.offset) }.map(\.element) }
}
