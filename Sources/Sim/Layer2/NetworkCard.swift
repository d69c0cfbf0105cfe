import FarmFile

/// A host's interface to the segment: which frames it lets in.
struct NetworkCard: Sendable, Hashable {
  /// The MAC that the manufacturer or the hypervisor gave it.
  let initialMAC: MACAddress
  /// The MAC that it works with now.
  var mac: MACAddress
  /// Further MACs that it lets in, groups among them.
  var listens: [MACAddress]
  /// Whether it asks for every frame. A hypervisor need not agree.
  var isPromiscuous: Bool

  init(_ mac: MACAddress, listens: [MACAddress] = [], isPromiscuous: Bool = false) {
    initialMAC = mac
    self.mac = mac
    self.listens = listens
    self.isPromiscuous = isPromiscuous
  }

  /// Whether it lets a frame in because of its destination alone.
  func isAddressed(by destination: MACAddress) -> Bool {
    destination == mac || destination == .broadcast || listens.contains(destination)
  }
}
