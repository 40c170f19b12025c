import CNNCore

/// Changes of pictures that keep their class.
///
/// With numbers alone each makes an augmentation for `train ..., augment=[...]`: a random change, drawn anew for each
/// picture and epoch. With a picture first, `rotate(x, 10)`, it changes that picture.
enum AugmentBuiltins {
    static let all: [Builtin] = [
        shift("shift"), shift("translate"),
        random("rotate", "degrees", "turned by up to so many degrees either way, about the centre") { .rotate($0) },
        random("rescale", "f", "enlarged or reduced about the centre by up to a share f: by 1 - f to 1 + f") {
            .rescale($0)
        },
        flip("flip_horizontal"), flip("flip_vertical"),
        whole(
            "crop_random", "pixels",
            "a window that is so many rows and columns smaller, anywhere, stretched to the full size"
        ) { .crop($0) },
        random("noise", "std", "with normal noise of this deviation on every value") { .noise($0) },
        random("brightness", "f", "all values times a factor from 1 - f to 1 + f") { .brightness($0) },
        whole("cutout", "pixels", "with a square of so many pixels a side, anywhere, set to 0") { .cutout($0) },
        augmentPreview,
    ]

    // MARK: - Moved and mirrored: exactly so with a picture

    private static func shift(_ name: String) -> Builtin {
        Builtin(
            name, ["x", "v=None"], .augment,
            "a picture moved by [dy, dx], filled up with 0; with one int the augmentation that moves up to so far",
            formula: "(S_v x)[i, j] = x[i - dy, j - dx]",
            example: (
                "\(name)(tensor([[1, 2], [3, 4]]), [0, 1])\n\(name)(2)",
                "tensor 2x2 float32\n[[0, 1],\n [0, 3]]\n\(name)(2)\n"
            )
        ) { call in
            if let pixels = call.value(0)?.wholeNumber, call.given(1) == nil {
                guard pixels >= 0 else { throw call.wrongValue(0, "must be 0 or more pixels, not \(pixels)") }
                return .native(AugmentationObject(.shift(pixels), text: "\(name)(\(pixels))"))
            }
            if call.given(1) == nil, let value = call.value(0), !value.isTensor, let moves = try value.wholeNumbers() {
                let most = moves.map { min($0.magnitude, UInt(Int32.max)) }.max() ?? 1
                throw CNNError(
                    .typeMismatch, "\(name) moves a picture by [dy, dx]; as an augmentation it takes one int for both",
                    notes: ["write \(name)(\(most)), or \(name)(picture, \(ValueDisplay.inLine(value)))"],
                    argument: .named("x"))
            }
            return try ShiftBuiltins.shift(call)
        }
    }

    private static func flip(_ name: String) -> Builtin {
        let isHorizontal = name == "flip_horizontal"
        return Builtin(
            name, ["x=None"], .augment,
            "a picture with \(isHorizontal ? "left and right" : "top and bottom") exchanged; without one the "
                + "augmentation, which does so with half of the pictures",
            example: (
                "\(name)(tensor([[1, 2], [3, 4]]))\n\(name)()",
                isHorizontal
                    ? "tensor 2x2 float32\n[[2, 1],\n [4, 3]]\nflip_horizontal()\n"
                    : "tensor 2x2 float32\n[[3, 4],\n [1, 2]]\nflip_vertical()\n"
            )
        ) { call in
            guard call.given(0) != nil else {
                return .native(AugmentationObject(isHorizontal ? .flipHorizontal : .flipVertical, text: "\(name)()"))
            }
            let x = try call.tensor(0)
            let axis = try ShiftBuiltins.firstAxis(of: x, call)
            return Value(try Flip(axes: [isHorizontal ? axis + 1 : axis])(x))
        }
    }

    // MARK: - Drawn at random

    private static func random(
        _ name: String, _ parameter: String, _ summary: String, _ make: @escaping @Sendable (Double) -> Augmentation
    ) -> Builtin {
        augmentation(name, parameter, summary) { (call, index) throws(CNNError) in
            let number = try call.double(index)
            return (make(number), ValueDisplay.inLine(try call.required(index)))
        }
    }

    private static func whole(
        _ name: String, _ parameter: String, _ summary: String, _ make: @escaping @Sendable (Int) -> Augmentation
    ) -> Builtin {
        augmentation(name, parameter, summary) { (call, index) throws(CNNError) in
            let number = try call.int(index)
            return (make(number), String(number))
        }
    }

    private static func augmentation(
        _ name: String, _ parameter: String, _ summary: String,
        _ make: @escaping @Sendable (Call, Int) throws(CNNError) -> (Augmentation, String)
    ) -> Builtin {
        Builtin(
            name, ["x", BuiltinParameter(stringLiteral: "\(parameter)=None")], .augment,
            "the augmentation of pictures \(summary); with a picture first: that picture, changed so at random",
            example: ("\(name)(0)\n\(name)(ones(4x4), 0).shape", "\(name)(0)\n[4, 4]\n")
        ) { call in
            let hasPicture = call.value(0)?.isTensor ?? false
            let (augmentation, text) = try make(call, hasPicture ? 1 : 0)
            // What cannot be done with any picture is refused here, and not after the first batch.
            try augmentation.check()
            guard hasPicture else { return .native(AugmentationObject(augmentation, text: "\(name)(\(text))")) }
            return Value(try AugmentationObject.change(try call.tensor(0), by: [augmentation], in: call.interpreter))
        }
    }

    private static let augmentPreview = Builtin(
        "augment_preview", ["x", "augment", "n=8"], .augment,
        "a picture (or a pair of picture and label, or the first of a data set) and n that augmentations make of it, "
            + "as [n + 1, H, W, C]",
        example: (
            "show(augment_preview(eye(3), [flip_horizontal], n=1))",
            """
            2 pictures 3x3  min 0  max 1
            0        1
            |@@    | |    @@|
            |  @@  | |  @@  |
            |    @@| |@@    |

            """
        )
    ) { call in
        let list = try AugmentationObject.list(try call.required(1), in: call.interpreter)
        let count = try call.int(2, default: 8)
        guard (1...1000).contains(count) else { throw call.wrongValue(2, "is from 1 to 1000, not \(count)") }
        let given = try picture(call)
        let form = try ImageForm(given)
        let batch = try form.batched(given)
        guard batch.shape[0] == 1 else {
            throw call.wrongValue(0, "is one picture, not a batch of \(batch.shape[0])", notes: ["write x[0]"])
        }
        let floating = batch.dtype.isFloating ? batch : try batch.converted(to: .float32)
        var pictures = [floating]
        for _ in 0..<count {
            pictures.append(try AugmentationObject.change(floating, by: list, in: call.interpreter))
        }
        return Value(try Concat(axis: 0).apply(pictures))
    }

    private static func picture(_ call: Call) throws(CNNError) -> Tensor {
        switch call.value(0) {
        case .native?: return try call.dataset(0).image(0)
        case .list(let list)?:
            if list.elements.count == 2, case .tensor(let object) = list.elements[0] { return object.tensor.detached }
            return try call.tensor(0).detached
        default: return try call.tensor(0).detached
        }
    }
}
