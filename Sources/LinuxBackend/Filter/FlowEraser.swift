import CNetfilter
import Engine
import Glibc

/// Makes the kernel forget the flows of the virtual IPs, so that their segments are unknown ones from then on.
public struct FlowEraser: Sendable {
  private let table: FlowTable

  public init(virtualIPs: [IPAddress]) { table = FlowTable(virtualIPs: virtualIPs) }

  /// Erases what is there when it is called. Call it only once the filter accepts nothing, or new flows appear
  /// behind it.
  /// - Returns: how many flows were erased.
  /// - Complexity: O(flows that the host tracks), about 10 µs for each that goes.
  @discardableResult
  public func erase() throws(FilterError) -> Int {
    let doing = "erase flows"
    // A handle of its own: that of the walk is busy with its answers.
    guard let handle = nfct_open(UInt8(NFNL_SUBSYS_CTNETLINK), 0) else {
      throw .conntrack(doing: doing, errno: errno)
    }
    defer { nfct_close(handle) }
    let outcome = Box((erased: 0, failure: Int32(0)))
    try table.forEach(doing) { flow in
      if nfct_query(handle, NFCT_Q_DESTROY, UnsafeRawPointer(flow.object)) == 0 {
        outcome.value.erased += 1
      } else if errno != ENOENT {
        // A flow that ended by itself meanwhile is what was wanted.
        outcome.value.failure = errno
      }
    }
    guard outcome.value.failure == 0 else { throw .conntrack(doing: doing, errno: outcome.value.failure) }
    return outcome.value.erased
  }
}
