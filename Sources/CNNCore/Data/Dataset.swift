import CNNKernels

/// Labelled pictures: one part (train or test). Pictures are kept as bytes where they came as bytes.
public final class Dataset {
    /// The classes that a data set may have.
    public static let classLimit = 100_000

    enum Pictures {
        /// uint8 `[M, …]`.
        case bytes(Tensor, PixelScale)
        /// float32 or float64 `[M, …]`.
        case numbers(Tensor)

        var tensor: Tensor {
            switch self {
            case .bytes(let tensor, _), .numbers(let tensor): tensor
            }
        }
    }

    public let name: String
    /// Classes, int64 `[N]`; or targets, float `[N, …]`.
    public let labels: Tensor
    /// 0 where the labels are targets.
    public let classCount: Int
    private let givenClassNames: [String]?
    private let pictures: Pictures
    /// Where each picture stands in `pictures`; nil: all of them in order.
    private let rows: [Int]?
    private var allImages: Tensor?

    /// - Parameter images: `[N, …]`: floats, uint8 (0…255), or int64 and bool, which become floats of the same value. - Parameter labels: int64 `[N]`, or
    ///   float `[N, …]` for targets that are no classes. - Throws: E0302 where counts differ, E0306, E0207, E0408 for a label without a class.
    public convenience init(name: String, images: Tensor, labels: Tensor, classNames: [String]?) throws(CNNError) {
        switch images.dtype {
        case .float32, .float64:
            try self.init(name: name, .numbers(images.detached), rows: nil, labels: labels, classNames: classNames)
        case .uint8: try self.init(name: name, bytes: images, maximum: 255, labels: labels, classNames: classNames)
        case .int64, .bool:
            let numbers = try images.detached.converted(to: .float32)
            try self.init(name: name, .numbers(numbers), rows: nil, labels: labels, classNames: classNames)
        }
    }

    /// Pictures as bytes, of which `maximum` stands for 1.
    convenience init(
        name: String, bytes: Tensor, maximum: Int, labels: Tensor, classNames: [String]?
    ) throws(CNNError) {
        let pictures = Pictures.bytes(bytes.detached, PixelScale(maximum: maximum))
        try self.init(name: name, pictures, rows: nil, labels: labels, classNames: classNames)
    }

    private init(
        name: String, _ pictures: Pictures, rows: [Int]?, labels: Tensor, classNames: [String]?
    ) throws(CNNError) {
        let count = rows?.count ?? pictures.tensor.shape.dimensions.first
        guard let count else {
            throw CNNError(.rankMismatch, "pictures are a batch [N, ...], not one number")
        }
        let areTargets = labels.dtype.isFloating
        guard labels.rank == 1 || (areTargets && labels.rank > 1), labels.shape[0] == count else {
            let isOneHot = labels.rank == 2 && labels.shape[0] == count
            throw CNNError(
                .shapeMismatch,
                "\(count.counting("picture needs", "pictures need")) \(count.counting("label")) [\(count)], not \(labels.shape.asTensor)",
                notes: isOneHot ? ["the labels look one-hot: write argmax(labels, axis=1)"] : [])
        }
        classCount = areTargets ? 0 : try Dataset.classCount(labels, classNames)
        self.name = name
        self.pictures = pictures
        self.rows = rows
        self.labels = labels.detached
        givenClassNames = classNames
    }

    private static func classCount(_ labels: Tensor, _ names: [String]?) throws(CNNError) -> Int {
        guard labels.dtype == .int64 else {
            throw CNNError(
                .dtypeMismatch, "labels are classes in int64, not \(labels.dtype.rawValue)",
                notes: ["labels.to(int64) converts"])
        }
        let limit = names?.count ?? classLimit
        let values = labels.pointer(Int64.self)
        var largest = -1
        for index in 0..<labels.count {
            let label = Int(values[index])
            guard label >= 0, label < limit else {
                throw CNNError(.labelOutOfRange, "label \(index) is \(label); classes are 0 to \(limit - 1)")
            }
            largest = max(largest, label)
        }
        return names?.count ?? largest + 1
    }

    public var count: Int { labels.shape[0] }

    /// The memory that its pictures and labels take; parts of a data set share their pictures.
    public var byteCount: Int { Work.sum(pictures.tensor.byteCount, labels.byteCount) }

    /// The least and the greatest number of pictures that are kept as they were given; nil for those that came as bytes,
    /// which are scaled.
    public var pixelRange: ClosedRange<Double>? {
        guard case .numbers(let tensor) = pictures, tensor.count > 0 else { return nil }
        let statistics = tensor.statistics()
        return statistics.min <= statistics.max ? statistics.min...statistics.max : nil
    }

    /// Whether the labels are classes.
    public var hasClasses: Bool { labels.dtype == .int64 }

