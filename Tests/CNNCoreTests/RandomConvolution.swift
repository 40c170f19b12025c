@testable import CNNCore

/// A convolution and inputs x, w, b that fit it.
struct RandomConvolution {
    let operation: Convolution
    let inputs: [Tensor]

    init(_ random: inout TestRandom) throws {
        let groups = random.int(1...3)
        let dilation = Size2D(random.int(1...2), random.int(1...2))
        let window = Size2D(random.int(1...3), random.int(1...3))
        let padding: Padding
        switch random.int(0...3) {
        case 0: padding = .same
        case 1: padding = .full
        default:
            padding = .explicit(
                top: random.int(0...2), bottom: random.int(0...2), left: random.int(0...2), right: random.int(0...2)
            )
        }
        operation = Convolution(
            stride: Size2D(random.int(1...3), random.int(1...3)), padding: padding, dilation: dilation,
            groups: groups, rounding: .floor)
        let least = Size2D(dilation.height * (window.height - 1) + 1, dilation.width * (window.width - 1) + 1)
        let x = try Shape([
            random.int(1...2), random.int(least.height...least.height + 4),
            random.int(least.width...least.width + 4),
            groups * random.int(1...2),
        ])
        let filters = groups * random.int(1...2)
        let w = try Shape([window.height, window.width, x[3] / groups, filters])
        inputs = [
            try random.distinct(x, in: -1...1), try random.distinct(w, in: -1...1),
            try random.distinct(try Shape([filters]), in: -1...1),
        ]
    }
}
