import Engine
import FarmFile

/// How long a farm's heartbeats are on the wire. It is the same for every node of one configuration.
enum HeartbeatLength {
  /// Bytes of the longest datagram, trailer included.
  static func datagram(_ settings: Settings) -> Int {
    (HeartbeatPlan(settings).parts.map(\.length).max() ?? 0) + Authenticator.trailerBytes
  }

  /// Bytes of the IP packet with a datagram.
  /// - Source: RFC 791, RFC 8200 and RFC 768: 20 or 40 bytes of IP, without options, and 8 of UDP.
  static func packet(_ datagram: Int, isIPv4: Bool) -> Int { datagram + (isIPv4 ? 20 : 40) + 8 }
}