    /// - Parameter hint: another way out than to convert. - Throws: E0207 where the labels are targets.
    func checkClasses(for hint: String? = nil) throws(CNNError) {
        guard !hasClasses else { return }
        var notes = hint.map { [$0] } ?? []
        var found = "those of \(name) are \(labels.dtype.rawValue) \(labels.shape)"
        if labels.rank == 2, labels.shape[1] > 1 {
            notes.insert("for the class of each row write argmax(labels, axis=1)", at: 0)
        } else if let index = (0..<labels.count).first(where: { labels.element($0).rounded() != labels.element($0) }) {
            found = "those of \(name) have \(NumberFormatter.general(labels.element(index), 6)) at index \(index)"
        } else {
            notes.append("write labels.to(int64)")
        }
        throw CNNError(
            .dtypeMismatch, "labels are classes, which are ints; \(found)", notes: notes, argument: .named("data"))
    }

    public var classNames: [String] { givenClassNames ?? (0..<classCount).map(String.init) }

    /// The shape of one picture: `[H, W, C]`, or what the pictures were given as.
    public var pictureShape: Shape {
        let shape = pictures.tensor.shape
        let dimensions = Array(shape.dimensions.dropFirst())
        return Shape(trusted: dimensions, count: dimensions.reduce(1, *))
    }

    public var classCounts: [Int] {
        var counts = [Int](repeating: 0, count: classCount)
        guard hasClasses else { return counts }
        let values = labels.pointer(Int64.self)
        for index in 0..<count { counts[Int(values[index])] += 1 }
        return counts
    }
}

// MARK: - Pictures

extension Dataset {
    /// All pictures `[N, …]`: float32 from 0 to 1 where they came as bytes, else as they were given. Made at the first
    /// call and kept.
    /// - Throws: E0601.
    public var images: Tensor {
        get throws(CNNError) {
            if case .numbers(let tensor) = pictures, rows == nil { return tensor }
            if let allImages { return allImages }
            let images = try gathered(Array(0..<count))
            allImages = images
            return images
        }
    }

    /// One picture, without the batch's axis.
    /// - Throws: E0403.
    public func image(_ index: Int) throws(CNNError) -> Tensor {
        Tensor(sharing: try gathered([index]), shape: pictureShape)
    }

    /// The pictures of these numbers as a batch, with their labels.
    /// - Throws: E0403, E0601, E0603.
    public func batch(_ indices: [Int]) throws(CNNError) -> (images: Tensor, labels: Tensor) {
        let images = try gathered(indices)
        return (images, try labels(at: indices))
    }

    /// The labels of these pictures. - Throws: E0403.
    public func labels(at indices: [Int]) throws(CNNError) -> Tensor {
        if hasClasses {
            return try Tensor(integers: indices.map { labels.integerElement($0) }, try Shape([indices.count]))
        }
        let rows = TensorIndex.tensor(try Tensor(integers: indices, try Shape([indices.count])))
        return try labels.subscripted([rows])
    }

    private func gathered(_ indices: [Int]) throws(CNNError) -> Tensor {
        for index in indices where index < 0 || index >= count {
            throw CNNError(.indexOutOfRange, "\(name) has pictures 0 to \(count - 1), not \(index)")
        }
        let size = pictureShape.count
        let shape = try Shape([indices.count] + pictureShape.dimensions)
        try WorkMeter.shared.charge(shape.count)
        let rows = indices.map { Int64(row($0)) }
        switch pictures {
        case .numbers(let tensor):
            var result = try Tensor(uninitialized: shape, tensor.dtype)
            cnn_gather_rows(
                Int64(rows.count), size * tensor.dtype.size, rows, tensor.bytes, try result.mutableBytes())
            try WorkMeter.checkInterrupt()
            return result
        case .bytes(let tensor, let scale):
            var result = try Tensor(uninitialized: shape, .float32)
            scale.rows(rows, of: tensor.pointer(UInt8.self), size: size, try result.mutablePointer(Float.self))
            try WorkMeter.checkInterrupt()
            return result
        }
    }

    private func row(_ index: Int) -> Int { rows?[index] ?? index }
}

// MARK: - Parts

extension Dataset {
    /// The pictures of these numbers, in this order. Shares the pictures' memory.
    /// - Throws: E0403.
    public func selecting(_ indices: [Int], name: String) throws(CNNError) -> Dataset {
        for index in indices where index < 0 || index >= count {
            throw CNNError(.indexOutOfRange, "\(self.name) has pictures 0 to \(count - 1), not \(index)")
        }
        return try Dataset(
            name: name, pictures, rows: indices.map { row($0) }, labels: try labels(at: indices),
            classNames: classNames)
    }
}

// MARK: - Scaling

extension Dataset {
    /// The last axis' size: the channels of a picture `[H, W, C]`; 1 where pictures have two axes or fewer.
    private var channelCount: Int { pictureShape.rank >= 3 ? pictureShape[pictureShape.rank - 1] : 1 }

