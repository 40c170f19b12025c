import CNNKernels

/// The learning rate over time, with PyTorch's formulas.
///
/// `stepDecay`, `exponential` and `cosine` count epochs, `oneCycle` and `warmup` count steps, both from 0, as their
/// totals do; `Trainer` goes by `countsEpochs`.
public struct LearningRateSchedule: Sendable {
    public enum Kind: Sendable {
        /// Times `factor` each `every` epochs.
        case stepDecay(every: Int, factor: Double)
        /// Times `factor` each epoch.
        case exponential(factor: Double)
        /// Half a cosine from the base rate to `minimum` in `total` epochs; `minimum` after that.
        /// Loshchilov, Hutter: SGDR, 2017, without restarts.
        case cosine(total: Int, minimum: Double)
        /// Up from a 25th of `maximum` in `warmupShare` of `total` steps, then down to a 10,000th of where it began,
        /// both as half a cosine. Smith, Topin: Super-convergence, 2018. The base rate does not matter.
        case oneCycle(maximum: Double, total: Int, warmupShare: Double)
        /// In a straight line from a tenth of the base rate to the base rate in `steps` steps.
        case warmup(steps: Int)
    }

    public let kind: Kind

    public init(_ kind: Kind) { self.kind = kind }

    public var countsEpochs: Bool {
        switch kind {
        case .stepDecay, .exponential, .cosine: true
        case .oneCycle, .warmup: false
        }
    }

    /// - Parameter step: epochs or steps that are done, from 0.
    public func rate(base: Double, step: Int) -> Double {
        let step = max(0, step)
        switch kind {
        case .stepDecay(let every, let factor): return base * power(factor, step / max(1, every))
        case .exponential(let factor): return base * power(factor, step)
        case .cosine(let total, let minimum):
            return anneal(from: base, to: minimum, share: Double(min(step, total)) / Double(max(1, total)))
        case .oneCycle(let maximum, let total, let warmupShare): return oneCycle(maximum, total, warmupShare, step)
        case .warmup(let steps):
            let share = steps <= 0 ? 1 : Double(min(step, steps)) / Double(steps)
            return base * (0.1 + 0.9 * share)
        }
    }

    private func oneCycle(_ maximum: Double, _ total: Int, _ warmupShare: Double, _ step: Int) -> Double {
        let start = maximum / 25
        let end = start / 10_000
        let peak = warmupShare * Double(total) - 1
        let last = Double(total - 1)
        let position = min(Double(step), last)
        if position <= peak && peak > 0 { return anneal(from: start, to: maximum, share: position / peak) }
        guard last > peak else { return end }
        return anneal(from: maximum, to: end, share: (position - peak) / (last - peak))
    }

    private func anneal(from start: Double, to end: Double, share: Double) -> Double {
        end + (start - end) * (1 + cnn_cos(Double.pi * share)) / 2
    }

    /// Whole powers by squaring: the same on every machine, and 1 for no factor at all.
    private func power(_ factor: Double, _ exponent: Int) -> Double {
        var result = 1.0
        var square = factor
        var rest = exponent
        while rest > 0 {
            if rest & 1 == 1 { result *= square }
            square *= square
            rest >>= 1
        }
        return result
    }
}
