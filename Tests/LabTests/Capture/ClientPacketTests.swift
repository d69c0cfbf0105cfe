import Engine
import Testing

@testable import Lab

@Suite struct ClientPacketTests {
  private static let virtualIP: [UInt8] = [192, 0, 2, 100]
  private static let client: [UInt8] = [11, 1, 2, 3]

  private static func read(_ frame: [UInt8]) -> ClientPacket.Reading? {
    frame.withUnsafeBytes {
      ClientPacket.read(
        $0,
        virtualIPs: [IPAddress(v4: 0xc000_0264), IPAddress(v6: 0x2001_0db8_0000_0000, 0x100)])
    }
  }

  private static func ipv4(_ from: [UInt8], _ to: [UInt8], _ transport: UInt8, _ content: [UInt8]) -> [UInt8]
  {
    [UInt8](repeating: 2, count: 12) + [8, 0, 0x45, 0, 0, 0, 0, 0, 0, 0, 64, transport, 0, 0] + from + to
      + content
  }

  private static func tcp(_ ports: [UInt8], sequence: [UInt8], ack: [UInt8], flags: UInt8) -> [UInt8] {
    ports + sequence + ack + [0x50, flags, 0, 0, 0, 0, 0, 0]
  }

  @Test func aSYNAndItsAnswerAreOfOnePacket() {
    let syn = Self.ipv4(
      Self.client, Self.virtualIP, 6,
      Self.tcp([0xc0, 1, 0, 80], sequence: [255, 255, 255, 255], ack: [0, 0, 0, 0], flags: 2))
    let answer = Self.ipv4(
      Self.virtualIP, Self.client, 6,
      Self.tcp([0, 80, 0xc0, 1], sequence: [1, 2, 3, 4], ack: [0, 0, 0, 0], flags: 0x12))
    let refusal = Self.ipv4(
      Self.virtualIP, Self.client, 6,
      Self.tcp([0, 80, 0xc0, 1], sequence: [0, 0, 0, 0], ack: [0, 0, 0, 0], flags: 0x14))
    let packet = ClientPacket(
      transport: .tcp, client: IPAddress(v4: 0x0b01_0203), port: 0xc001,
      virtualIP: IPAddress(v4: 0xc000_0264),
      service: 80, number: 0xffff_ffff)
    #expect(Self.read(syn) == .question(packet))
    #expect(Self.read(answer) == .answer(packet))
    #expect(Self.read(refusal) == .answer(packet))
  }

  @Test func aDatagramIsKnownByItsNumber() {
    let number: [UInt8] = [0, 0, 0, 0, 0, 0, 1, 2]
    let question = Self.ipv4(
      Self.client, Self.virtualIP, 17, [0xc0, 1, 0x15, 0x17, 0, 16, 0, 0] + number)
    let answer = Self.ipv4(
      Self.virtualIP, Self.client, 17, [0x15, 0x17, 0xc0, 1, 0, 17, 0, 0] + [3] + number)
    guard case .question(let packet)? = Self.read(question) else {
      Issue.record("no question")
      return
    }
    #expect(packet.number == 0x102 && packet.service == 0x1517)
    #expect(Self.read(answer) == .answer(packet))
  }

  @Test func datagramsOverIPv6AreRead() {
    let virtualIP: [UInt8] = [0x20, 1, 0x0d, 0xb8] + [UInt8](repeating: 0, count: 10) + [1, 0]
    let client: [UInt8] = [0x20, 1, 0x0d, 0xb8, 255] + [UInt8](repeating: 7, count: 11)
    let head = [UInt8](repeating: 2, count: 12) + [0x86, 0xdd, 0x60, 0, 0, 0, 0, 16, 17, 64]
    let frame = head + client + virtualIP + [0xc0, 1, 0, 53, 0, 16, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9]
    guard case .question(let packet)? = Self.read(frame) else {
      Issue.record("no question")
      return
    }
    #expect(packet.number == 9 && packet.port == 0xc001 && !packet.client.isIPv4)
  }

  @Test func everythingElseIsNone() {
    let segment = Self.ipv4(
      Self.client, Self.virtualIP, 6,
      Self.tcp([0xc0, 1, 0, 80], sequence: [0, 0, 0, 1], ack: [0, 0, 0, 0], flags: 0x18))
    let stranger = Self.ipv4(
      Self.client, [10, 77, 0, 1], 17, [0xc0, 1, 0x15, 0x17, 0, 16, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8])
    #expect(Self.read(segment) == nil && Self.read(stranger) == nil)
    // Whatever the length of the piece.
    let syn = Self.ipv4(
      Self.client, Self.virtualIP, 6,
      Self.tcp([0xc0, 1, 0, 80], sequence: [0, 0, 0, 1], ack: [0, 0, 0, 0], flags: 2))
    for length in 0..<syn.count { #expect(Self.read(Array(syn.prefix(length))) == nil) }
  }
}
