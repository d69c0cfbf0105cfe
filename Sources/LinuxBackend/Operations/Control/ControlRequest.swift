import FarmFile
import Foundation

/// One line that a client of the control socket may send: `{"command":"drain","deadline_seconds":60}`.
///
/// An unknown command or key is refused, with the nearest known name.
public enum ControlRequest: Sendable, Hashable {
  case status
  /// - Parameter deadline: in seconds; `nil` for the configured one.
  case drain(deadline: Double?, isForced: Bool)
  case resume
  case leave
  case reload
  /// - Parameter group: its name; `nil` is enough where the farm has one group.
  case setWeight(group: String?, weight: UInt16)

  /// Longest deadline of a drain: a week, in seconds.
  public static let longestDeadline = 604_800.0

  static let names = ["status", "drain", "resume", "leave", "reload", "set_weight"]

  /// Reads a line.
  /// - Throws: ``ControlProblem`` saying what is wrong with it.
  init(line: some Sequence<UInt8>) throws(ControlProblem) {
    let fields: Fields
    do {
      fields = try JSONDecoder().decode(Fields.self, from: Data(line))
    } catch let problem as ControlProblem {
      throw problem
    } catch {
      throw ControlProblem("not a request: expected one JSON object a line, as {\"command\":\"status\"}")
    }
    try self.init(fields)
  }

  private init(_ fields: Fields) throws(ControlProblem) {
    switch fields.command {
    case "status": self = .status
    case "resume": self = .resume
    case "leave": self = .leave
    case "reload": self = .reload
    case "drain":
      if let deadline = fields.deadline, !(deadline >= 0 && deadline <= Self.longestDeadline) {
        throw ControlProblem("deadline_seconds is \(deadline); expected 0 to \(Int(Self.longestDeadline))")
      }
      self = .drain(deadline: fields.deadline, isForced: fields.force ?? false)
    case "set_weight":
      guard let weight = fields.weight, let weight = UInt16(exactly: weight), weight <= 1000 else {
        throw ControlProblem("set_weight needs a weight from 0 to 1000")
      }
      self = .setWeight(group: fields.group, weight: weight)
    default:
      let nearest = NearestName.of(fields.command, among: Self.names).map { "; did you mean '\($0)'?" }
      let shown = String(fields.command.unicodeScalars.prefix(40).map { $0.value < 32 ? " " : Character($0) })
      throw ControlProblem(
        "no command '\(shown)'" + (nearest ?? "; expected one of " + Self.names.joined(separator: ", ")))
    }
  }

  /// The line without its end.
  var line: [UInt8] {
    var fields = Fields()
    switch self {
    case .status: fields.command = "status"
    case .resume: fields.command = "resume"
    case .leave: fields.command = "leave"
    case .reload: fields.command = "reload"
    case .drain(let deadline, let isForced):
      (fields.command, fields.deadline, fields.force) = ("drain", deadline, isForced)
    case .setWeight(let group, let weight):
      (fields.command, fields.group, fields.weight) = ("set_weight", group, Double(weight))
    }
    return ControlJSON.line(fields)
  }

  private struct Fields: Codable {
    var command = ""
    var deadline: Double?
    var force: Bool?
    var group: String?
    var weight: Double?

    enum CodingKeys: String, CodingKey, CaseIterable {
      case command, force, group, weight
      case deadline = "deadline_seconds"
    }

    init() {}

    init(from decoder: any Decoder) throws {
      let known = CodingKeys.allCases.map(\.rawValue)
      for key in try decoder.container(keyedBy: AnyKey.self).allKeys where !known.contains(key.stringValue) {
        let nearest = NearestName.of(key.stringValue, among: known).map { "; did you mean '\($0)'?" } ?? ""
        throw ControlProblem("unknown key '\(key.stringValue.prefix(40))'" + nearest)
      }
      let fields = try decoder.container(keyedBy: CodingKeys.self)
      func field<T: Decodable>(_ key: CodingKeys, _ expected: String) throws -> T? {
        do { return try fields.decodeIfPresent(T.self, forKey: key) } catch {
          throw ControlProblem("'\(key.rawValue)' is wrong; expected \(expected)")
        }
      }
      guard let command: String = try field(.command, "a name") else {
        throw ControlProblem("no 'command'; expected one of \(ControlRequest.names.joined(separator: ", "))")
      }
      self.command = command
      deadline = try field(.deadline, "a number of seconds")
      force = try field(.force, "true or false")
      group = try field(.group, "a group's name")
      weight = try field(.weight, "a number")
    }
  }

  private struct AnyKey: CodingKey {
    var stringValue: String
    var intValue: Int? { nil }
    init?(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { return nil }
  }
}

/// What is wrong with a request, in one line.
public struct ControlProblem: Error, Sendable, Hashable {
  public var text: String
  public init(_ text: String) { self.text = text }
}
