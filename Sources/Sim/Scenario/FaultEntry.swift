import Engine
import FarmFile

/// A fault and its place in the file, for problems that concern several faults.
struct FaultEntry {
  var fault: Fault
  var place: Place

  /// The kind's key in the file.
  var key: FaultKey { fault.kind.key }
}
