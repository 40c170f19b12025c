import CNNCore

/// All that a cell can change: the variables, what models and optimizers hold, where the random numbers are. It shares
/// everything with the session until something changes.
public struct SessionSnapshot {
    fileprivate let variables: ModuleScope.Snapshot
    fileprivate let models: [(object: ModelObject, state: Model.State, progress: TrainingProgress?)]
    fileprivate let optimizers: [(optimizer: Optimizer, state: Optimizer.Snapshot)]
    fileprivate let seed: UInt64
    fileprivate let random: RandomSource
    fileprivate let shuffleCount: Int
    fileprivate let moduleCount: Int
    fileprivate let cellCode: CellCode
}

extension Interpreter {
    /// The session as it is, to be put back by `restore`.
    public func snapshot() -> SessionSnapshot {
        let variables = module.snapshot()
        var finder = ReferenceFinder()
        for value in variables.values { if let value { finder.visit(value) } }
        return SessionSnapshot(
            variables: variables,
            models: finder.models.map { (object: $0, state: $0.model.state, progress: $0.progress) },
            optimizers: finder.optimizers.map { (optimizer: $0, state: $0.snapshot) }, seed: seed, random: random,
            shuffleCount: shuffleCount, moduleCount: modules.count, cellCode: cellCode)
    }

    public func restore(_ snapshot: SessionSnapshot) {
        module.restore(snapshot.variables)
        for (object, state, progress) in snapshot.models {
            object.model.state = state
            object.progress = progress
        }
        for (optimizer, state) in snapshot.optimizers { optimizer.snapshot = state }
        seed = snapshot.seed
        random = snapshot.random
        shuffleCount = snapshot.shuffleCount
        cellCode = snapshot.cellCode
        // Another snapshot may hold them.
        retiredModules += modules.dropFirst(snapshot.moduleCount).map(\.object)
        modules = Array(modules.prefix(snapshot.moduleCount))
    }
}

/// Finds what has identity and state of its own among values, whatever holds it.
private struct ReferenceFinder {
    private(set) var models: [ModelObject] = []
    private(set) var optimizers: [Optimizer] = []
    private var seen: Set<ObjectIdentifier> = []
    /// What is still to be looked at: lists may be nested deeper than calls.
    private var waiting: [Value] = []
    /// A list of more numbers than this holds no model.
    private static let limit = 100_000

    mutating func visit(_ value: Value) {
        waiting.append(value)
        while let next = waiting.popLast() { look(at: next) }
    }

    private mutating func look(at value: Value) {
        switch value {
        case .list(let list) where isNew(list): waiting += list.elements.prefix(ReferenceFinder.limit)
        case .dictionary(let dictionary) where isNew(dictionary): waiting += dictionary.values
        case .function(let function) where isNew(function): waiting += function.heldValues
        case .builtin(let object): if let receiver = object.receiver { waiting.append(receiver) }
        case .native(let object) where isNew(object): look(in: object)
        default: break
        }
    }

    private mutating func look(in object: NativeObject) {
        switch object {
        case let model as ModelObject:
            models.append(model)
            if let optimizer = model.progress?.optimizer { add(optimizer) }
        case let layer as LayerObject: waiting.append(.native(layer.owner))
        case let optimizer as OptimizerObject: add(optimizer.optimizer)
        case let definition as ModelDefinitionObject: waiting.append(.function(definition.function))
        case let record as RecordObject: waiting += record.values
        default: break
        }
    }

    private mutating func add(_ optimizer: Optimizer) {
        if seen.insert(ObjectIdentifier(optimizer)).inserted { optimizers.append(optimizer) }
    }

    private mutating func isNew(_ object: HeapObject) -> Bool { seen.insert(ObjectIdentifier(object)).inserted }
}
