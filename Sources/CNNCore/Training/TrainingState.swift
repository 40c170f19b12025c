/// Where a training stands between two steps. With the model and the optimizer as they are then it is all that is needed
/// to go on, with the same bits as a training that was never interrupted: what is random is drawn from the seed, the
/// epoch and the picture, not from what was drawn before.
public struct TrainingState: Codable, Sendable {
    /// The epochs that are closed, and the loss of every step.
    public internal(set) var history = TrainingHistory()
    /// The epoch that was left before its last picture; its record, where it was closed early, is the history's last.
    var openEpoch: OpenEpoch?
    var patience = Patience()
    /// The seed that pictures are shuffled and augmented by.
    public internal(set) var seed: UInt64 = 0

    public init() {}

    /// The number of the last epoch of which all pictures were seen.
    public var completeEpochs: Int { openEpoch.map { $0.number - 1 } ?? history.epochs.last?.epoch ?? 0 }

    /// Whether its numbers can have come from a training: they may be read from a file.
    var isPlausible: Bool {
        let numbers = history.epochs.map(\.epoch)
        let isOrdered = zip(numbers, numbers.dropFirst()).allSatisfy { $0 < $1 }
        guard isOrdered, (numbers.first ?? 1) > 0, (numbers.last ?? 1) < Int.max else { return false }
        guard let open = openEpoch else { return true }
        return open.number > 0 && open.number >= numbers.last ?? 1 && open.number < Int.max && open.pictures >= 0
            && open.steps >= 0 && open.steps < Int.max / 2
    }

    /// Takes the early record of the open epoch back and hands out what was summed up in it; nil where none is open.
    /// Other metrics than before are measured from here on.
    mutating func reopenEpoch(pictures: Int, metrics: Int) -> OpenEpoch? {
        guard var open = openEpoch else { return nil }
        openEpoch = nil
        let isRecorded = history.epochs.last?.epoch == open.number
        // All pictures were seen: closed it is done, and else only its record is missing.
        if isRecorded, open.pictures >= pictures { return nil }
        if isRecorded { history.epochs.removeLast() }
        history.wasStopped = false
        if open.scores.count != metrics { open.scores = [Double](repeating: 0, count: metrics) }
        return open
    }
}

/// Sums over the batches of an epoch.
struct OpenEpoch: Codable, Sendable {
    /// From 1.
    let number: Int
    var steps = 0
    var pictures = 0
    var loss = 0.0
    /// For each metric the sum over the pictures.
    var scores: [Double]

    init(number: Int, metrics: Int) {
        self.number = number
        scores = [Double](repeating: 0, count: metrics)
    }
}

/// Counts epochs without an improvement.
struct Patience: Codable, Sendable {
    private var best = Double.infinity
    private var waited = 0

    mutating func note(_ loss: Double) {
        if loss < best {
            best = loss
            waited = 0
        } else {
            waited += 1
        }
    }

    func isOver(_ limit: Int?) -> Bool { limit.map { waited >= $0 } ?? false }
}
