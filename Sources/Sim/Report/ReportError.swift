/// Why a report could not be written.
public enum ReportError: Error, Sendable, Hashable {
  /// gnuplot, which draws the charts, is not installed.
  case gnuplotMissing
  /// gnuplot failed; `reason` is what it said.
  case chartFailed(chart: String, reason: String)
  /// The folder, or a file in it, cannot be written.
  case notWritable(path: String, reason: String)

  /// One line for the operator.
  public var message: String {
    switch self {
    case .gnuplotMissing:
      "gnuplot, which draws the charts, is not installed: install the package gnuplot-nox, or leave --report out"
    case .chartFailed(let chart, let reason): "gnuplot could not draw \(chart): \(reason)"
    case .notWritable(let path, let reason): "the report cannot be written to \(path): \(reason)"
    }
  }

  /// The exit code for a program that ends with this error, as in `sysexits.h`: 69 a service is unavailable, 70
  /// internal error, 73 an output cannot be created.
  public var exitCode: Int32 {
    switch self {
    case .gnuplotMissing: 69
    case .chartFailed: 70
    case .notWritable: 73
    }
  }
}
