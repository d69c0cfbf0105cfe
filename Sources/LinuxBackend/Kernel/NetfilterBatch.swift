import CNetfilter

/// Messages to nftables that the kernel takes as one transaction: all of them or none.
///
/// It is for rules that nft's language cannot express; the rest goes through ``Nftables``.
struct NetfilterBatch {
  /// All messages have the same number, so that one wait hears a refusal of the whole batch as well as of a message.
  static let sequence: UInt32 = 1
  private var bytes: [UInt8] = []

  init() { append { nftnl_batch_begin($0, Self.sequence) } }

  /// Appends a message. Only the last one needs to ask for a confirmation: a refusal of any other refuses all.
  mutating func append(_ build: (UnsafeMutablePointer<CChar>) -> UnsafeMutablePointer<nlmsghdr>?) {
    var buffer = [CChar](repeating: 0, count: 4096)
    let length = buffer.withUnsafeMutableBufferPointer { bytes in
      build(bytes.baseAddress!).map { Int($0.pointee.nlmsg_len) } ?? 0
    }
    bytes += buffer[..<length].map { UInt8(bitPattern: $0) }
    bytes += [UInt8](repeating: 0, count: -length & 3)
  }

  /// Sends the whole batch and waits for the kernel's answer.
  consuming func send(by socket: NetlinkSocket) throws(NetlinkSocket.Refusal) {
    append { nftnl_batch_end($0, Self.sequence) }
    try socket.send(bytes, confirmedBy: Self.sequence)
  }
}
