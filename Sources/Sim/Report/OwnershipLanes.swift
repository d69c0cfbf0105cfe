/// The lanes above a picture of ownership, one for each kind of trouble. Heights are in bands of the picture.
///
/// Holes and doubles always have one, so that a reader sees that they are absent.
struct OwnershipLanes {
  private let top: Double
  /// From bottom to top.
  private let states: [Ownership]

  static let names: [(state: Ownership, text: String)] = [
    (.hole, "no owner"), (.unreached, "unreached"), (.unserved, "not served"), (.double, "two owners"),
  ]

  /// - Parameters:
  ///   - top: where the picture ends.
  ///   - found: the kinds of trouble that occur.
  init(top: Double, found: Set<Ownership>) {
    self.top = top
    states = OwnershipLanes.names.map(\.state).filter {
      $0 == .hole || $0 == .double || found.contains($0)
    }
  }

  /// `nil` for a state without a lane.
  func lane(of state: Ownership) -> ClosedRange<Double>? { states.firstIndex(of: state).map { place($0) } }

  /// Where the plot ends.
  var height: Double { (1.04 + 0.08 * Double(states.count)) * top }

  private func place(_ index: Int) -> ClosedRange<Double> {
    let bottom = 1.05 + 0.08 * Double(index)
    return bottom * top...(bottom + 0.05) * top
  }
}
