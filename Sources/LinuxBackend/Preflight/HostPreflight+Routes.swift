import Engine
import FarmFile
import Foundation

extension HostPreflight {
  /// Whether the kernel accepts packets of clients from beyond the segment. With a strict reverse path it drops a
  /// packet that comes in by another interface than its answer would go out by.
  /// - Source: `rp_filter` of the kernel's `ip-sysctl` document; the highest of "all" and the interface counts.
  func reversePath() -> PreflightCheck {
    let interface = setup.serviceInterface
    let name = "reverse path on \(interface)"
    guard setup.farm.virtualIPs.contains(where: \.isIPv4) else {
      return PreflightCheck(name, .notChecked("the kernel has it for IPv4 alone"))
    }
    let values = ["all", interface].compactMap {
      InterfaceSetting(path: "/proc/sys/net/ipv4/conf/\($0)/rp_filter").value
    }
    guard values.max() == 1 else { return PreflightCheck(name, .ok("not strict")) }
    let routes = Self.defaultRoutes()
    guard !routes.isEmpty, !routes.contains(interface) else {
      return PreflightCheck(name, .ok("strict, and answers to clients go out there"))
    }
    return PreflightCheck(
      name,
      .fails(
        "it is strict, and the default route is by \(routes.joined(separator: ", ")): clients beyond the segment go unheard",
        fix: "sysctl -w net.ipv4.conf.\(interface).rp_filter=2, or a default route by \(interface)"))
  }

  /// The interfaces with a default route, in the namespace of the calling thread.
  private static func defaultRoutes() -> [String] {
    let table = (try? String(contentsOfFile: "/proc/thread-self/net/route", encoding: .utf8)) ?? ""
    return table.split(separator: "\n").dropFirst().compactMap { line in
      let words = line.split(whereSeparator: \.isWhitespace)
      return words.count > 7 && words[1] == "00000000" && words[7] == "00000000" ? String(words[0]) : nil
    }
  }

  /// Whether the witness answers, if there is one: a node that is alone serves only while it does.
  func witness() -> [PreflightCheck] {
    guard let gateway = setup.linux.gateway else { return [] }
    let name = "witness \(gateway.text)"
    // The first echo may have to wait for the neighbour's MAC.
    _ = Ping.failure(of: gateway, within: .milliseconds(500))
    guard let reason = Ping.failure(of: gateway, within: .milliseconds(500)) else {
      return [PreflightCheck(name, .ok("answers an echo request"))]
    }
    return [
      PreflightCheck(
        name,
        .fails(
          "no answer to an echo request: \(reason)",
          fix: "let it answer ICMP echo requests, or name another under linux.gateway"))
    ]
  }
}
