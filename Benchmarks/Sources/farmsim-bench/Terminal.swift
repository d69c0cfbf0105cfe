import Foundation

/// Ends with the exit code for wrong usage.
func fail(_ message: String) -> Never {
  FileHandle.standardError.write(Data((message + "\n").utf8))
  exit(64)
}

/// Seconds that the work took.
func seconds(_ work: () -> Void) -> Double {
  let clock = ContinuousClock()
  let time = clock.measure(work).components
  return Double(time.seconds) + Double(time.attoseconds) * 1e-18
}

/// A number with so many digits behind the point.
func text(_ value: Double, digits: Int) -> String { String(format: "%.\(digits)f", value) }
