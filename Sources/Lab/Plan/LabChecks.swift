import Engine
import FarmFile
import Sim

/// What the scenario's checkers look at on the lab's nodes, and what they tell its servers.
///
/// A check stays as the scenario has it: the lab provides what it looks at. Commands are replaced by the lab's own,
/// since `systemctl` would reach the machine that the lab runs on.
struct LabChecks: Sendable {
  let farm: Farm
  let addresses: LabAddresses
  /// A number that tells labs apart, since names of processes are visible on the whole machine.
  let lab: Int32

  init(_ farm: Farm, lab: Int32 = 0) {
    self.farm = farm
    self.lab = lab
    addresses = LabAddresses(farm)
  }

  /// Why a check cannot be made on the lab's nodes; `nil` if it can.
  func refusal(of checker: Checker) -> String? {
    switch checker.probe {
    case .tcp(let address, let port):
      if address.isLoopback || isServed(address, port) { return nil }
      return
        "the lab's server is on 127.0.0.1, ::1 and, on the ports of the traffic and the rules, the virtual IPs"
    case .http(let request):
      if !request.address.isLoopback {
        return "the lab's server speaks HTTP on 127.0.0.1 and ::1 alone"
      }
      return status(at: request) == nil ? "no status is what each check of that port expects" : nil
    case .process: return nil
    case .interface(let name):
      let own = addresses.interface(addresses.serviceNetwork)
      return name == own ? nil : "the interface of a lab's node to the service's network is \(own)"
    case .ping(let address):
      return answersPing(address)
        ? nil : "nobody in the lab has that address; its router is \(addresses.gateway.text)"
    case .command: return "the lab does not know what the command looks at"
    }
  }

  /// Where the servers listen for checks, besides the places for clients.
  var endpoints: [LabEndpoint] {
    var endpoints: [LabEndpoint] = []
    for checker in farm.checkers {
      guard case .http(let request) = checker.probe, let status = status(at: request) else { continue }
      endpoints.append(LabEndpoint(.http(status: status), request.address, request.port))
    }
    for checker in farm.checkers {
      // A server of HTTP accepts TCP connections too.
      guard case .tcp(let address, let port) = checker.probe,
        !endpoints.contains(where: { ($0.address, $0.port) == (address, port) })
      else { continue }
      endpoints.append(LabEndpoint(.tcp, address, port))
    }
    return endpoints
  }

  /// The name of a node's server process.
  func processName(_ node: NodeID) -> String { "lab\(lab)-\(node.index)" }

  /// What differs between nodes in the daemons' file.
  func overrides(for node: NodeID) -> [Override] {
    var overrides: [Override] = []
    for (i, checker) in farm.checkers.enumerated() {
      guard case .process = checker.probe else { continue }
      overrides.append(Override(path: "farm.checkers.\(i).process", value: processName(node)))
    }
    let pipes = LabPipes(node)
    for command in ApplicationCommand.allCases where farm.application[command] != nil {
      let line = LabOrder.shell(command, pipes: pipes)
      overrides.append(Override(path: "farm.application.\(command)", value: "'\(line)'"))
    }
    return overrides
  }

  /// A status that every check of that place accepts: 200 if possible; `nil` if there is none.
  private func status(at request: HTTPProbe) -> Int? {
    let expected = farm.checkers.compactMap { checker -> [ClosedRange<Int>]? in
      guard case .http(let other) = checker.probe,
        (other.address, other.port) == (request.address, request.port)
      else { return nil }
      return other.expected
    }
    return ([200] + Array(200...599)).first { status in
      expected.allSatisfy { $0.contains { $0.contains(status) } }
    }
  }

  /// Whether a TCP rule covers the place.
  private func isServed(_ address: IPAddress, _ port: UInt16) -> Bool {
    farm.virtualIPs.contains(address)
      && farm.settings.rules.contains {
        $0.transport == .tcp && $0.ports.contains { $0.first <= port && port <= $0.last }
      }
  }

  private func answersPing(_ address: IPAddress) -> Bool {
    let service = addresses.serviceNetwork
    let router = [addresses.ipv4(service, number: 254), addresses.ipv6(service, number: 254)]
    return router.contains(address) || [AddressPrefix].clients.contains { $0.contains(address) }
  }
}
