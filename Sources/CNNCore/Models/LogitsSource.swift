/// The logits that a softmax layer was given, kept with what it gave.
final class LogitsSource {
    let logits: Tensor

    init(_ logits: Tensor) { self.logits = logits }

    /// The same without a tape.
    var detached: LogitsSource { logits.trace == nil ? self : LogitsSource(logits.detached) }
}

extension Tensor {
    /// Set by a softmax layer on what it returns: `cross_entropy` takes these instead of the probabilities.
    public var logits: Tensor? { logitsSource?.logits }
}
