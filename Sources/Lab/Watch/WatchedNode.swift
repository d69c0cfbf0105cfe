import CNetfilter
import Engine
import Glibc
import LinuxBackend

/// One node's kernel as the watch hears it: its socket, the filter so far, and the transaction that is being read.
///
/// Notices of a transaction are applied one by one, and its last message (`NEWGEN`) turns them into one change. If
/// notices were lost, ``resynchronise()`` reads the whole filter, and notices of generations up to that one are
/// ignored.
struct WatchedNode {
  let node: NodeID
  let notices: NetlinkSocket
  private let kernel: NftablesKernel
  private let table: String
  private let bucketCounts: [Int]
  private(set) var filter: WatchedFilter
  /// Low 16 bits of the generation at which the filter was last read in full. Notices up to it are in the filter
  /// already.
  private var readAt: UInt16 = 0

  /// When the first notice of the current transaction arrived; `nil` between transactions.
  private var began: Instant?
  private var hadLease = false

  /// - Precondition: the calling thread is in the node's network namespace.
  init(_ node: NodeID, table: String, bucketCounts: [Int], room: Int32) throws(LabError) {
    self.node = node
    self.table = table
    self.bucketCounts = bucketCounts
    filter = WatchedFilter(bucketCounts: bucketCounts)
    do throws(NetlinkSocket.Refusal) {
      notices = try NetlinkSocket(bus: NETLINK_NETFILTER, groups: NetfilterNumbers.noticeGroup, room: room)
    } catch { throw LabError("the kernel tells nothing of its packet filter: \(error.reason)") }
    kernel = try WatchedNode.asked { () throws(FilterError) in try NftablesKernel() }
  }

  /// Reads all waiting notices. After a loss the kernel announces nothing more until all are read. So the filter must
  /// be read again after that, and not before.
  /// - Returns: whether notices were lost.
  mutating func drain(into changes: inout [FilterChange]) -> Bool {
    var isOverrun = false
    while true {
      // Taken before the batch is decoded, so that the time of decoding is not included.
      var stamp: Instant?
      var ended: [FilterChange] = []
      let reading = notices.read { message in
        let at = stamp ?? MonotonicClock.now
        stamp = at
        if let change = take(message, at: at) { ended.append(change) }
      }
      changes += ended
      switch reading {
      case .messages: continue
      case .nothing: return isOverrun
      case .overrun: isOverrun = true
      }
    }
  }

  private mutating func take(_ message: NetlinkSocket.Message, at now: Instant) -> FilterChange? {
    let type = message.pointee.nlmsg_type
    guard type >> 8 == NetfilterNumbers.nftables,
      let header = message.header(nfgenmsg.self),
      // The low 16 bits of the generation of this message.
      case let generation = UInt16(bigEndian: header.res_id),
      Int16(bitPattern: generation &- readAt) > 0
    else { return nil }
    if UInt32(type & 0xff) == NFT_MSG_NEWGEN.rawValue {
      guard let began else { return nil }
      defer { (self.began, hadLease) = (nil, false) }
      return FilterChange(node: node, at: began, filter: filter, hadLease: hadLease)
    }
    guard let notice = TableNotice(message, table: table) else { return nil }
    // The transaction was in force before its first notice was sent.
    let at = began ?? now
    began = at
    if filter.apply(notice, at: at) { hadLease = true }
    return nil
  }

  /// Reads the whole filter from the kernel, within one generation of its rules.
  mutating func resynchronise() throws(LabError) -> FilterChange {
    (began, hadLease) = (nil, false)
    for _ in 0..<100 {
      let before = try generation()
      let at = MonotonicClock.now
      guard let fresh = try whole(at: at), try generation() == before else { continue }
      filter = fresh
      readAt = UInt16(truncatingIfNeeded: before)
      return FilterChange(node: node, at: at, filter: fresh, isResynchronised: true)
    }
    throw LabError("the rules of a node change too often to be read in one piece")
  }

  /// All sets as they are now. A table or set that does not exist counts as empty.
  /// - Returns: `nil` if something changed while a set was read.
  private func whole(at now: Instant) throws(LabError) -> WatchedFilter? {
    var fresh = WatchedFilter(bucketCounts: bucketCounts)
    for set in [WatchedSet.lease] + bucketCounts.indices.flatMap({ [.owned($0), .resets($0)] }) {
      do throws(FilterError) {
        let elements = try kernel.elements(of: set.name, in: table)
        _ = fresh.apply(.added(set, elements.map { TableNotice.Element($0) }), at: now)
      } catch {
        switch error {
        case .netlink(_, ENOENT): continue
        case .netlink(_, EINTR), .netlink(_, EAGAIN): return nil
        default: throw LabError("\(error)")
        }
      }
    }
    return fresh
  }

  private func generation() throws(LabError) -> UInt32 {
    try WatchedNode.asked { () throws(FilterError) in try kernel.generation() }
  }

  private static func asked<Value>(_ question: () throws(FilterError) -> Value) throws(LabError) -> Value {
    do { return try question() } catch { throw LabError("\(error)") }
  }
}
