import CNNCore

/// Compiled code: of a function, a lambda, a model's layers, or a cell.
final class FunctionPrototype {
    let name: String
    let source: SourceText
    let module: ModuleScope
    /// The module's variables.
    let globals: UnsafeMutablePointer<Slot>
    let cell: String?
    /// Registers of a call's frame; for a cell, the temporaries above `ModuleScope.temporaries`.
    let registerCount: Int
    let code: UnsafeMutablePointer<Instruction>
    let codeCount: Int
    let constants: UnsafeMutablePointer<Slot>
    let constantCount: Int
    /// The place that each instruction came from.
    let spans: [SourceSpan]
    let tables: CodeTables
    /// Formats that were read already, by the numbers of their names: a loop reads each once.
    private var formatSpecs: [FormatSpec?] = []

    init(_ builder: CodeBuilder, name: String, source: SourceText, module: ModuleScope, cell: String?) {
        self.name = name
        self.source = source
        self.module = module
        globals = module.slots
        self.cell = cell
        registerCount = builder.registerCount
        codeCount = builder.code.count
        code = .allocate(capacity: builder.code.count)
        code.initialize(from: builder.code, count: builder.code.count)
        constantCount = builder.constants.count
        constants = .allocate(capacity: max(1, builder.constants.count))
        for (index, value) in builder.constants.enumerated() { (constants + index).initialize(to: Slot(owning: value)) }
        spans = builder.spans
        tables = builder.tables
    }

    deinit {
        for index in 0..<constantCount { constants[index].release() }
        constants.deallocate()
        code.deallocate()
    }

    /// The format of that number among the names.
    /// - Throws: E0404 for what is no format.
    func formatSpec(_ number: Int) throws(CNNError) -> FormatSpec {
        if formatSpecs.isEmpty { formatSpecs = Array(repeating: nil, count: tables.names.count) }
        if let known = formatSpecs[number] { return known }
        let spec = try FormatSpec(tables.names[number])
        formatSpecs[number] = spec
        return spec
    }

    /// The place of the instruction that an extra word belongs to: of a call, the whole of it.
    func wholeSpan(at instruction: Int) -> SourceSpan {
        var first = instruction
        while first > 0, first < codeCount, code[first].opcode == .extra { first -= 1 }
        return span(at: first)
    }

    func span(at instruction: Int) -> SourceSpan {
        instruction >= 0 && instruction < spans.count ? spans[instruction] : SourceSpan(0, 0)
    }
}

/// What instructions name by number, beside constants.
struct CodeTables {
    var names: [String] = []
    var argumentNames: [[String?]] = []
    var prototypes: [FunctionPrototype] = []
    var subscripts: [[SubscriptShape]] = []
    var paths: [[PathStep]] = []
    var imports: [ImportStatement] = []
    var trains: [TrainDescription] = []
    var layers: [LayerDescription] = []
    var gradients: [GradientDescription] = []

    /// A function's variables, for errors.
    var locals: [(name: String, register: Int)] = []
    /// What is known of a place, should an error arise there. For look-up only.
    var placeNotes: [SourceSpan: PlaceNote] = [:]

    /// Where the source has the whole function.
    var definition: SourceSpan?

    // Of a function's own parameters
    var parameters: [FunctionParameter] = []
    var parameterShapes: [(register: Int, name: String, pattern: ShapePattern, mayBeNone: Bool, span: SourceSpan)] = []
    var resultShape: ShapePattern?
    /// Where each captured value comes from in the enclosing function when the closure is made.
    var captures: [CaptureSource] = []
}

struct FunctionParameter {
    let name: String
    /// Which of the closure's default values; nil for a parameter that must be given.
    let defaultIndex: Int?
    /// Its default as the source has it; nil for a parameter that must be given.
    let defaultText: String?
}

enum CaptureSource {
    case register(Int)
    case capture(Int)
    case ownFunction
}

/// One item between brackets; each present part takes the next register.
enum SubscriptShape {
    case index
    case slice(start: Bool, stop: Bool, step: Bool)
    case ellipsis

    var registerCount: Int {
        switch self {
        case .index: 1
        case .slice(let start, let stop, let step): (start ? 1 : 0) + (stop ? 1 : 0) + (step ? 1 : 0)
        case .ellipsis: 0
        }
    }
}

/// A step from a variable to the place that is assigned: `x[i].weight[0]`.
enum PathStep {
    case index([SubscriptShape])
    case member(String)
}

struct TrainDescription {
    let argumentNames: [String]
    /// Event, first instruction of the body, first of the registers that hold epoch, step, loss, …
    var hooks: [(event: String, entry: Int, firstRegister: Int)]
}

struct LayerDescription {
    let kind: String
    let label: String?
    let argumentNames: [String?]
    let hasChildren: Bool
    let span: SourceSpan
    let line: Int
}

/// What `gradient(…)` differentiates by: the registers of its variables.
struct GradientDescription {
    let variableRegisters: [Int?]
    let names: [String]
}
