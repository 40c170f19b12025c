import CNNKernels

/// A loop over numbers that the kernels' threads share.
enum ParallelLoop {
    private final class Body {
        let run: (Range<Int>) -> Void

        init(_ run: @escaping (Range<Int>) -> Void) { self.run = run }
    }

    /// Runs `body` over pieces of 0..<count of at least `grain`. Where the pieces begin depends on the number of threads:
    /// a body may write what belongs to its numbers alone, and allocate no tensor.
    static func run(_ count: Int, grain: Int, _ body: (Range<Int>) -> Void) {
        withoutActuallyEscaping(body) { body in
            let box = Body(body)
            withExtendedLifetime(box) {
                cnn_parallel_for(
                    Int64(count), Int64(grain),
                    { context, begin, end in
                        guard let context else { return }
                        Unmanaged<Body>.fromOpaque(context).takeUnretainedValue().run(Int(begin)..<Int(end))
                    }, Unmanaged.passUnretained(box).toOpaque())
            }
        }
    }
}
