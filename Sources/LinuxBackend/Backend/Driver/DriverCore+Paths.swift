import Engine

extension DriverCore {
  /// Checks whether heartbeats get through on every network, and reports changes.
  func lookAtPaths() {
    if isIdle { return }
    let places = setup.linux.attachments[setup.node.index]
    let (new, gone) = paths.look(
      mtus: places.map { sharedAddress.mtu(of: $0.interface) }, at: MonotonicClock.now)
    for trouble in gone { say(.pathLongEnough(trouble)) }
    for trouble in new { say(.pathTooShort(trouble)) }
  }
}

extension SharedAddress {
  /// The longest IP packet that an interface carries; `nil` if there is no such interface.
  func mtu(of interface: String) -> Int? { try? route.link(interface).mtu }
}
