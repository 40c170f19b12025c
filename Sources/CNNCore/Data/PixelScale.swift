/// Bytes to numbers through tables, so that a picture's bytes stay bytes until they are used.
struct PixelScale {
    /// 256 entries for all channels alike, or 256 for each channel.
    private let table: [Float]

    /// byte / maximum, rounded once.
    init(maximum: Int) { table = PixelScale.fractions(of: maximum) }

    private init(table: [Float]) { self.table = table }

    static func fractions(of maximum: Int) -> [Float] { (0..<256).map { Float(Double($0) / Double(maximum)) } }

    /// The number that a byte of a channel stands for.
    func value(_ byte: Int, channel: Int) -> Float { table[table.count == 256 ? byte : channel * 256 + byte] }

    /// (number - mean) / deviation in each channel.
    func normalized(mean: [Double], deviation: [Double]) -> PixelScale {
        var result: [Float] = []
        for channel in mean.indices {
            for byte in 0..<256 {
                result.append(Float((Double(value(byte, channel: channel)) - mean[channel]) / deviation[channel]))
            }
        }
        return PixelScale(table: result)
    }

    /// `count` bytes whose channels follow one another, beginning at the first.
    func convert(_ source: UnsafePointer<UInt8>, _ count: Int, _ target: UnsafeMutablePointer<Float>) {
        table.withUnsafeBufferPointer { table in
            if table.count == 256 {
                for index in 0..<count { target[index] = table[Int(source[index])] }
            } else {
                var offset = 0
                for index in 0..<count {
                    target[index] = table[offset + Int(source[index])]
                    offset = offset + 256 == table.count ? 0 : offset + 256
                }
            }
        }
    }
}
