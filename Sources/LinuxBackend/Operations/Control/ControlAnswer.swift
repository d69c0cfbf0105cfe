import Engine
import FarmFile

/// Turns one request line into one reply by asking the service.
struct ControlAnswer: Sendable {
  let service: any FarmService

  func reply(to line: [UInt8]) async -> ControlReply {
    do {
      return try await reply(to: try ControlRequest(line: line))
    } catch let problem as ControlProblem {
      return ControlReply(error: problem.text)
    } catch let refused as CommandRefused {
      return ControlReply(error: refused.reason)
    } catch {
      return ControlReply(error: "farmd cannot do it: \(error)")
    }
  }

  private func reply(to request: ControlRequest) async throws -> ControlReply {
    switch request {
    case .status: return ControlReply(status: try await service.status())
    case .drain(let deadline, let isForced):
      let deadline = deadline.map { Duration(nanoseconds: Int64(($0 * 1e9).rounded())) }
      return try await follow(.drain(deadline: deadline, isForced: isForced), "draining")
    case .resume: return try await follow(.resume, "resumed")
    case .leave: return try await follow(.leave, "leaving")
    case .reload: return ControlReply(message: try await service.reload())
    case .setWeight(let name, let weight):
      let group = try Self.group(name, in: try await service.status().groups.map(\.name))
      return try await follow(.setWeight(group.id, weight), "the weight in \(group.name) is now \(weight)")
    }
  }

  private func follow(_ command: Command, _ done: String) async throws -> ControlReply {
    try await service.follow(command)
    return ControlReply(message: done)
  }

  private static func group(_ name: String?, in groups: [String]) throws -> (id: GroupID, name: String) {
    guard let name else {
      guard groups.count == 1 else {
        throw ControlProblem("the farm has several groups; say which: \(groups.joined(separator: ", "))")
      }
      return (GroupID(0), groups[0])
    }
    guard let index = groups.firstIndex(of: name) else {
      let nearest = NearestName.of(name, among: groups).map { "; did you mean '\($0)'?" }
      throw ControlProblem("no such group" + (nearest ?? "; there are: \(groups.joined(separator: ", "))"))
    }
    return (GroupID(index), name)
  }
}