    /// Mean and deviation (of all values, not N - 1) of each channel over all pictures.
    /// - Throws: E0404 without pictures.
    public func moments() throws(CNNError) -> (mean: [Double], deviation: [Double]) {
        let perChannel = count * pictureShape.count / max(1, channelCount)
        guard perChannel > 0 else { throw CNNError(.invalidValue, "\(name) has no pictures to take a mean of") }
        try WorkMeter.shared.charge(count * pictureShape.count)
        switch pictures {
        case .bytes(let tensor, let scale): return byteMoments(tensor, scale, perChannel)
        case .numbers(let tensor): return numberMoments(tensor, perChannel)
        }
    }

    /// By counting the bytes: exact but for the last sum.
    private func byteMoments(
        _ tensor: Tensor, _ scale: PixelScale, _ perChannel: Int
    ) -> (mean: [Double], deviation: [Double]) {
        let (channels, size, source) = (channelCount, pictureShape.count, tensor.pointer(UInt8.self))
        var counts = [Int](repeating: 0, count: channels * 256)
        for index in 0..<count {
            let picture = source + row(index) * size
            for element in 0..<size { counts[element % channels * 256 + Int(picture[element])] += 1 }
        }
        var moments: (mean: [Double], deviation: [Double]) = ([], [])
        for channel in 0..<channels {
            func average(_ body: (Double) -> Double) -> Double {
                var sum = 0.0
                for byte in 0..<256 where counts[channel * 256 + byte] > 0 {
                    sum += Double(counts[channel * 256 + byte]) * body(Double(scale.value(byte, channel: channel)))
                }
                return sum / Double(perChannel)
            }
            let mean = average { $0 }
            moments.mean.append(mean)
            moments.deviation.append(average { ($0 - mean) * ($0 - mean) }.squareRoot())
        }
        return moments
    }

    private func numberMoments(_ tensor: Tensor, _ perChannel: Int) -> (mean: [Double], deviation: [Double]) {
        let (channels, size) = (channelCount, pictureShape.count)
        func averages(_ body: (Double, Int) -> Double) -> [Double] {
            var sums = [Double](repeating: 0, count: channels)
            for index in 0..<count {
                let start = row(index) * size
                for element in 0..<size {
                    sums[element % channels] += body(tensor.element(start + element), element % channels)
                }
            }
            return sums.map { $0 / Double(perChannel) }
        }
        let mean = averages { value, _ in value }
        let variance = averages { value, channel in (value - mean[channel]) * (value - mean[channel]) }
        return (mean, variance.map { $0.squareRoot() })
    }

    /// (x - mean) / deviation in each channel; one mean and deviation serve all channels.
    /// - Throws: E0302 where there are fewer than channels, E0404 for a deviation that is not positive.
    public func normalized(mean: [Double], deviation: [Double]) throws(CNNError) -> Dataset {
        let channels = channelCount
        let (means, deviations) = (try spread(mean, "means", channels), try spread(deviation, "deviations", channels))
        for value in means where !value.isFinite {
            throw CNNError(.invalidValue, "a mean must be a finite number, not \(NumberFormatter.shortest(value))")
        }
        for value in deviations where !(value > 0) || !value.isFinite {
            throw CNNError(
                .invalidValue, "a deviation must be above 0, not \(NumberFormatter.shortest(value))",
                notes: ["a channel that never changes has none: leave it as it is with mean 0, deviation 1"])
        }
        let scaled: Pictures
        switch pictures {
        case .bytes(let tensor, let scale):
            scaled = .bytes(tensor, scale.normalized(mean: means, deviation: deviations))
            return try Dataset(name: name, scaled, rows: rows, labels: labels, classNames: classNames)
        case .numbers:
            scaled = .numbers(try normalizedNumbers(means, deviations))
            return try Dataset(name: name, scaled, rows: nil, labels: labels, classNames: classNames)
        }
    }

    private func normalizedNumbers(_ mean: [Double], _ deviation: [Double]) throws(CNNError) -> Tensor {
        var result = try images
        let channels = mean.count
        let total = result.count
        if result.dtype == .float32 {
            let values = try result.mutablePointer(Float.self)
            for index in 0..<total {
                values[index] = Float((Double(values[index]) - mean[index % channels]) / deviation[index % channels])
            }
        } else {
            let values = try result.mutablePointer(Double.self)
            for index in 0..<total {
                values[index] = (values[index] - mean[index % channels]) / deviation[index % channels]
            }
        }
        return result
    }

    private func spread(_ values: [Double], _ what: String, _ channels: Int) throws(CNNError) -> [Double] {
        if values.count == channels { return values }
        guard values.count == 1 else {
            throw CNNError(.shapeMismatch, "\(name) has \(channels) channels; \(values.count) \(what) were given")
        }
        return [Double](repeating: values[0], count: channels)
    }
}
