/// A value of a JSON text. Members keep their order and numbers their spelling, so that what is read can be written
/// again without loss.
public enum JSON: Equatable, Sendable {
    case null
    case bool(Bool)
    /// As the text spells it: `1e-3`.
    case number(String)
    case string(String)
    case array([JSON])
    case object([Member])

    public struct Member: Equatable, Sendable {
        public let key: String
        public let value: JSON

        public init(_ key: String, _ value: JSON) {
            self.key = key
            self.value = value
        }
    }

    public static func integer(_ number: Int) -> JSON { .number(String(number)) }

    /// Without the members that have no value.
    public static func members(_ members: [(String, JSON?)]) -> JSON {
        .object(members.compactMap { key, value in value.map { Member(key, $0) } })
    }

    /// The member of an object; nil where there is none.
    public subscript(key: String) -> JSON? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.key == key }?.value
    }

    public var text: String? { if case .string(let text) = self { text } else { nil } }
    /// A whole number that fits.
    var wholeNumber: Int? { if case .number(let text) = self { Int(text) } else { nil } }
    public var elements: [JSON]? { if case .array(let elements) = self { elements } else { nil } }
    public var members: [Member]? { if case .object(let members) = self { members } else { nil } }
    public var isEmptyObject: Bool { members?.isEmpty ?? false }

    /// Whether two values are the same to a reader: the order of members does not count.
    public func means(_ other: JSON) -> Bool {
        switch (self, other) {
        case (.object(let mine), .object(let theirs)):
            guard mine.count == theirs.count else { return false }
            return mine.allSatisfy { member in other[member.key].map { member.value.means($0) } ?? false }
        case (.array(let mine), .array(let theirs)):
            return mine.count == theirs.count && zip(mine, theirs).allSatisfy { $0.means($1) }
        default: return self == other
        }
    }

    /// An object with a member set, in its place or at the end; nil takes it away.
    public func setting(_ key: String, _ value: JSON?) -> JSON {
        guard var members else { return self }
        let place = members.firstIndex { $0.key == key }
        switch (place, value) {
        case (let place?, let value?): members[place] = Member(key, value)
        case (let place?, nil): members.remove(at: place)
        case (nil, let value?): members.append(Member(key, value))
        case (nil, nil): break
        }
        return .object(members)
    }
}
