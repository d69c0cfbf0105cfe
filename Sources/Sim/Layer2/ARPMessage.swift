import Engine
import FarmFile

/// A message of ARP or RARP about IPv4 addresses.
struct ARPMessage: Sendable, Hashable {
  enum Operation: UInt8, Sendable {
    case request = 1
    case reply = 2
    /// A question for one's own IP address. Hypervisors send it only so that switches learn a MAC.
    case reverseRequest = 3
  }

  var operation: Operation
  var senderMAC: MACAddress
  var sender: IPAddress
  var targetMAC: MACAddress
  var target: IPAddress

  private static let nobody = IPAddress(v4: 0)

  /// Asks everybody for the MAC of an address.
  static func request(for target: IPAddress, from sender: IPAddress, mac: MACAddress) -> ARPMessage {
    ARPMessage(operation: .request, senderMAC: mac, sender: sender, targetMAC: MACAddress(0), target: target)
  }

  /// Answers a request. The MAC need not be the one that the answer's frame comes from.
  static func reply(to request: ARPMessage, mac: MACAddress) -> ARPMessage {
    ARPMessage(
      operation: .reply, senderMAC: mac, sender: request.target, targetMAC: request.senderMAC,
      target: request.sender)
  }

  /// Tells everybody, unasked, the MAC of one's own address (RFC 5227, section 3).
  static func announcement(of address: IPAddress, mac: MACAddress) -> ARPMessage {
    request(for: address, from: address, mac: mac)
  }

  /// What a hypervisor sends for a machine: it names the MAC alone.
  static func reverseRequest(mac: MACAddress) -> ARPMessage {
    ARPMessage(
      operation: .reverseRequest, senderMAC: mac, sender: nobody, targetMAC: mac, target: nobody)
  }

  /// Whether it names the sender's own address unasked.
  var isGratuitous: Bool { operation != .reverseRequest && sender == target }

  /// The EtherType and the bytes behind it (RFC 826, RFC 903).
  func encode() -> [UInt8] {
    let type: [UInt8] = operation == .reverseRequest ? [0x80, 0x35] : [0x08, 0x06]
    return type + [0, 1, 8, 0, 6, 4, 0, operation.rawValue] + senderMAC.octets + IPv4Packet.octets(sender)
      + targetMAC.octets + IPv4Packet.octets(target)
  }
}
