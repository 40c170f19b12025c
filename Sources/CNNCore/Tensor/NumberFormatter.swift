import CNNKernels

/// Numbers as text, the same on every machine and in every locale.
public enum NumberFormatter {
    /// More digits than any double has.
    private static let maximumDigits = 1_100

    /// `%.{digits}g`: so many significant digits, without zeros at the end. -0 is `0`; `nan`, `inf`, `-inf`.
    public static func general(_ value: Double, _ digits: Int) -> String {
        value == 0 ? "0" : special(value) ?? formatted(value, digits, cnn_format_general)
    }

    /// `%.{digits}f`: so many digits after the point.
    public static func fixed(_ value: Double, _ digits: Int) -> String {
        special(value) ?? formatted(value, digits, cnn_format_fixed)
    }

    /// `%.{digits}e`: one digit before the point and so many after it.
    public static func exponent(_ value: Double, _ digits: Int) -> String {
        special(value) ?? formatted(value, digits, cnn_format_exponent)
    }

    /// The fewest digits that give this number back, laid out as Python's `repr` does: `0.1`, `3.0`, `1e-07`, `1e+16`.
    public static func shortest(_ value: Double) -> String {
        special(value) ?? laidOut(value.description)
    }

    /// The fewest digits that give this float32 back.
    public static func shortest(_ value: Float) -> String {
        special(Double(value)) ?? laidOut(value.description)
    }

    private static func special(_ value: Double) -> String? {
        if value.isNaN { return "nan" }
        return value.isFinite ? nil : value > 0 ? "inf" : "-inf"
    }

    private typealias Kernel = (Double, Int32, UnsafeMutablePointer<CChar>?, Int) -> Int32

    private static func formatted(_ value: Double, _ digits: Int, _ kernel: Kernel) -> String {
        let digits = min(max(digits, 0), maximumDigits)
        // The largest double has 309 digits before the point.
        return withUnsafeTemporaryAllocation(of: CChar.self, capacity: digits + 336) { buffer in
            let length = kernel(value, Int32(digits), buffer.baseAddress, buffer.count)
            let bytes = UnsafeRawBufferPointer(buffer).prefix(max(0, min(Int(length), buffer.count - 1)))
            return String(decoding: bytes, as: UTF8.self)
        }
    }

    /// Swift's description has the shortest digits, but turns to exponents elsewhere than Python, which does so below
    /// 1e-4 and from 1e16.
    private static func laidOut(_ text: String) -> String {
        var digits: [UInt8] = []
        var pointPlace: Int?
        var exponent = 0
        var bytes = Array(text.utf8)[...]
        let sign = bytes.first == UInt8(ascii: "-") ? "-" : ""
        if !sign.isEmpty { bytes = bytes.dropFirst() }
        if let place = bytes.firstIndex(of: UInt8(ascii: "e")) {
            let tail = String(decoding: bytes[bytes.index(after: place)...], as: UTF8.self)
            exponent = Int(tail.hasPrefix("+") ? String(tail.dropFirst()) : tail) ?? 0
            bytes = bytes[..<place]
        }
        for byte in bytes {
            if byte == UInt8(ascii: ".") { pointPlace = digits.count } else { digits.append(byte) }
        }
        // The value is 0.DIGITS * 10^point.
        var point = (pointPlace ?? digits.count) + exponent
        let zeros = digits.prefix { $0 == UInt8(ascii: "0") }.count
        digits.removeFirst(zeros)
        point -= zeros
        while digits.last == UInt8(ascii: "0") { digits.removeLast() }
        guard !digits.isEmpty else { return sign + "0.0" }
        return sign + placed(String(decoding: digits, as: UTF8.self), point)
    }

    private static func placed(_ digits: String, _ point: Int) -> String {
        let count = digits.utf8.count
        if point > 16 || point < -3 {
            let power = point - 1
            let magnitude = power < 0 ? -power : power
            let head = count == 1 ? digits : "\(digits.prefix(1)).\(digits.dropFirst())"
            return head + (power < 0 ? "e-" : "e+") + (magnitude < 10 ? "0" : "") + String(magnitude)
        }
        if point <= 0 { return "0." + String(repeating: "0", count: -point) + digits }
        if point >= count { return digits + String(repeating: "0", count: point - count) + ".0" }
        return "\(digits.prefix(point)).\(digits.dropFirst(point))"
    }
}
