import CNNCore
import Testing

/// The tape's gradients against differences, in float64.
enum GradientCheck {
    /// The largest error of the gradients of sum(function(inputs) * c) for a fixed c, relative to the largest element
    /// of each gradient. Differences are central, of five points: the error of the method is of the fourth power of
    /// `step`.
    static func worstError(
        _ inputs: [Tensor], step: Double = 1e-3, seed: Int = 1, _ function: ([Tensor]) throws -> Tensor
    ) throws -> Double {
        let tape = Tape()
        defer { tape.close() }
        let watched = try inputs.map { try tape.watch($0) }
        let output = try function(watched)
        var random = TestRandom(seed)
        let weights = try random.distinct(output.shape, in: 0.5...1.5)
        let loss = try Reduction(.sum)(try Binary(.multiply)(output, weights))
        let gradients = try tape.gradients(of: loss, withRespectTo: watched)
        var worst = 0.0
        for (index, gradient) in gradients.enumerated() {
            guard gradient.spec == inputs[index].spec else { return .infinity }
            let numeric = try differences(inputs, index, step, weights.doubles(), function)
            worst = max(worst, error(gradient.doubles(), numeric))
        }
        return worst
    }

    /// Fails unless the gradients hold to `tolerance`.
    static func check(
        _ inputs: [Tensor], step: Double = 1e-3, tolerance: Double = 1e-7, _ name: String = "",
        sourceLocation: SourceLocation = #_sourceLocation, _ function: ([Tensor]) throws -> Tensor
    ) throws {
        let error = try worstError(inputs, step: step, function)
        #expect(
            error <= tolerance, "\(name) \(inputs.map(\.shape.description))", sourceLocation: sourceLocation)
    }

    private static func differences(
        _ inputs: [Tensor], _ index: Int, _ step: Double, _ weights: [Double],
        _ function: ([Tensor]) throws -> Tensor
    ) throws -> [Double] {
        func values(_ element: Int, _ shift: Double) throws -> [Double] {
            var moved = inputs
            try moved[index].mutablePointer(Double.self)[element] += shift
            return try function(moved).doubles()
        }
        return try (0..<inputs[index].count).map { element in
            let near = zip(try values(element, step), try values(element, -step)).map { $0 - $1 }
            let far = zip(try values(element, 2 * step), try values(element, -2 * step)).map { $0 - $1 }
            return zip(zip(near, far), weights).reduce(0) { sum, next in
                sum + (8 * next.0.0 - next.0.1) * next.1
            } / (12 * step)
        }
    }

    private static func error(_ values: [Double], _ expected: [Double]) -> Double {
        let largest = expected.reduce(1e-3) { max($0, abs($1)) }
        return zip(values, expected).reduce(0) { worst, pair in
            let error = abs(pair.0 - pair.1) / largest
            return error.isNaN ? .infinity : max(worst, error)
        }
    }
}
