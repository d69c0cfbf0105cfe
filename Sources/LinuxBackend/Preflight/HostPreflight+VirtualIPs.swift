import Engine
import FarmFile
import Glibc

extension HostPreflight {
  /// Whether a virtual IP is already on any interface of this machine, but not put there by a daemon.
  func ownVirtualIPs() -> PreflightCheck {
    let name = "virtual IPs on this machine"
    guard setup.linux.sharedAddress != .none else {
      return PreflightCheck(name, .notChecked("shared_address is none: it is yours to put them there"))
    }
    do throws(AddressError) {
      let shared = try SharedAddress(
        virtualIPs: setup.farm.virtualIPs, mode: setup.linux.sharedAddress, mac: setup.linux.sharedMAC,
        interface: setup.serviceInterface, table: setup.linux.table)
      if let foreign = try shared.foreignAddress() {
        return PreflightCheck(
          name,
          .fails(foreign.complaint, fix: "\(foreign.removal), and take it out of the network's configuration")
        )
      }
    } catch { return PreflightCheck(name, .notChecked("\(error)")) }
    return PreflightCheck(name, .ok("none but those of farmd"))
  }

  /// Whether a machine outside the farm has a virtual IP. Such a machine answers with another MAC than the shared one.
  func virtualIPs() -> PreflightCheck {
    let name = "virtual IPs are free"
    let addresses = setup.farm.virtualIPs
    guard setup.linux.sharedAddress != .none else {
      return PreflightCheck(name, .notChecked("shared_address is none"))
    }
    do throws(NetlinkSocket.Refusal) {
      let link = try RouteSocket().link(setup.serviceInterface)
      for address in addresses {
        let others = try holders(of: address, on: link).subtracting([setup.mac])
        guard let other = others.min(by: { $0.value < $1.value }) else { continue }
        return PreflightCheck(
          name,
          .fails(
            "\(address.text) is that of \(other) too",
            fix: "take it from that machine, or use another farm.virtual_ip"))
      }
      return PreflightCheck(
        name, .ok("\(addresses.map(\.text).joined(separator: ", ")): nobody but the farm answers"))
    } catch {
      return PreflightCheck(name, .notChecked("\(setup.serviceInterface): \(error.reason)"))
    }
  }

  /// Whether another machine, such as a copy of this one, answers for this node's own addresses.
  func ownAddresses() -> PreflightCheck {
    let name = "own addresses"
    let places = setup.linux.attachments[setup.node.index]
    do throws(NetlinkSocket.Refusal) {
      let route = try RouteSocket()
      // Another interface of this machine on the same segment may answer as well.
      let own = try route.macs()
      for place in places {
        let others = try holders(of: place.address, on: try route.link(place.interface)).subtracting(own)
        guard let other = others.min(by: { $0.value < $1.value }) else { continue }
        return PreflightCheck(
          name,
          .fails(
            ForeignClaim.twoMachines(place.address, other, on: place.interface, node: setup.name),
            fix: "give one of them another address, and its own --node"))
      }
    } catch { return PreflightCheck(name, .notChecked("\(error.reason)")) }
    return PreflightCheck(
      name, .ok("\(places.map(\.address.text).joined(separator: ", ")): no other machine answers"))
  }

  /// Asks three times within 300 ms, as a machine that neither has nor wants the address.
  /// - Returns: the MACs in the answers.
  private func holders(of address: IPAddress, on link: RouteSocket.Link) throws(NetlinkSocket.Refusal)
    -> Set<MACAddress>
  {
    let question = NeighbourQuestion(address: address)
    let socket = try FrameSocket(interface: link, type: question.type)
    var found: Set<MACAddress> = []
    for _ in 0..<3 {
      socket.send(question.payload(from: link.mac), to: question.destination)
      usleep(100_000)
      while let frame = socket.receive() {
        guard let claim = NeighbourClaim(frame.payload, type: question.type), claim.address == address
        else { continue }
        found.insert(claim.mac)
      }
    }
    return found
  }
}
