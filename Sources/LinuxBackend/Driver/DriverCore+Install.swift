import Engine
import NIOCore

extension DriverCore {
  /// Puts a closed filter and then the shared address into the kernel. What fails halfway is taken back.
  convenience init(
    installing setup: DriverSetup, sockets: HeartbeatSockets, loop: any EventLoop,
    onEvent: @escaping @Sendable (DriverEvent, DriverMoment) -> Void
  ) throws(DriverError) {
    let filter: NftablesFilter
    let changed: String?
    do throws(FilterError) {
      filter = try NftablesFilter(
        settings: setup.farm.settings, virtualIPs: setup.farm.virtualIPs, table: setup.linux.table)
      changed = try filter.install()
    } catch { throw .machine("\(error)") }
    do throws(AddressError) {
      let address = try setup.makeSharedAddress()
      self.init(
        loop: loop, setup: setup, sockets: sockets, filter: filter, sharedAddress: address, onEvent: onEvent)
      if let changed { say(.hostSetting(changed)) }
      try address?.install()
    } catch {
      try? filter.remove()
      throw .machine("\(error)")
    }
  }
}

extension DriverSetup {
  /// What brings the packets for the virtual IP to this node; `nil` if the operator does.
  fileprivate func makeSharedAddress() throws(AddressError) -> SharedAddress? {
    let mode: SharedAddress.Mode
    switch linux.sharedAddress {
    case .unicast: mode = .unicast
    case .multicast: mode = .multicast
    case .none: return nil
    }
    return try SharedAddress(
      virtualIPs: farm.virtualIPs, mode: mode, mac: linux.sharedMAC, interface: serviceInterface,
      table: linux.table)
  }
}
