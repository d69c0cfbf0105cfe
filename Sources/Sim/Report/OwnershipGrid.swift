import Engine

/// A picture of ownership made of few rectangles: bands of buckets by columns of time.
///
/// A cell shows the worst trouble of any bucket of its band at any instant of its column: a double, then a hole, then
/// unreached, then unserved. Without trouble it shows the owner of most of the band. So a coarser picture never hides
/// trouble; it exaggerates it by up to a cell. If the picture needs more rectangles than allowed, first the bands and
/// then the columns are halved.
struct OwnershipGrid {
  struct Rectangle: Hashable {
    /// Columns and bands, half open.
    var left: Int
    var right: Int
    var bottom: Int
    var top: Int
    var state: Ownership
  }

  let start: Instant
  let stop: Instant
  private(set) var columns: Int
  private(set) var bands: Int
  private(set) var rectangles: [Rectangle] = []
  /// For each kind of trouble the columns, half open, in which any bucket has it, whatever other buckets have.
  private(set) var stretches: [(state: Ownership, columns: Range<Int>)] = []

  /// - Parameters:
  ///   - order: the buckets from bottom to top.
  ///   - limit: the most rectangles, at least 1000.
  init(
    _ history: OwnershipHistory, order: [Int], from start: Instant, to stop: Instant, columns: Int = 720,
    bands: Int = 256, limit: Int = 5000
  ) {
    precondition(start < stop && !order.isEmpty && limit >= 1000, "a picture of something")
    self.start = start
    self.stop = stop
    self.columns = columns
    self.bands = min(bands, order.count)
    var cells = paint(history, order)
    rectangles = merge(cells)
    while rectangles.count > limit {
      if self.bands >= 32 { self.bands /= 2 } else { self.columns /= 2 }
      cells = paint(history, order)
      rectangles = merge(cells)
    }
    for state in [Ownership.hole, .unreached, .unserved, .double] { addStretches(of: state, history, order) }
  }

  private mutating func addStretches(of wanted: Ownership, _ history: OwnershipHistory, _ order: [Int]) {
    var isThere = [Bool](repeating: false, count: columns)
    for bucket in order {
      history.forEachSpan(of: bucket, from: start, to: stop) { from, until, state in
        if state != wanted { return }
        let first = column(from)
        for c in first...max(first, column(until - .nanoseconds(1))) { isThere[c] = true }
      }
    }
    var begin: Int?
    for c in 0...columns {
      let isInside = c < columns && isThere[c]
      if isInside, begin == nil { begin = c }
      guard !isInside, let first = begin else { continue }
      stretches.append((wanted, first..<c))
      begin = nil
    }
  }

  /// The instant at which a column begins.
  func instant(_ column: Int) -> Instant {
    let width = (stop - start).nanoseconds
    let (whole, rest) = width.quotientAndRemainder(dividingBy: Int64(columns))
    return start
      + Duration(nanoseconds: whole * Int64(column) + rest * Int64(column) / Int64(columns))
  }

  private func column(_ at: Instant) -> Int {
    var column = Int(Double((at - start).nanoseconds) / Double((stop - start).nanoseconds) * Double(columns))
    // Rounding may put the estimate one off at the edges.
    while column > 0, instant(column) > at { column -= 1 }
    while column + 1 < columns, instant(column + 1) <= at { column += 1 }
    return min(max(column, 0), columns - 1)
  }

  /// `cells[band * columns + column]`.
  private func paint(_ history: OwnershipHistory, _ order: [Int]) -> [Ownership] {
    var cells = [Ownership](repeating: .unused, count: bands * columns)
    let width = max(1, history.nodeCount)
    for band in 0..<bands {
      let members = order[(band * order.count / bands)..<((band + 1) * order.count / bands)]
      var votes = [Int](repeating: 0, count: columns * width)
      var trouble = [Ownership](repeating: .unused, count: columns)
      for bucket in members {
        history.forEachSpan(of: bucket, from: start, to: stop) { from, until, state in
          let first = column(from)
          // A stretch ends before `until`, so that it does not touch a column that begins there.
          let last = max(first, column(until - .nanoseconds(1)))
          switch state {
          case .unused: break
          case .owned(let node): for c in first...last { votes[c * width + node.index] += 1 }
          case .forming, .unserved, .unreached, .hole, .double:
            for c in first...last { trouble[c] = max(trouble[c], state) }
          }
        }
      }
      for c in 0..<columns {
        cells[band * columns + c] =
          trouble[c] > .forming
          ? trouble[c] : winner(votes[(c * width)..<(c * width + width)]) ?? trouble[c]
      }
    }
    return cells
  }

  private func winner(_ votes: ArraySlice<Int>) -> Ownership? {
    var best = votes.startIndex
    for i in votes.indices where votes[i] > votes[best] { best = i }
    return votes[best] == 0 ? nil : .owned(NodeID(best - votes.startIndex))
  }

  /// Merges equal cells along time, then equal runs of neighbouring bands.
  private func merge(_ cells: [Ownership]) -> [Rectangle] {
    var done: [Rectangle] = []
    var open: [Rectangle] = []
    for band in 0..<bands {
      var runs: [Rectangle] = []
      for c in 0..<columns {
        let state = cells[band * columns + c]
        if let last = runs.last, last.state == state {
          runs[runs.count - 1].right = c + 1
        } else {
          runs.append(Rectangle(left: c, right: c + 1, bottom: band, top: band + 1, state: state))
        }
      }
      var i = 0
      for old in open {
        while i < runs.count, runs[i].left < old.left { i += 1 }
        if i < runs.count, runs[i].left == old.left, runs[i].right == old.right, runs[i].state == old.state {
          runs[i].bottom = old.bottom
        } else {
          done.append(old)
        }
      }
      open = runs
    }
    return done + open
  }
}
