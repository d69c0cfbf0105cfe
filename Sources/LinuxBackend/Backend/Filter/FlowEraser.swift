import CNetfilter
import Engine
import Glibc

/// Makes the kernel forget the flows of the virtual IPs, so that their later segments are unknown ones.
public struct FlowEraser: Sendable {
  private let table: FlowTable

  public init(virtualIPs: [IPAddress]) { table = FlowTable(virtualIPs: virtualIPs) }

  /// Erases the flows that exist when it is called. Call it only once the filter accepts nothing: otherwise new flows
  /// appear meanwhile.
  /// - Returns: how many flows were erased.
  /// - Complexity: O(flows that the host tracks), about 10 µs for each erased one.
  @discardableResult
  public func erase() throws(FilterError) -> Int {
    let doing = "erase flows"
    // A handle of its own: the walk's handle is busy with its answers.
    guard let handle = nfct_open(UInt8(NFNL_SUBSYS_CTNETLINK), 0) else {
      throw .conntrack(doing: doing, errno: errno)
    }
    defer { nfct_close(handle) }
    let outcome = Box((erased: 0, failure: Int32(0)))
    try table.forEach(doing) { flow in
      if nfct_query(handle, NFCT_Q_DESTROY, UnsafeRawPointer(flow.object)) == 0 {
        outcome.value.erased += 1
      } else if errno != ENOENT {
        // If the flow has ended by itself meanwhile, that is as good.
        outcome.value.failure = errno
      }
    }
    guard outcome.value.failure == 0 else { throw .conntrack(doing: doing, errno: outcome.value.failure) }
    return outcome.value.erased
  }
}
