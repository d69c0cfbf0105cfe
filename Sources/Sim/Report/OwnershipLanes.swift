/// The lanes above a picture of ownership, one for each kind of trouble. Heights are in bands of the picture.
///
/// There is always one for holes and one for doubles, so that their absence can be seen.
struct OwnershipLanes {
  private let top: Double
  private let hasUnreached: Bool

  static let names: [(state: Ownership, text: String)] = [
    (.hole, "no owner"), (.unreached, "unreached"), (.double, "two owners"),
  ]

  /// - Parameter top: where the picture ends.
  init(top: Double, hasUnreached: Bool) {
    self.top = top
    self.hasUnreached = hasUnreached
  }

  /// `nil` for a state without a lane.
  func lane(of state: Ownership) -> ClosedRange<Double>? {
    switch state {
    case .unused, .forming, .owned: return nil
    case .hole: return place(0)
    case .unreached: return hasUnreached ? place(1) : nil
    case .double: return place(hasUnreached ? 2 : 1)
    }
  }

  /// Where the plot ends.
  var height: Double { (hasUnreached ? 1.28 : 1.2) * top }

  private func place(_ index: Int) -> ClosedRange<Double> {
    let bottom = 1.05 + 0.08 * Double(index)
    return bottom * top...(bottom + 0.05) * top
  }
}
