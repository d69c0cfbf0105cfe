import Engine
import FarmFile

/// A fault and where it stands in the file, for what is said about several faults together.
struct FaultEntry {
  var fault: Fault
  /// The kind's key in the file.
  var kind: String
  var place: Place
}
