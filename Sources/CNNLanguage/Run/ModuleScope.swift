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

    func isAssigned(_ name: String) -> Bool { assignedNames.contains(name) }

    func isDefined(_ number: Int) -> Bool { slots[number].tag != Slot.Tag.undefined }

    /// The value of a variable, nil where it has none.
    public subscript(name: String) -> Value? {
        guard let number = numbers[name], isDefined(number) else { return nil }
        return slots[number].value
    }

    /// Gives a variable a value from outside of the language.
    public func set(_ name: String, to value: Value) {
        guard let number = declare(name) else { return }
        (slots + number).put(value)
    }

    /// Variables that have a value, in the order of their first mention.
    public var definedNames: [String] { names.enumerated().filter { isDefined($0.offset) }.map(\.element) }
}
