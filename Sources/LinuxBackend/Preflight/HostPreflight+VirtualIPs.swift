import Engine
import FarmFile
import Glibc

extension HostPreflight {
  /// Whether a machine outside the farm has a virtual IP: it answers ARP with a MAC that is not the shared one.
  func virtualIPs() -> PreflightCheck {
    let name = "virtual IPs are free"
    let addresses = setup.farm.virtualIPs.filter(\.isIPv4)
    guard setup.linux.sharedAddress != .none else {
      return PreflightCheck(name, .notChecked("shared_address is none"))
    }
    guard !addresses.isEmpty else {
      return PreflightCheck(
        name, .notChecked("IPv6 alone: look with 'ping' before the first node is started"))
    }
    do throws(NetlinkSocket.Refusal) {
      let link = try RouteSocket().link(setup.serviceInterface)
      let socket = try FrameSocket(interface: link, type: .arp)
      for address in addresses {
        let others = ask(for: address, link, socket).subtracting([setup.mac])
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

  /// Asks three times within 300 ms, as somebody who does not have the address and does not want it.
  /// - Source: RFC 5227, section 2.1.1.
  private func ask(
    for address: IPAddress, _ link: RouteSocket.Link, _ socket: FrameSocket
  ) -> Set<MACAddress> {
    var found: Set<MACAddress> = []
    for _ in 0..<3 {
      socket.send(
        AddressAnnouncement.request(senderMAC: link.mac, sender: nil, target: address), to: .broadcast)
      usleep(100_000)
      while let frame = socket.receive() {
        let words = Array(frame.payload)
        guard words.count >= 28, words[14..<18].elementsEqual(address.bytes) else { continue }
        MACAddress(octets: words[8..<14]).map { _ = found.insert($0) }
      }
    }
    return found
  }
}
