import CNNCore

/// What training needs beside `train` itself.
enum TrainingBuiltins {
    static let all: [Builtin] = OptimizerBuiltins.all + ScheduleBuiltins.all + [clipGradients, stop]

    private static let clipGradients = Builtin(
        "clip_gradients", ["gradients", "max_norm"], .training,
        "the gradients, all shrunk by one factor where their common norm is larger than max_norm",
        formula: "g * max_norm / norm if norm > max_norm",
        example: ("clip_gradients([tensor([3, 4])], 1)", "[tensor 2 float32 [0.6, 0.8]]\n")
    ) { call in
        let limit = try call.double(1)
        guard limit > 0 else { throw call.wrongValue(1, "must be positive, not \(NumberFormatter.shortest(limit))") }
        return .array(try Gradients.clipped(try call.tensors(0), maximumNorm: limit).map { Value($0) })
    }

    private static let stop = Builtin(
        "stop", [], .training, "inside on epoch { ... } or on batch { ... }: training ends here",
        example: (
            """
            model Net { input 8x8x1; flatten; dense 10; softmax }
            net = Net()
            h = train net on dataset("digits").test, epochs=9, log=False {
                on epoch { if epoch == 2 { stop() } }
            }
            h.epochs
            """, "[1, 2]\n"
        )
    ) { call in
        guard call.interpreter.trainingDepth > 0 else {
            throw CNNError(
                .invalidValue, "stop() ends a training, and none is running",
                notes: ["it belongs into train ... { on epoch { if accuracy > 0.99 { stop() } } }"])
        }
        call.interpreter.trainingStopRequested = true
        return .none
    }
}
