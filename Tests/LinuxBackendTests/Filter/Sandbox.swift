import Engine
import Foundation

@testable import LinuxBackend

/// A network namespace of a test's own, with the virtual IPs on a tunnel whose other end is the test: what it writes
/// arrives as packets from clients, and what the host sends comes back as bytes.
///
/// It is used on the namespace's thread alone. That thread must not use `#expect`: it returns its results to the test's
/// task, which knows the test.
final class Sandbox {
  static let virtualIPs = [
    IPAddress(v4: 0x0a4d_0064), IPAddress(v4: 0x0a4d_0065),
    IPAddress(v6: 0xfd00_0077_0000_0000, 0x64), IPAddress(v6: 0xfd00_0077_0000_0000, 0x65),
  ]

  private let tunnel: Int32

  /// Whether namespaces, tunnels and nftables are available here.
  static let isPossible: Bool = (try? run { _ in }) != nil

  /// Runs a body in a new namespace and waits for it.
  static func run<Result: Sendable>(_ body: @escaping @Sendable (Sandbox) throws -> Result) throws -> Result {
    let namespace = try TestNamespace()
    return try namespace.run {
      let sandbox = try Sandbox()
      defer { close(sandbox.tunnel) }
      return try body(sandbox)
    }
  }

  private init() throws {
    tunnel = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC)
    guard tunnel >= 0 else { throw FilterError.setting(path: "/dev/net/tun", errno: errno) }
    var request = ifreq()
    withUnsafeMutableBytes(of: &request) { bytes in
      bytes.copyBytes(from: "tun0".utf8)
      // IFF_TUN | IFF_NO_PI, after the name.
      bytes.storeBytes(of: 0x1001, toByteOffset: 16, as: Int16.self)
    }
    // TUNSETIFF
    guard ioctl(tunnel, 0x4004_54ca, &request) == 0 else {
      throw FilterError.setting(path: "/dev/net/tun", errno: errno)
    }
    try shell("ip link set lo up; ip link set tun0 up txqueuelen 20000")
    for address in Self.virtualIPs {
      try shell("ip addr add \(address.text)/\(address.isIPv4 ? "32" : "128 nodad") dev tun0")
    }
    try shell("ip route add default dev tun0; ip -6 route add default dev tun0")
    try shell("sysctl -qw net.ipv4.icmp_ratelimit=0 net.ipv4.tcp_invalid_ratelimit=0")
    _ = try Nftables()
  }

  /// Runs a shell command in the namespace.
  /// - Returns: its output.
  @discardableResult
  func shell(_ command: String) throws -> String { try TestNamespace.shellHere(command) }

  /// Sends a packet as from a client.
  func send(_ packet: [UInt8]) { _ = write(tunnel, packet, packet.count) }

  /// The packets that the host has sent since the last call.
  func received() -> [[UInt8]] {
    var packets: [[UInt8]] = []
    var buffer = [UInt8](repeating: 0, count: 2048)
    while true {
      let count = read(tunnel, &buffer, buffer.count)
      guard count > 0 else { return packets }
      packets.append(Array(buffer[..<count]))
    }
  }

  /// Adds a table behind the filter that notes the number of each packet that got through.
  /// - Parameter isEnd: whether packets go no further.
  func installProbe(isEnd: Bool = true) throws {
    let end = isEnd ? "drop" : "accept"
    try shell(
      """
      nft 'table inet probe {
        set seen_4 { typeof @nh,32,16; flags dynamic; size 65535; }
        set seen_6 { typeof @nh,16,16; flags dynamic; size 65535; }
        chain behind { type filter hook prerouting priority -100; policy accept;
          iifname tun0 meta nfproto ipv4 add @seen_4 { @nh,32,16 } \(end)
          iifname tun0 meta nfproto ipv6 add @seen_6 { @nh,16,16 } \(end)
        }
      }'
      """)
  }

  /// The numbers of the packets that got through since the last call.
  func seen() throws -> Set<UInt16> {
    var numbers: Set<UInt16> = []
    for set in ["seen_4", "seen_6"] {
      for element in try elements(of: set, table: "probe") { numbers.insert(UInt16(element)) }
      try shell("nft flush set inet probe \(set)")
    }
    return numbers
  }

  /// The elements of a set of plain numbers, as `nft -j` lists them.
  func elements(of set: String, table: String) throws -> [Int] {
    for object in try objects("list set inet \(table) \(set)") {
      guard let found = object["set"] as? [String: Any] else { continue }
      return (found["elem"] as? [Any] ?? []).compactMap { $0 as? Int }
    }
    return []
  }

  /// The objects that `nft -j` prints.
  func objects(_ command: String) throws -> [[String: Any]] {
    let text = try shell("nft -j \(command)")
    let json = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
    return json?["nftables"] as? [[String: Any]] ?? []
  }

  /// The lines of `nft monitor` during some work, without those about generations.
  func events(_ body: () throws -> Void) throws -> [String] {
    guard let monitor = popen("stdbuf -oL timeout -s KILL 1 nft monitor 2>&1 & sleep 1.1", "r") else {
      throw FilterError.netlink(doing: "nft monitor", errno: errno)
    }
    usleep(300_000)
    try body()
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while case let count = fread(&buffer, 1, buffer.count, monitor), count > 0 { bytes += buffer[..<count] }
    pclose(monitor)
    return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init).filter {
      !$0.hasPrefix("#")
    }
  }
}
