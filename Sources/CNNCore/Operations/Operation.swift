import CNNKernels

/// What a tensor operation is, in one place: its shape rule, its forward and backward computation and its cost.
///
/// The attributes (stride, axis, …) are the stored properties of the conforming struct. Everything else, from
/// eager built-ins over layers to the summary's MACs, is derived from these members.
public protocol Operation: Sendable {
    /// The name that errors and the manual use: `conv2d`.
    var name: String { get }

    /// The shape rule: what the result of these inputs is.
    /// - Throws: E03… with both shapes in it. Computes nothing.
    func outputSpec(_ inputs: [TensorSpec]) throws(CNNError) -> TensorSpec

    /// The result. Called after `outputSpec` has accepted the inputs, with what it gave.
    /// `saved` keeps what `backward` needs beyond inputs and output (pool indices, probabilities).
    func forward(_ inputs: [Tensor], output: TensorSpec, saved: inout [Tensor]) throws(CNNError) -> Tensor

    /// The gradient of the loss with respect to each input, nil where `context.needsGradient` is false
    /// or the derivative is zero everywhere. Never called for an operation that is not differentiable.
    func backward(_ context: BackwardContext) throws(CNNError) -> [Tensor?]

    var isDifferentiable: Bool { get }

    /// Which elements `backward` reads: the tape keeps no others. Of what is not kept, shape and dtype are there.
    /// - Parameter needsGradient: which inputs are differentiated by.
    func backwardNeeds(_ needsGradient: [Bool]) -> BackwardNeeds

    /// Whether `rewriteGradient` is called in place of `backward`.
    var rewritesGradient: Bool { get }

    /// Makes the gradient with respect to the only input of that with respect to the output, in place.
    func rewriteGradient(_ context: BackwardContext, _ gradient: inout Tensor) throws(CNNError)

    /// Whether the gradient touches a small part of the first input, so that `accumulateGradient` is called in place of
    /// `backward`: reading a picture pixel by pixel must not cost a picture for every pixel.
    var accumulatesGradient: Bool { get }

    /// Adds the gradient with respect to the first input to `sum`, which has its shape and dtype.
    func accumulateGradient(_ context: BackwardContext, into sum: inout Tensor) throws(CNNError)

    /// How many of the first inputs are floats whatever they are given as: see `FloatInputs.swift`.
    var floatInputCount: Int { get }

    /// Multiply-adds (a multiply-add is 1) or, for others, elements touched: charged before the work is begun.
    func work(_ inputs: [TensorSpec], output: TensorSpec) -> Int
}

extension Operation {
    public var isDifferentiable: Bool { true }

    public var accumulatesGradient: Bool { false }

    public func backwardNeeds(_ needsGradient: [Bool]) -> BackwardNeeds { .everything }

    public var rewritesGradient: Bool { false }

    public func rewriteGradient(_ context: BackwardContext, _ gradient: inout Tensor) throws(CNNError) {
        throw CNNError(.notDifferentiable, "\(name) has no gradient")
    }

    public func accumulateGradient(_ context: BackwardContext, into sum: inout Tensor) throws(CNNError) {
        throw CNNError(.notDifferentiable, "\(name) has no gradient")
    }

    public func work(_ inputs: [TensorSpec], output: TensorSpec) -> Int { output.shape.count }

    public func backward(_ context: BackwardContext) throws(CNNError) -> [Tensor?] {
        throw CNNError(.notDifferentiable, "\(name) has no gradient")
    }

    /// Checks, computes, and records on the tape of the first input that has an open one.
    public func callAsFunction(_ inputs: Tensor...) throws(CNNError) -> Tensor { try apply(inputs) }

    public func apply(_ inputs: [Tensor]) throws(CNNError) -> Tensor {
        let inputs = floatInputCount == 0 ? inputs : try floats(inputs)
        let specs = inputs.map { $0.spec }
        let output = try outputSpec(specs)
        if ShapeRun.isOn {
            ShapeRun.note(name, specs, output)
            return try Tensor(unread: output)
        }
        try WorkMeter.shared.charge(work(specs, output: output))
        var saved: [Tensor] = []
        guard let tape = Tape.recording(inputs) else {
            let result = try forward(inputs, output: output, saved: &saved)
            try WorkMeter.checkInterrupt()
            return result.detached
        }
        // `forward` may use other operations: nothing of that is recorded.
        let constants = inputs.map { $0.detached }
        let result = try forward(constants, output: output, saved: &saved).detached
        try WorkMeter.checkInterrupt()
        return tape.record(self, inputs: inputs, constants: constants, output: result, saved: saved)
    }
}

