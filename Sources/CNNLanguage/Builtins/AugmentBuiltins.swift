import CNNCore

/// Changes of pictures that keep their class.
///
/// With numbers alone each makes an augmentation for `train ..., augment=[...]`: a random change, drawn anew for each
/// picture and epoch. With a picture first, `rotate(x, 10)`, it changes that picture.
enum AugmentBuiltins {
    static let all: [Builtin] = [
        shift("shift"), shift("translate"),
        random(
            "rotate", "degrees", "turned by up to so many degrees either way, about the centre",
            range: { max(abs($0), abs($1)) <= 360 ? max(abs($0), abs($1)) : nil }
        ) { .rotate($0) },
        random(
            "rescale", "f", "enlarged or reduced about the centre by up to a share f: by 1 - f to 1 + f",
            range: aroundOne
        ) { .rescale($0) },
        flip("flip_horizontal"), flip("flip_vertical"),
        whole(
            "crop_random", "pixels",
            "a window that is so many rows and columns smaller, anywhere, stretched to the full size",
            range: { _, _ in nil }
        ) { .crop($0) },
        random(
            "noise", "std", "with normal noise of this deviation on every value",
            range: { $0 == 0 && $1 >= 0 ? $1 : nil }
        ) { .noise($0) },
        random("brightness", "f", "all values times a factor from 1 - f to 1 + f", range: aroundOne) {
            .brightness($0)
        },
        whole("cutout", "pixels", "with a square of so many pixels a side, anywhere, set to 0", range: largestInt) {
            .cutout($0)
        },
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
            let arguments = AugmentArguments(call, wanted: "[dy, dx]", alone: "one int")
            guard try arguments.isNumberAlone(largestInt) else { return try ShiftBuiltins.shift(call) }
            let pixels = try call.int(0)
            guard pixels >= 0 else { throw call.wrongValue(0, "must be 0 or more pixels, not \(pixels)") }
            return .native(AugmentationObject(.shift(pixels), text: "\(name)(\(pixels))"))
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
            // A share of the pictures, as other libraries want it, is always a half here.
            let axis = try ShiftBuiltins.firstAxis(
                of: x, call, notes: x.rank == 0 ? ["write \(name)(), which flips half of the pictures"] : [])
            return Value(try Flip(axes: [isHorizontal ? axis + 1 : axis])(x))
        }
    }

    // MARK: - Drawn at random

    /// One number for the two ends of a range, as other libraries have it: of a factor, and of pixels.
    private static let aroundOne: AugmentArguments.Range = { low, high in
        guard low <= 1, high >= 1 else { return nil }
        let share = max(1 - low, high - 1)
        return share < 1 ? share : nil
    }
    private static let largestInt: AugmentArguments.Range = { first, second in
        let largest = max(abs(first), abs(second))
        return largest <= 1_000_000 && largest == largest.rounded() ? largest : nil
    }

    private static func random(
        _ name: String, _ parameter: String, _ summary: String, range: @escaping AugmentArguments.Range,
        _ make: @escaping @Sendable (Double) -> Augmentation
    ) -> Builtin {
        augmentation(name, parameter, summary, range) { (call, index) throws(CNNError) in
            let number = try call.double(index)
            return (make(number), ValueDisplay.inLine(try call.required(index)))
        }
    }

    private static func whole(
        _ name: String, _ parameter: String, _ summary: String, range: @escaping AugmentArguments.Range,
        _ make: @escaping @Sendable (Int) -> Augmentation
    ) -> Builtin {
        augmentation(name, parameter, summary, range) { (call, index) throws(CNNError) in
            let number = try call.int(index)
            return (make(number), String(number))
        }
    }

    private static func augmentation(
        _ name: String, _ parameter: String, _ summary: String, _ range: @escaping AugmentArguments.Range,
        _ make: @escaping @Sendable (Call, Int) throws(CNNError) -> (Augmentation, String)
    ) -> Builtin {
        Builtin(
            name, ["x=None", BuiltinParameter(stringLiteral: "\(parameter)=None")], .augment,
            "the augmentation of pictures \(summary); with a picture first: that picture, changed so at random",
            example: ("\(name)(0)\n\(name)(ones(4x4), 0).shape", "\(name)(0)\n[4, 4]\n")
        ) { call in
            let isAlone = try AugmentArguments(call, wanted: parameter, alone: parameter).isNumberAlone(range)
            let picture = isAlone || call.value(0) == nil ? nil : try call.tensor(0)
            if let picture, picture.rank == 0 { _ = try ShiftBuiltins.firstAxis(of: picture, call) }
            let (augmentation, text) = try make(call, isAlone ? 0 : 1)
            // What cannot be done with any picture is refused here, and not after the first batch.
            try augmentation.check()
            guard let picture else { return .native(AugmentationObject(augmentation, text: "\(name)(\(text))")) }
            return Value(
                try AugmentationObject.change(picture, by: [augmentation], for: call.builtin.name, in: call.interpreter)
            )
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
        let form = try ImageForm(given, for: call.builtin.name)
        let batch = try form.batched(given)
        guard batch.shape[0] == 1 else {
            throw call.wrongValue(0, "is one picture, not a batch of \(batch.shape[0])", notes: ["write x[0]"])
        }
        let floating = batch.dtype.isFloating ? batch : try batch.converted(to: .float32)
        var pictures = [floating]
        for _ in 0..<count {
            pictures.append(
                try AugmentationObject.change(floating, by: list, for: call.builtin.name, in: call.interpreter))
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
