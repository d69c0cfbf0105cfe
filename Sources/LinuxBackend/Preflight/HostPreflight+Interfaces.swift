import Engine
import FarmFile
import Glibc

extension HostPreflight {
  /// Checks each network's interface, as this node's part of the file names it.
  func interfaces() -> [PreflightCheck] {
    guard let route = try? RouteSocket() else { return [] }
    return setup.farm.networks.indices.map { network in
      let place = setup.linux.attachments[setup.node.index][network]
      let name = "interface \(place.interface) (\(setup.farm.networks[network]))"
      let delivery = setup.linux.delivery[network]
      do throws(NetlinkSocket.Refusal) {
        let link = try route.link(place.interface)
        let addresses = try route.addresses(on: link.index)
        return PreflightCheck(name, finding(place, link, addresses, delivery))
      } catch {
        return PreflightCheck(
          name,
          .fails("\(error.reason)", fix: "create the interface, or name the right one under linux.interfaces")
        )
      }
    }
  }

  private func finding(
    _ place: NodeAttachment, _ link: RouteSocket.Link, _ addresses: [RouteSocket.Assigned],
    _ delivery: HeartbeatDelivery
  ) -> PreflightCheck.Finding {
    guard link.isUp else { return .fails("it is down", fix: "ip link set \(place.interface) up") }
    guard link.isRunning else {
      return .fails("it has no carrier", fix: "plug the cable in, or enable the switch's port")
    }
    guard let address = addresses.first(where: { $0.address == place.address }) else {
      let length = place.address.isIPv4 ? 24 : 64
      return .fails(
        "\(place.address.text) is not on it",
        fix:
          "ip address add \(place.address.text)/\(length) dev \(place.interface), or correct linux.addresses")
    }
    if address.isTentative {
      return .fails(
        "\(place.address.text) is not usable yet, or another machine has it",
        fix: "wait a second and try again; if it stays so, look for the other machine: ip -6 address show")
    }
    let needed = HeartbeatLength.packet(
      HeartbeatLength.datagram(setup.farm.settings), isIPv4: place.address.isIPv4)
    if link.mtu < needed {
      return .fails(
        "its MTU is \(link.mtu), and heartbeats of this farm take IP packets of \(needed) bytes",
        fix:
          "ip link set \(place.interface) mtu \(Limits.frameBytes), on every machine and switch of the network"
      )
    }
    if delivery == .broadcast, !link.canBroadcast {
      return .fails("it cannot broadcast", fix: "linux.delivery: unicast")
    }
    return .ok("up, has \(place.address.text) and MAC \(link.mac)")
  }

  /// Whether the interface accepts frames to one more MAC. It does so while the socket is open.
  func sharedMAC() -> PreflightCheck {
    let name = "extra MAC on \(setup.serviceInterface)"
    guard setup.linux.sharedAddress != .none else {
      return PreflightCheck(name, .notChecked("shared_address is none"))
    }
    do throws(NetlinkSocket.Refusal) {
      let route = try RouteSocket()
      let link = try route.link(setup.serviceInterface)
      guard link.mac != setup.mac else {
        return PreflightCheck(
          name, .fails("\(setup.mac) is the interface's own MAC", fix: "another linux.shared_mac"))
      }
      let socket = try FrameSocket(interface: link, type: .probe, mac: setup.mac)
      let isFound = try route.accepts(setup.mac, on: link.index)
      withExtendedLifetime(socket) {}
      guard isFound else {
        return PreflightCheck(
          name,
          .fails(
            "the driver does not keep \(setup.mac) in its filter",
            fix: "ip link set \(setup.serviceInterface) promisc on, or another interface"))
      }
      return PreflightCheck(name, .ok("\(setup.mac) is let in"))
    } catch {
      return PreflightCheck(
        name,
        .fails("\(error.reason)", fix: "use an Ethernet interface for the service, or shared_address: none"))
    }
  }
}
