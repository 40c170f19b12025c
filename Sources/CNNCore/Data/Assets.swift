import CNNAssets

/// What travels inside the binary. Nothing is read or unpacked before it is asked for.
public enum Assets {
    /// The modules of the standard library, in alphabetical order.
    public static let moduleNames: [String] = (0..<cnn_assets_module_count()).compactMap { index in
        cnn_assets_module(index).map { String(cString: $0.pointee.name) }
    }

    /// The source of a module.
    public static func module(_ name: String) -> String? {
        for index in 0..<cnn_assets_module_count() {
            guard let asset = cnn_assets_module(index), String(cString: asset.pointee.name) == name else { continue }
            return String(decoding: content(asset), as: UTF8.self)
        }
        return nil
    }

    /// The digits as CSV in gzip.
    public static func digits() -> [UInt8] {
        guard let asset = cnn_assets_digits() else { return [] }
        return [UInt8](content(asset))
    }

    private static func content(_ asset: UnsafePointer<cnn_asset>) -> UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(start: asset.pointee.bytes, count: asset.pointee.length)
    }
}
