/// A function with the values that it closes over.
public final class FunctionObject: HeapObject {
    let prototype: FunctionPrototype
    // What a call needs, side by side and without a reference to be counted.
    let unmanagedPrototype: Unmanaged<FunctionPrototype>
    let parameterCount: Int
    let registerCount: Int
    let code: UnsafePointer<Instruction>
    /// What a call counts.
    let turns: Int
    let defaults: [Value]
    let captures: UnsafeMutablePointer<Slot>
    private let captureCount: Int

    /// - Parameter captures: registers' contents; undefined ones stay so. References are taken here.
    init(_ prototype: FunctionPrototype, defaults: [Value], captures: [Slot]) {
        self.prototype = prototype
        unmanagedPrototype = .passUnretained(prototype)
        parameterCount = prototype.tables.parameters.count
        registerCount = prototype.registerCount
        code = UnsafePointer(prototype.code)
        turns = VirtualMachine.functionTurns + prototype.codeCount / CodeBuilder.instructionsInTurn
        self.defaults = defaults
        self.captureCount = captures.count
        self.captures = .allocate(capacity: max(1, captures.count))
        for (index, slot) in captures.enumerated() {
            slot.retain()
            (self.captures + index).initialize(to: slot)
        }
        super.init()
        noteMemory(FunctionObject.bytes(captureCount))
    }

    private static func bytes(_ captures: Int) -> Int { 160 + 16 * captures }

    deinit {
        noteMemory(-FunctionObject.bytes(captureCount))
        var parts = takeParts()
        Dismantling.run(&parts)
        captures.deallocate()
    }

    override func takeParts() -> [Value] { (0..<captureCount).map { (captures + $0).take() } }

    /// The values that it closes over.
    var heldValues: [Value] {
        (0..<captureCount).map { captures[$0] }.filter { $0.tag != Slot.Tag.undefined }.map(\.value)
    }

    public var name: String { prototype.name }

    var parameterNames: [String] { prototype.tables.parameters.map(\.name) }

    /// `f(x, w, stride=1)`: a default as the source has it, unless that is long.
    public var signature: String {
        let list = prototype.tables.parameters.map { parameter in
            guard let text = parameter.defaultText else { return parameter.name }
            let isShort = text.utf8.count <= 20 && text.utf8.allSatisfy { $0 >= 32 && $0 < 127 }
            return "\(parameter.name)=\(isShort ? text : "...")"
        }
        return "\(name)(\(list.joined(separator: ", ")))"
    }
}
