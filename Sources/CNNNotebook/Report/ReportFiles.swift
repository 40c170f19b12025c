import CNNCore

/// The files that a run writes beside its output. Each is written anew after every cell, whole and under a temporary name
/// first: whenever the process ends, what stands there is a valid file.
public final class ReportFiles {
    private let paths: [(format: ReportFormat, path: String)]
    /// The parts of the files that have ended, in their order.
    private var finished: [ReportFormat: [ReportPart]] = [:]
    /// Whether the parts alone go through a pipe: in a process that works for another.
    private let sendsParts: Bool
    /// Takes the error where a file cannot be written, once for each.
    public var whenItFails: (CNNError) -> Void = { _ in }
    private var failed: Set<ReportFormat> = []
    public var hasFailed: Bool { !failed.isEmpty }

    /// - Parameter paths: a file for each format; `-` is standard output, which the caller takes care of.
    public init(_ paths: [(format: ReportFormat, path: String)]) {
        self.paths = paths
        sendsParts = false
    }

    /// Of a process that `NotebookJobs` has started.
    public init(sending formats: [ReportFormat]) {
        paths = formats.map { ($0, "") }
        sendsParts = true
    }

    public var isEmpty: Bool { paths.isEmpty }
    public var wantsValues: Bool { paths.contains { $0.format == .json } }

    /// Writes the files with what a notebook gave so far; one that has ended stays for those to come.
    public func update(_ report: NotebookReport) {
        for (format, path) in paths {
            let part = format.part(report)
            let parts = (finished[format] ?? []) + [part]
            if report.isComplete { finished[format] = parts }
            if sendsParts {
                let content = [UInt8(ReportFormat.allCases.firstIndex(of: format) ?? 0)] + part.bytes
                _ = Pipe.write(Frame.bytes(content), to: NotebookJobs.partDescriptor)
            } else {
                write(format.document(parts), format, path)
            }
        }
    }

    /// What `update` sends; nil for anything else.
    static func part(_ content: [UInt8]) -> (ReportFormat, ReportPart)? {
        guard let number = content.first, Int(number) < ReportFormat.allCases.count,
            let part = ReportPart(Array(content.dropFirst()))
        else { return nil }
        return (ReportFormat.allCases[Int(number)], part)
    }

    /// Adds the parts that another process has made of a file.
    func add(_ parts: [ReportFormat: ReportPart]) {
        for (format, path) in paths {
            guard let part = parts[format] else { continue }
            finished[format, default: []].append(part)
            write(format.document(finished[format] ?? []), format, path)
        }
    }

    private func write(_ bytes: [UInt8], _ format: ReportFormat, _ path: String) {
        guard !failed.contains(format) else { return }
        do { try FileWriter.write(bytes, to: path) } catch {
            failed.insert(format)
            whenItFails(error)
        }
    }
}
