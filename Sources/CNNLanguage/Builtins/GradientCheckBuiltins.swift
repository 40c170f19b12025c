import CNNCore

/// Gradients against differences, in float64.
enum GradientCheckBuiltins {
    static let all: [Builtin] = [gradcheck]

    private static let gradcheck = Builtin(
        "gradcheck", ["f", "inputs", "eps=1e-6", "tol=1e-7"], .evaluate,
        "whether the gradient of f(inputs...) agrees with its differences; prints where it does not. f is called in "
            + "float64: other tensors in it have to be float64 too, x.to(float64)",
        formula: "d = (f(x + eps) - f(x - eps)) / (2*eps);  error: |g - d| / max(1, |g|, |d|);  at most tol "
            + "beside the rounding of d: |f| * 2^-52 / eps",
        example: ("gradcheck(w -> sum(w ** 3), [tensor([1, 2])])", "True\n")
    ) { call in
        let f = try call.function(0)
        guard call.interpreter.activeTape == nil else {
            throw CNNError(
                .notDifferentiable, "gradcheck differentiates by itself: it cannot stand in a gradient block")
        }
        let (step, tolerance) = (try call.double(2, default: 1e-6), try call.double(3, default: 1e-7))
        guard step > 0, step.isFinite else { throw call.wrongValue(2, "must be positive") }
        guard tolerance >= 0 else { throw call.wrongValue(3, "cannot be negative") }
        let inputs = try inputs(call)
        let gradients = try analytic(f, inputs, call)
        var worst: (error: Double, text: String)?
        for index in inputs.indices {
            for element in 0..<inputs[index].count {
                let (numeric, rounding) = try difference(f, inputs, index, element, step, call)
                let exact = gradients[index].element(element)
                let scale = max(1, abs(exact), abs(numeric))
                let error = abs(exact - numeric) / scale
                // A nan is wrong as well.
                if error <= tolerance + rounding / scale { continue }
                if let worst, !(error > worst.error) { continue }
                worst = (error.isNaN ? .infinity : error, line(index, inputs[index], element, exact, numeric, error))
            }
        }
        guard let worst else { return .bool(true) }
        call.interpreter.write(worst.text) { FittedText.sentences(worst.text, columns: $0) }
        return .bool(false)
    }

    private static func line(
        _ input: Int, _ tensor: Tensor, _ element: Int, _ exact: Double, _ numeric: Double, _ error: Double
    ) -> String {
        var rest = element
        var place: [Int] = []
        for size in tensor.shape.dimensions.reversed() {
            place.insert(rest % size, at: 0)
            rest /= size
        }
        let digits = { (value: Double) in NumberFormatter.general(value, 6) }
        return "gradcheck: input \(input) at \(place): gradient \(digits(exact)), difference \(digits(numeric)), "
            + "error \(NumberFormatter.general(error, 3))\n"
    }

    private static func inputs(_ call: Call) throws(CNNError) -> [Tensor] {
        let values: [Tensor]
        if case .list = call.value(1) { values = try call.tensors(1) } else { values = [try call.tensor(1)] }
        var inputs: [Tensor] = []
        for value in values { inputs.append(try value.detached.converted(to: .float64)) }
        return inputs
    }

    private static func value(_ f: Value, _ inputs: [Tensor], _ call: Call) throws -> Tensor {
        let result = try call.interpreter.call(f, inputs.map { Value($0) })
        guard let tensor = try result.asTensor(), tensor.count == 1 else {
            throw CNNError(.typeMismatch, "gradcheck: the function must give one number, not \(result.describedType)")
        }
        return tensor
    }

    private static func analytic(_ f: Value, _ inputs: [Tensor], _ call: Call) throws -> [Tensor] {
        let tape = Tape()
        defer { tape.close() }
        var watched: [Tensor] = []
        for input in inputs { watched.append(try tape.watch(input)) }
        return try tape.gradients(of: try value(f, watched, call), withRespectTo: watched)
    }

    /// The difference quotient, and what the rounding of f's own values may make of it.
    private static func difference(
        _ f: Value, _ inputs: [Tensor], _ index: Int, _ element: Int, _ step: Double, _ call: Call
    ) throws -> (quotient: Double, rounding: Double) {
        var changed = inputs
        func result(at move: Double) throws -> Double {
            changed[index] = inputs[index]
            try changed[index].mutablePointer(Double.self)[element] += move
            return try value(f, changed, call).detached.element(0)
        }
        let (above, below) = (try result(at: step), try result(at: -step))
        let rounding = max(abs(above), abs(below)) * 0x1p-52 / step
        return ((above - below) / (2 * step), rounding.isFinite ? rounding : 0)
    }
}
