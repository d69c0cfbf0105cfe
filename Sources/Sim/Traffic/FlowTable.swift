/// The records of connections under way, in one array with a chain of free places.
struct FlowTable: Sendable {
  private(set) var records: [FlowRecord] = []
  /// How many records are not free.
  private(set) var count = 0
  private var firstFree = FlowTable.none

  private static var none: UInt32 { .max }

  subscript(place: UInt32) -> FlowRecord {
    @inline(__always) get { records[Int(place)] }
    @inline(__always) set { records[Int(place)] = newValue }
  }

  /// Stores a record at a free place. - Complexity: O(1) amortized.
  mutating func insert(_ record: FlowRecord) -> UInt32 {
    precondition(record.stage != .free, "a free record is not stored")
    count += 1
    let place = firstFree
    if place != FlowTable.none {
      firstFree = records[Int(place)].client
      records[Int(place)] = record
      return place
    }
    precondition(records.count < Int(FlowTable.none), "too many connections at once")
    records.append(record)
    return UInt32(truncatingIfNeeded: records.count - 1)
  }

  /// Checks that connections with an event before long are under way.
  ///
  /// It loads their records all at once, long before most are needed. Among many, each would be far from the processor
  /// and take longer to come than all that is done with it.
  @inline(__always) func expect(_ events: UnsafeMutableBufferPointer<EventQueue<UInt32>.Entry>) {
    for event in events {
      precondition(records[Int(event.payload)].stage != .free, "a connection that is over has no events")
    }
  }

  /// Frees a place. - Precondition: it is taken.
  mutating func remove(_ place: UInt32) {
    precondition(records[Int(place)].stage != .free, "a connection cannot end twice")
    var record = FlowRecord()
    record.client = firstFree
    records[Int(place)] = record
    firstFree = place
    count -= 1
  }
}