/// The elements that an operation's `backward` reads.
public struct BackwardNeeds: OptionSet, Sendable {
    public let rawValue: UInt8

    public init(rawValue: UInt8) { self.rawValue = rawValue }

    public static let firstInput = BackwardNeeds(rawValue: 1)
    public static let secondInput = BackwardNeeds(rawValue: 2)
    public static let fourthInput = BackwardNeeds(rawValue: 8)
    public static let fifthInput = BackwardNeeds(rawValue: 16)
    public static let output = BackwardNeeds(rawValue: 128)
    /// Also inputs that have no name here.
    public static let everything = BackwardNeeds(rawValue: .max)
    /// Shapes and what was saved are enough.
    public static let nothing: BackwardNeeds = []

    /// Of a product: each factor for the gradient of the other.
    static func otherFactor(_ needsGradient: [Bool]) -> BackwardNeeds {
        var needs = BackwardNeeds.nothing
        if needsGradient[1] { needs.insert(.firstInput) }
        if needsGradient[0] { needs.insert(.secondInput) }
        return needs
    }

    func keepsInput(_ place: Int) -> Bool { place < 7 ? rawValue & (1 << place) != 0 : self == .everything }
}

/// What an operation's `backward` may look at.
public struct BackwardContext {
    /// The inputs of the forward call, without traces.
    public let inputs: [Tensor]
    public let output: Tensor
    public let saved: [Tensor]
    /// The gradient of the loss with respect to `output`: same shape, same dtype.
    public let outputGradient: Tensor
    /// Which inputs' gradients are asked for.
    public let needsGradient: [Bool]
}

/// Deterministic work units (multiply-adds and elements), charged before the work is begun.
public final class WorkMeter {
    public nonisolated(unsafe) static let shared = WorkMeter()

    public var limit = Int.max
    public private(set) var spent = 0

    /// `200000` or `1e9`; nil for what is no whole number from 1.
    public static func units(_ text: String) -> Int? {
        Double(text).flatMap { Int(exactly: $0) }.flatMap { $0 < 1 ? nil : $0 }
    }

    public func charge(_ units: Int) throws(CNNError) {
        let (sum, overflow) = spent.addingReportingOverflow(units)
        guard !overflow, sum <= limit else {
            if limit == Int.max { throw CNNError(.tooLarge, "this would never end: it is too much work to be counted") }
            throw CNNError(
                .workLimit, "this needs \(units) units of work; \(max(0, limit - spent)) are left of \(limit)")
        }
        spent = sum
    }

    /// - Parameter each: units for one of so many elements.
    public func charge(_ count: Int, each units: Int) throws(CNNError) { try charge(Work.product(count, units)) }

    public func spend(_ count: Int, each units: Int) { spend(Work.product(count, units)) }

    /// Counts what has been done, where nothing can be thrown: `check` throws afterwards.
    public func spend(_ units: Int) {
        let (sum, overflow) = spent.addingReportingOverflow(max(0, units))
        spent = overflow ? Int.max : sum
    }

    public var isUsedUp: Bool { spent > limit }

    /// Whether a text that is being written should end: an error follows.
    public var endsEarly: Bool { isUsedUp || cnn_interrupt_pending() }

    /// - Throws: E0603 where more has been spent than there was.
    @inline(__always)
    public func check() throws(CNNError) {
        if isUsedUp { throw usedUp() }
    }

    @inline(never)
    private func usedUp() -> CNNError { CNNError(.workLimit, "this took \(spent) units of work, of \(limit)") }

    public func reset() { spent = 0 }

    /// An interrupt stops long kernels early: what they gave is thrown away.
    /// - Throws: E0605 after an interrupt.
    @inline(__always)
    public static func checkInterrupt() throws(CNNError) {
        guard !cnn_interrupt_pending() else { throw CNNError(.interrupted, "interrupted") }
    }

    /// The same at every so many rounds of a loop whose rounds are short.
    /// - Throws: E0605 after an interrupt.
    @inline(__always)
    public static func checkInterrupt(at index: Int) throws(CNNError) {
        if index & 0x3FFF == 0x3FFF { try checkInterrupt() }
    }
}
